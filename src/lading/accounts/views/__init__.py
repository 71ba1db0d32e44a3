"""Pages of accounts: oneself, people, and what roles may touch."""
