"""Bringing files under management in iRODS."""
