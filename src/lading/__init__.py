"""Lading brings files under management in iRODS and keeps them in step."""
