"""What a zone refused lately, so that it is not asked again for every piece of work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

#: how long a refusal is remembered, in seconds
_REMEMBERED = 600.0


class Refusals:
    """Refusals by what they are about. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[tuple[str, ...], float] = {}

    def note(self, *about: str) -> None:
        """Remember that this was refused just now."""
        with self._lock:
            self._until[about] = self._clock() + _REMEMBERED

    def holds(self, *about: str) -> bool:
        """Say whether this was refused not long ago."""
        with self._lock:
            return self._clock() < self._until.get(about, 0.0)

    def forget(self) -> None:
        """Begin anew, as in a child process."""
        self._lock = threading.Lock()
        self._until = {}


#: bundles that zones refused, over all sessions and runs of this process
BUNDLES_REFUSED = Refusals()

os.register_at_fork(after_in_child=BUNDLES_REFUSED.forget)
