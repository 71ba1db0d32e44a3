"""
How many requests a second a store gets.

As many as there are, until it refuses more than one in twenty. Then two thirds of what it got while it was asked, and more
after each request that went well, until it refuses again. One pace holds for all sources of a process that read the same
bucket.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

#: what a store gets at least, in requests a second
LEAST = 0.5
#: what it gets of the rate at which it refused
_SLOWER = 2 / 3
#: how much faster it gets after each request that went well: what it lost comes back within seconds
_FASTER, _MORE = 1.02, 0.5
#: from here on nothing is held back any more
_FREE = 5000.0
#: refusals that come together are one: nobody slows down twice within that many seconds
_ONCE = 1.0
#: requests by which the recent rate, and the share of refusals, is measured
_RECENT = 100
#: refusals among them that are chance: each is tried again later, and that is enough
_CHANCE = 5
#: what a pause between two requests counts for at most, in seconds: a store that nobody asks is not slow
_PAUSE = 0.2
#: longest sleep between two questions whether the work may go on, in seconds
_TICK = 0.5


class Pace:
    """The rate of requests to one bucket; shared by threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._last = clock()
        self._gaps: deque[float] = deque(maxlen=_RECENT)
        self._refused: deque[bool] = deque(maxlen=_RECENT)
        self._next = 0.0
        self._slowed = -_ONCE
        #: requests that were answered so far
        self.answers = 0
        #: requests a second; None: as many as there are
        self.rate: float | None = None

    def wait(self, go_on: Callable[[], None]) -> None:
        """Return when the next request may be sent; `go_on` is called meanwhile and may raise."""
        until = self._slot()
        while (left := until - self._clock()) > 0:
            go_on()
            self._sleep(min(left, _TICK))

    def slowed(self) -> None:
        """Take note that the store asked for fewer requests."""
        with self._lock:
            self._refused.append(True)
            now = self._clock()
            if sum(self._refused) <= _CHANCE or now - self._slowed < _ONCE:
                return
            measured = self._measured()
            self._slowed = now
            self.rate = max(LEAST, min(measured, self.rate or measured) * _SLOWER)

    def went_well(self) -> None:
        """Take note of an answer."""
        with self._lock:
            self.answers += 1
            self._refused.append(False)
            if self.rate is not None:
                self.rate = None if self.rate >= _FREE else self.rate * _FASTER + _MORE

    def _slot(self) -> float:
        """Return when the next request is due, and keep that time for it."""
        with self._lock:
            now = self._clock()
            at = now if self.rate is None else max(now, self._next)
            self._next = at + (1 / self.rate if self.rate else 0.0)
            self._gaps.append(min(max(at - self._last, 0.0), _PAUSE))
            self._last = at
            return at

    def _measured(self) -> float:
        """Return how many requests a second there were lately, while there were any."""
        return len(self._gaps) / max(sum(self._gaps), 0.01) if self._gaps else 1 / _PAUSE


_PACES: dict[tuple[str, str], Pace] = {}
_LOCK = threading.Lock()


def of(store: str, bucket: str) -> Pace:
    """Return the pace of a bucket in this process."""
    with _LOCK:
        return _PACES.setdefault((store, bucket), Pace())


def forget() -> None:
    """Let every bucket get as many requests as there are."""
    with _LOCK:
        _PACES.clear()
