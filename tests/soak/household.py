"""A home that is stood up, beaten and stood up again: services, workers, and everything killed at a time."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator

import psutil

from tests.acceptance.conftest import Place, wait_for

#: seconds that the embedded services get to answer: on a busy machine starting Python alone takes some
_READY = 90.0


class Household:
    """What runs in a home: the supervisor of Redis and zone, and workers."""

    def __init__(self, place: Place, *, workers: int = 2, slots: int = 2) -> None:
        self.place = place
        #: as workers see the home: a network may lie between
        self.as_worker = place
        self._wanted, self._slots = workers, slots
        self._up: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def serve(self) -> None:
        """Start Redis and the zone; return once they answer."""
        log = self.place.home.with_name("up.log")
        said = log.stat().st_size if log.exists() else 0
        self._up = self.place.serve("up", "--workers", "0", log=log.name)
        wait_for(lambda: b"Ready" in log.read_bytes()[said:], _READY)

    def staff(self) -> None:
        """Start workers in the place of those that have ended."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < self._wanted:
            self.workers.append(self.as_worker.work(slots=self._slots))

    def stand_up(self) -> None:
        """Start everything that does not run."""
        if self._up is None or self._up.poll() is not None:
            self.serve()
        self.staff()

    def kill(self) -> int:
        """Kill -9 everything at once; return how many processes that were."""
        doomed = self.place.processes("")
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=30)
        for started in (self._up, *self.workers):
            if started is not None:
                started.wait(30)
        self.workers.clear()
        return len(doomed)

    def dismiss(self) -> None:
        """Let everything end in order, and kill what does not."""
        for started in (*self.workers, self._up):
            if started is not None and started.poll() is None:
                started.terminate()
        for started in (*self.workers, self._up):
            if started is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    started.wait(30)
        self.kill()


@contextlib.contextmanager
def household(place: Place, *, workers: int = 2, slots: int = 2) -> Iterator[Household]:
    """Stand a home up; end everything in it in the end."""
    held = Household(place, workers=workers, slots=slots)
    try:
        held.stand_up()
        yield held
    finally:
        held.dismiss()
