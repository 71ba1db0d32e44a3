"""Checks and chores of the project: what `make` calls."""
