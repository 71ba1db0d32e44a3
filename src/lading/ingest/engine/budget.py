"""How many bytes of files this process holds in memory at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lading.base.cancellation import Token

#: how often a waiting thread asks whether it may still wait, in seconds
_TICK = 0.25


class ByteBudget:
    """
    A semaphore of bytes.

    What is larger than the whole budget is granted when nothing else is held, so that nobody waits for ever.
    """

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self.limit = limit
        self._changed = threading.Condition()
        self._held = 0

    @property
    def held(self) -> int:
        """How many bytes are held now."""
        return self._held

    @contextmanager
    def hold(self, size: int, token: Token) -> Iterator[None]:
        """Hold `size` bytes; wait for them as long as the token allows."""
        self.take(size, self.limit, token.check)
        try:
            yield
        finally:
            self.give_back(size)

    def take(self, size: int, limit: int, go_on: Callable[[], None]) -> None:
        """Wait until `size` more bytes fit under `limit`; `go_on` is called meanwhile and may raise."""
        with self._changed:
            while self._held and self._held + size > limit:
                self._changed.wait(_TICK)
                go_on()
            self._held += size

    def give_back(self, size: int) -> None:
        """Release bytes that were taken."""
        with self._changed:
            self._held -= size
            self._changed.notify_all()

    def forget(self) -> None:
        """Begin anew in a child process, in which nobody holds anything."""
        self._changed = threading.Condition()
        self._held = 0


#: files, and pieces of large ones, on their way out of this process, over all sessions and runs
IN_FLIGHT = ByteBudget()

os.register_at_fork(after_in_child=IN_FLIGHT.forget)
