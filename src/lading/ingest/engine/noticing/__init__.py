"""Watching a source: events say which paths to look at again, and nothing more; scans of those paths decide."""
