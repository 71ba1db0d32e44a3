"""What the guard is measured on: honest rewrites that have to pass, and inventions that have to be blocked."""
