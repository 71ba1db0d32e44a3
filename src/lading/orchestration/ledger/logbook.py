"""
The log of a run in the ledger, so that whoever looks at the run need not find its workers' log files.

Lines wait in the worker's memory and are written by its keeper, a few times a minute and outside every other transaction.
A run keeps its newest lines. The worker's own log has all of them, and is the one that is never dropped.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence

from django.db import DatabaseError
from django.db.models import QuerySet

from lading.orchestration import logs
from lading.orchestration.models import LogLine, Run

#: lines that a run keeps: a screenful is twenty, and whoever needs more reads the log file
KEPT = 2_000
#: lines more than that before any go, so that they go many at a time
_SLACK = 200
#: lines that wait at most in one process: the oldest are dropped first
_WAITING = 500
#: characters of one line
_LONGEST = 2_000


class Logbook(logging.Handler):
    """Collects what this process logs about runs."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self._lines: deque[LogLine] = deque(maxlen=_WAITING)
        self._guard = threading.Lock()
        self.addFilter(logs.with_ids)

    def open(self) -> None:
        """Begin to listen."""
        logging.root.addHandler(self)

    def close(self) -> None:
        """Listen no more; what was collected may still be written."""
        logging.root.removeHandler(self)
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line that is about a run."""
        ids = logs.ids(record)
        if "run" not in ids:
            return
        line = LogLine(
            run_id=ids["run"],
            batch_id=ids.get("batch", 0),
            at=record.created,
            level=record.levelname.lower(),
            logger=record.name.removeprefix("lading."),
            text=_text(record)[:_LONGEST],
            host=self._host,
        )
        with self._guard:
            self._lines.append(line)

    def write(self) -> None:
        """Write what was collected; where the database raises, the lines are kept for the next time."""
        with self._guard:
            lines, self._lines = self._lines, deque(maxlen=_WAITING)
        if not lines:
            return
        try:
            _write(list(lines))
        except DatabaseError:
            with self._guard:
                self._lines.extendleft(reversed(lines))
            raise


def _write(lines: Sequence[LogLine]) -> None:
    wanted = {line.run_id for line in lines}
    there = set(Run.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    LogLine.objects.bulk_create([line for line in lines if line.run_id in there])
    for run_id in there:
        _drop_oldest(run_id)


def _text(record: logging.LogRecord) -> str:
    """Return the message, and of an error also its kind: the trace is in the worker's log."""
    told = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    return f"{told}: {type(error).__name__}: {error}" if error is not None else told


def _drop_oldest(run_id: int) -> None:
    of_run = LogLine.objects.filter(run_id=run_id)
    if of_run.count() > KEPT + _SLACK:
        edge = of_run.order_by("-pk").values_list("pk", flat=True)[KEPT]
        of_run.filter(pk__lte=edge).delete()


def lines_of(run_id: int, *, after: int = 0, level: str = "", most: int = 200) -> Sequence[LogLine]:
    """Return the newest lines of a run that came after one of them, oldest first; of one level if it is named."""
    found: QuerySet[LogLine] = LogLine.objects.filter(run_id=run_id, pk__gt=after).order_by("-pk")
    if level:
        found = found.filter(level=level)
    return list(reversed(found[:most]))
