"""CV review as plain Python: read a file, find its structure, check it, match it. No framework, no network."""
