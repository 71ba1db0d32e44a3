"""The iRODS destination: python-irodsclient logs in, our own messages do the work."""

from __future__ import annotations

from lading.ingest.engine.destinations.irods.destination import IrodsDestination, open_destination
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.settings import PutCall, TransferSettings

__all__ = ["IrodsDestination", "PutCall", "TransferSettings", "ZoneProfile", "open_destination"]
