"""What the pages show, read from the ledger with a bounded number of statements."""
