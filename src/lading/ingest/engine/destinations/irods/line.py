"""The connection behind a session: taken from the pool when needed, replaced when it broke."""

from __future__ import annotations

import threading

from lading.base.cancellation import Token
from lading.ingest.engine.destinations.irods.packing import Request
from lading.ingest.engine.destinations.irods.pool import Pool
from lading.ingest.engine.destinations.irods.settings import TransferSettings
from lading.ingest.engine.destinations.irods.wire import Reply, Wire


class Tally:
    """A count of requests that several threads add to; what is added here is added to `above` as well."""

    def __init__(self, above: Tally | None = None) -> None:
        self._above = above
        self._lock = threading.Lock()
        self._count = 0

    def add(self, requests: int) -> None:
        """Count more requests."""
        with self._lock:
            self._count += requests
        if self._above is not None:
            self._above.add(requests)

    def count(self) -> int:
        """Return how many were counted."""
        return self._count


class Line:
    """Sends requests over one pooled connection. One thread at a time may use it."""

    def __init__(self, pool: Pool, token: Token, settings: TransferSettings, tally: Tally) -> None:
        self.pool = pool
        self.token = token
        self.settings = settings
        self.tally = tally
        self._wire: Wire | None = None

    def twin(self) -> Line:
        """Return another line to the same zone, counted together with this one."""
        return Line(self.pool, self.token, self.settings, self.tally)

    def ask(self, request: Request, seconds: float | None = None) -> Reply:
        """Send one request and return the reply; `seconds` replaces the usual time limit."""
        return self.ask_all([request], seconds)[0]

    def ask_all(self, requests: list[Request], seconds: float | None = None) -> list[Reply]:
        """Send several requests at once and return their replies."""
        wire = self.wire()
        self.token.check()
        self.tally.add(len(requests))
        return wire.exchange_all(requests, self.token, seconds or self.settings.read_timeout)

    def wire(self) -> Wire:
        """Return the connection, a new one if the last one broke."""
        if self._wire is None or self._wire.closed:
            self._wire = self.pool.take(self.token, self.settings.connect_timeout)
        return self._wire

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that did not break."""
        return self._wire is not None and not self._wire.closed

    def release(self) -> None:
        """Give the connection back to the pool."""
        wire, self._wire = self._wire, None
        if wire is not None:
            self.pool.give_back(wire)

    def drop(self) -> None:
        """Close the connection: the server closes what is open on it."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()
