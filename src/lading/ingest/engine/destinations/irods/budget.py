"""How many bytes may be held at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

#: how often a waiting thread asks whether it may still wait, in seconds
_TICK = 0.25


class Budget:
    """A count of bytes that are held. More than the limit is granted only to a single holder with nothing else held."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held = 0

    def take(self, size: int, limit: int, go_on: Callable[[], None]) -> None:
        """Wait until `size` more bytes fit under `limit`; `go_on` is called meanwhile and may raise."""
        with self._changed:
            while self._held and self._held + size > limit:
                self._changed.wait(_TICK)
                go_on()
            self._held += size

    def give_back(self, size: int) -> None:
        """Release bytes."""
        with self._changed:
            self._held -= size
            self._changed.notify_all()

    def held(self) -> int:
        """Return how many bytes are held."""
        return self._held

    def forget(self) -> None:
        """Begin anew in a child process, where nobody holds anything."""
        self._changed = threading.Condition()
        self._held = 0


#: bytes of large files on their way out of this process, over all sessions
IN_FLIGHT = Budget()

os.register_at_fork(after_in_child=IN_FLIGHT.forget)
