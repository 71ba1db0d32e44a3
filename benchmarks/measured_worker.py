"""
`lading worker`, measuring itself: `python -m benchmarks.measured_worker --slots 2`.

Each pool process counts calls and seconds of the steps named in `STEPS` and leaves them in a file of its own in the
folder that BENCHMARK_STEPS names, kept up to date in shared memory, so that nothing has to end in order.
"""

from __future__ import annotations

import functools
import mmap
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

FOLDER = "BENCHMARK_STEPS"

#: what is measured: `task` is a whole delivery, `statement` an SQL statement inside one; the others lie between
STEPS = ("task", "claim", "finish", "progress", "pump", "statement")

P = ParamSpec("P")
R = TypeVar("R")

_CELL = struct.Struct("<dd")


@dataclass(frozen=True, slots=True)
class Step:
    """Calls and seconds of one step, over all processes."""

    calls: int
    seconds: float


class Steps:
    """The counts of this process; of its main thread only, which is the one that carries batches."""

    def __init__(self) -> None:
        self._pid = 0
        self._cells: mmap.mmap | None = None

    def add(self, step: str, seconds: float) -> None:
        """Count one call."""
        if threading.current_thread() is not threading.main_thread():
            return
        cells, at = self._own(), STEPS.index(step) * _CELL.size
        calls, total = _CELL.unpack_from(cells, at)
        _CELL.pack_into(cells, at, calls + 1, total + seconds)

    def _own(self) -> mmap.mmap:
        """Return the cells of this process, new ones after a fork."""
        if self._cells is None or self._pid != os.getpid():
            self._pid = os.getpid()
            with Path(os.environ[FOLDER], str(self._pid)).open("w+b") as file:
                file.truncate(_CELL.size * len(STEPS))
                self._cells = mmap.mmap(file.fileno(), 0)
        return self._cells


def totals(folder: Path) -> dict[str, Step]:
    """Return the sums over all processes that left their counts in a folder."""
    sums = {step: Step(0, 0.0) for step in STEPS}
    for file in folder.iterdir():
        for step, (calls, seconds) in zip(STEPS, _CELL.iter_unpack(file.read_bytes()), strict=True):
            sums[step] = Step(sums[step].calls + int(calls), sums[step].seconds + seconds)
    return sums


steps = Steps()

#: when the tasks in hand began
_begun: dict[str, float] = {}


def timed(step: str, call: Callable[P, R]) -> Callable[P, R]:
    """Return the call, counted."""

    @functools.wraps(call)
    def counted(*args: P.args, **kwargs: P.kwargs) -> R:
        start = time.perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            steps.add(step, time.perf_counter() - start)

    return counted


def main(words: Sequence[str]) -> None:
    """Put the counters in and run the worker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lading.web.settings")
    import django

    django.setup()
    from celery import signals
    from django.db.backends.signals import connection_created

    from lading.cli.main import main as command
    from lading.orchestration import enqueue, progress
    from lading.orchestration.ledger import claims

    signals.task_prerun.connect(_task_begins)
    signals.task_postrun.connect(_task_ends)
    connection_created.connect(_count_statements)
    claims.claim = timed("claim", claims.claim)
    claims.finish = timed("finish", claims.finish)
    progress.batch_ended = timed("progress", progress.batch_ended)
    enqueue.pump = timed("pump", enqueue.pump)
    sys.argv = ["lading", "worker", *words]
    command()


def _task_begins(task_id: str, **_: object) -> None:
    _begun[task_id] = time.perf_counter()


def _task_ends(task_id: str, **_: object) -> None:
    steps.add("task", time.perf_counter() - _begun.pop(task_id))


def _count_statements(connection: Any, **_: object) -> None:  # noqa: ANN401 - Django's signal
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_statement)


def _statement(execute: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - Django's wrapper protocol
    return timed("statement", execute)(*args)


if __name__ == "__main__":
    main(sys.argv[1:])
