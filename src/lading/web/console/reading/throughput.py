"""What all runs together moved over the last day. What is long past does not change, and is read once by a process."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from lading.orchestration.models import Batch, Run
from lading.web.console.charts import Chart, Span
from lading.web.console.rates import Amount
from lading.web.console.reading.course import MOVED, column_of, rate_chart

_DAY = 86_400
#: seconds of one column of the day
_COLUMN = 1_800
#: seconds that the transaction that ended a batch may take to become visible
_LATE = 120
#: seconds that "now" means
_NOW = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """Rates of now, and the charts of the day."""

    now: Amount
    day: Amount
    files: Chart
    bytes: Chart


class Day:
    """Remembers the columns of the last day that are over."""

    def __init__(self) -> None:
        self._over: dict[int, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def read(self, at: float) -> Throughput:
        """Return the throughput at a time, with two statements."""
        last = int(at // _COLUMN)
        span = Span(start=float((last + 1) * _COLUMN - _DAY), width=_COLUMN, number=_DAY // _COLUMN)
        sums = self._sums(span, at)
        first = int(span.start // _COLUMN)
        files = Counter({column - first: value[0] for column, value in sums.items()})
        size = Counter({column - first: value[1] for column, value in sums.items()})
        return Throughput(
            now=_now(at),
            day=Amount(files=files.total(), bytes=size.total()),
            files=rate_chart("Files", span, files),
            bytes=rate_chart("Bytes", span, size),
        )

    def _sums(self, span: Span, at: float) -> dict[int, tuple[int, int]]:
        """Return files and bytes by column, counted from the epoch."""
        first = int(span.start // _COLUMN)
        with self._lock:
            self._over = {column: value for column, value in self._over.items() if column >= first}
            known = dict(self._over)
        next_column = max(known, default=first - 1) + 1
        fresh = Span(start=float(next_column * _COLUMN), width=_COLUMN, number=1)
        ended = _batches(fresh.start).filter(ended_at__gte=fresh.start).order_by()
        rows = ended.annotate(column=column_of(fresh)).values_list("column")
        found = {
            next_column + int(column): (files or 0, size or 0)
            for column, files, size in rows.annotate(files=Sum(MOVED), size=Sum("bytes"))
        }
        over = int((at - _LATE) // _COLUMN)
        with self._lock:
            # a column without anything is known, too: the next question begins behind it
            self._over |= {column: found.get(column, (0, 0)) for column in range(next_column, over)}
        return known | found


def _now(at: float) -> Amount:
    found = _batches(at - _NOW).filter(ended_at__gte=at - _NOW).aggregate(files=Sum(MOVED), size=Sum("bytes"))
    return Amount(files=found["files"] or 0, bytes=found["size"] or 0).per(_NOW)


def _batches(since: float) -> QuerySet[Batch]:
    """Return the batches of runs that did anything since a time: the index is by run."""
    runs = Run.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since))
    return Batch.objects.filter(run__in=runs.values("pk"))


#: of this process
DAY = Day()
