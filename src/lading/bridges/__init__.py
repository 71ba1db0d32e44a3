"""Where ingest and CV reviews meet, and the only place where they do."""
