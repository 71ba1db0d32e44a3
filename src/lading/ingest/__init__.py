"""Bringing files under management in iRODS."""

from lading.ingest.handlers import Event, Handler, Hook, LeaveOut, User

__all__ = ["Event", "Handler", "Hook", "LeaveOut", "User"]
