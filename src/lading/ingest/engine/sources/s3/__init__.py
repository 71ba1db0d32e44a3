"""A bucket, or what lies under a prefix of it, as a source: AWS S3 and every store that speaks its protocol."""
