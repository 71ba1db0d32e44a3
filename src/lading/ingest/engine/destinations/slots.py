"""Slots and traffic for a process that shares its zone with nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lading.base.cancellation import Token


class LocalSlots:
    """A fixed number of connections, counted in this process alone."""

    def __init__(self, total: int) -> None:
        self._free = total
        self._changed = threading.Condition()

    @contextmanager
    def take(self, wanted: int) -> Iterator[int]:
        """Hold up to `wanted` slots, waiting until there is at least one."""
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0)
            taken = min(wanted, self._free)
            self._free -= taken
        try:
            yield taken
        finally:
            with self._changed:
                self._free += taken
                self._changed.notify_all()


class FreeTraffic:
    """No limits, and nobody who learns."""

    def spend(self, requests: int, size: int, token: Token) -> None:
        """Let everything be sent at once."""

    def answered(self, seconds: float) -> None:
        """Forget it."""

    def broke(self) -> None:
        """Forget it."""


FREE_TRAFFIC = FreeTraffic()
