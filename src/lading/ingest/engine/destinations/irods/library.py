"""A session of python-irodsclient for the code of users."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from irods.session import iRODSSession

from lading.ingest.engine.destinations.irods.login import arguments_of
from lading.ingest.engine.destinations.irods.profile import ZoneProfile

#: seconds without an answer after which the library gives up
_PATIENCE = 120


class LibrarySession:
    """One session with connections of its own; they are not counted among those of the zone's limit."""

    def __init__(self, profile: ZoneProfile) -> None:
        self._session = iRODSSession(auto_cleanup=False, **arguments_of(profile))
        self._session.connection_timeout = _PATIENCE

    def session(self) -> Any:  # noqa: ANN401 - the library has no types
        """Return the library's session; it connects when it is used."""
        return self._session

    def close(self) -> None:
        """Close its connections, also one on which another thread waits."""
        pool = self._session.pool
        for connection in [*getattr(pool, "active", ()), *getattr(pool, "idle", ())]:
            opened = getattr(connection, "socket", None)
            if opened is not None and connection in getattr(pool, "active", ()):
                with contextlib.suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(Exception):
            self._session.cleanup()
