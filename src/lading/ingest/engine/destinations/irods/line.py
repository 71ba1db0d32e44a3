"""The connection behind a session: taken from the pool when needed, replaced when it broke."""

from __future__ import annotations

import threading
import time

from lading.base.cancellation import Token
from lading.base.errors import ConnectionLost, ZoneUnreachable
from lading.ingest.engine.destinations.base import Traffic
from lading.ingest.engine.destinations.irods.packing import Request
from lading.ingest.engine.destinations.irods.pool import Pool
from lading.ingest.engine.destinations.irods.settings import TransferSettings
from lading.ingest.engine.destinations.irods.wire import Reply, Wire

#: bytes up to which the time of a request says how busy the zone is, and not how much it was given to do
_SMALL = 1 << 18


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

    def __init__(self, pool: Pool, token: Token, settings: TransferSettings, tally: Tally, traffic: Traffic) -> None:
        self.pool = pool
        self.token = token
        self.settings = settings
        self.tally = tally
        self.traffic = traffic
        self._wire: Wire | None = None

    def twin(self) -> Line:
        """Return another line to the same zone, counted together with this one."""
        return Line(self.pool, self.token, self.settings, self.tally, self.traffic)

    def ask(self, request: Request, seconds: float | None = None) -> Reply:
        """Send one request and return the reply; `seconds` replaces the usual time limit."""
        return self.ask_all([request], seconds)[0]

    def ask_all(self, requests: list[Request], seconds: float | None = None) -> list[Reply]:
        """Send several requests at once and return their replies."""
        size = sum(len(request.message) + request.stream_size for request in requests)
        self.traffic.spend(len(requests), size, self.token)
        wire = self.wire()
        self.token.check()
        self.tally.add(len(requests))
        limit = seconds or self.settings.read_timeout
        begun = time.monotonic()
        try:
            replies = wire.exchange_all(requests, self.token, limit)
        except ConnectionLost:
            self.traffic.broke()
            raise
        if size <= _SMALL and limit <= self.settings.time_for(_SMALL):
            self.traffic.answered((time.monotonic() - begun) / len(requests))
        return replies

    def wire(self) -> Wire:
        """Return the connection, a new one if the last one broke."""
        if self._wire is None or self._wire.closed:
            try:
                self._wire = self.pool.take(self.token, self.settings.connect_timeout)
            except ZoneUnreachable:
                self.traffic.broke()
                raise
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
