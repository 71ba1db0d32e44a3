"""How often something may be asked for, counted in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Allowance:
    """So many a second for long, and so many at once after a rest."""

    def __init__(self, *, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = 1 / per_second
        self._room = at_once * self._each
        self._clock = clock
        self._lock = threading.Lock()
        #: until when what was asked for so far would have lasted at the rate that holds for long
        self._until = clock()

    def takes_one(self) -> bool:
        """Say whether one more may come now; it counts if it may."""
        with self._lock:
            now = self._clock()
            until = max(self._until, now) + self._each
            if until - now > self._room:
                return False
            self._until = until
            return True
