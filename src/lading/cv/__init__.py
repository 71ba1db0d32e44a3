"""CV review: what software can read from a CV, and what a reader will miss."""
