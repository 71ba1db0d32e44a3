"""The console: pages for people, made of rows; whatever they ask for is written to the ledger and enqueued."""
