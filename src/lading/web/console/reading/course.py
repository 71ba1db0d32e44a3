"""
How a run went over time: what its batches did, and when, from one statement that an index answers alone.

Of a run that goes on also what its unfinished batches report: it lies between their beginning and now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Max, Min, Sum, Value
from django.db.models.expressions import Func

from lading.base import units
from lading.orchestration.models import ENDED, Batch, BatchState, Run
from lading.web.console import charts, words
from lading.web.console.charts import Chart, Row, Scale, Span, spread
from lading.web.console.rates import Amount
from lading.web.console.reading.live import LIVE

_DAY = 86_400
#: columns that sum up to the paths that something happened to
MOVED = F("created") + F("updated") + F("registered") + F("deleted") + F("skipped") + F("failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the page draws of a run."""

    files: Chart
    bytes: Chart
    phases: Sequence[Row]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one kind of batch did in one column of time."""

    kind: str
    files: int
    bytes: int
    #: when the first of them began, and when they began on average
    since: float
    usually: float
    until: float
    batches: int


def course_of(run: Run, at: float) -> Course | None:
    """Return the course of a run up to a time; None while nothing was begun."""
    if run.started_at is None:
        return None
    if run.ended_at is not None and run.state in ENDED:
        return _over(run.pk, run.started_at, run.ended_at)
    return _drawn(run.pk, run.started_at, run.ended_at, at)


@lru_cache(maxsize=64)
def _over(run_id: int, started_at: float, ended_at: float) -> Course:
    """Return the course of a run that is over, which stays as it is."""
    return _drawn(run_id, started_at, ended_at, ended_at)


def _drawn(run_id: int, started_at: float, ended_at: float | None, at: float) -> Course:
    end = max(ended_at or at, started_at + 1)
    span = charts.span(started_at, end)
    pieces = _pieces(run_id, span)
    stretches = [(words.phase(one.kind), one.since, one.until, one.batches) for one in pieces]
    # what took longer than a column was not done in the moment in which it ended
    done = [(Amount(files=one.files, bytes=one.bytes), one.usually, one.until) for one in pieces]
    if ended_at is None and (under_way := _under_way(run_id, at)):
        stretches += under_way
        # or the chart of a run that goes on would always fall to nothing at its end
        done.append((LIVE.of(run_id, at), min(since for _, since, _, _ in under_way), at))
    files = _summed(spread(amount.files, since, until, span) for amount, since, until in done)
    size = _summed(spread(amount.bytes, since, until, span) for amount, since, until in done)
    return Course(
        files=rate_chart("Files", span, files, end),
        bytes=rate_chart("Bytes", span, size, end),
        phases=charts.timeline(span, stretches),
    )


def rate_chart(what: str, span: Span, sums: Mapping[int, float], end: float | None = None) -> Chart:
    """Draw sums for each column as what that is a second; `end`: when it ended, in the midst of the last column."""
    last = span.start + span.width * (span.number - 1)
    whole = {span.number - 1: max(end - last, span.width / 4)} if end is not None else {}
    rates = {column: value / whole.get(column, span.width) for column, value in sums.items()}
    is_long = span.end - span.start > _DAY / 2
    return charts.line(f"{what} a second", span, rates, _SCALES[what], _day_clock if is_long else _clock)


class _Whole(Func):
    """The whole part of a number that is not negative."""

    function = "FLOOR"
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ANN401 - Django's own signature
        """SQLite has no FLOOR of its own; Django's calls back into Python for each row."""
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **extra)


def column_of(span: Span) -> Func:
    """Return the column of the span in which a batch ended, as an expression."""
    return _Whole((F("ended_at") - Value(span.start, FloatField())) / Value(float(span.width), FloatField()))


def _pieces(run_id: int, span: Span) -> Sequence[_Piece]:
    ended = Batch.objects.filter(run_id=run_id, ended_at__gte=span.start).order_by()
    found = (
        ended.annotate(column=column_of(span))
        .values_list("column", "kind")
        .annotate(
            files=Sum(MOVED),
            size=Sum("bytes"),
            since=Min("started_at"),
            usually=Avg("started_at"),
            until=Max("ended_at"),
            number=Count("pk"),
        )
    )
    return [
        _Piece(kind, files or 0, size or 0, since or until, usually or until, until, number)
        for _, kind, files, size, since, usually, until, number in found
    ]


def _summed(parts: Iterable[Mapping[int, float]]) -> Mapping[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for part in parts:
        for column, value in part.items():
            sums[column] += value
    return sums


def _under_way(run_id: int, at: float) -> list[charts.Stretch]:
    leased = Batch.objects.filter(run_id=run_id, state=BatchState.LEASED).order_by().values_list("kind")
    found = leased.annotate(since=Min("started_at"), number=Count("pk"))
    return [(words.phase(kind), since or at, at, number) for kind, since, number in found]


def _files(rate: float) -> str:
    return f"{rate:,.0f} files/s" if rate >= 10 or rate == int(rate) else f"{rate:,.1f} files/s"  # noqa: PLR2004 - as durations


def _bytes(rate: float) -> str:
    return f"{units.size(rate)}/s"


_SCALES = {
    "Files": Scale(told=_files, top=charts.nice),
    "Bytes": Scale(told=_bytes, top=charts.nice_bytes),
}


def _clock(at: float) -> str:
    return _local(at).strftime("%H:%M:%S")


def _day_clock(at: float) -> str:
    return _local(at).strftime("%a %H:%M")


def _local(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone()
