"""Limits shared by all workers, kept in Redis and never trusted to be there."""
