"""Which folders of a job are due to be compared with the catalogue, and what is told of those that were not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum

from lading.base import config
from lading.ingest.app.models import Segment
from lading.ingest.app.run_options import Reached, Relist, RunOptions
from lading.ingest.engine import ages
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run, RunState

_DAY = timedelta(days=1).total_seconds()

#: nothing is compared again within this time, however few segments there are
_LEAST_AGE = _DAY


#: under which a run's notes have what it took on the snapshot's word
_NOTE = "not_compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """What a run took on the snapshot's word."""

    #: files in segments that were not compared with the catalogue since the run began
    files: int
    #: seconds since the oldest of them was compared
    oldest: float


def due(job_id: int, kind: str) -> RunOptions:
    """Return what is due for a run of the job that begins now; nothing if the period is set to 0."""
    days = config.current().scan.relist_days
    rows = Segment.objects.filter(job_id=job_id)
    segments = rows.count() if days else 0
    if not segments:
        return RunOptions()
    at, period = now(), config.current().scaled(days * _DAY).total_seconds()
    least = at - config.current().scaled(_LEAST_AGE).total_seconds()
    wanted = ages.ticks(segments, _last_run(job_id, kind, rows), at, period)
    old = rows.filter(compared_at__lte=least)
    unverified = _edge(old.filter(unverified__gt=0), -(-wanted // 2))
    oldest = _edge(old, wanted - wanted // 2 if unverified else wanted)
    return RunOptions(due=_older(oldest, _edge_at(rows, at - period)), due_unverified=unverified)


def for_run(relist: Relist, job_id: int, kind: str) -> RunOptions:
    """Return the options of a run that begins now."""
    return RunOptions(relist=Relist.ALL) if relist is Relist.ALL else due(job_id, kind)


def note(run: Run) -> dict[str, Any]:
    """Return the note of a run on what it took on the snapshot's word; reads the whole snapshot, so once for each run."""
    rows = Segment.objects.filter(job_id=run.job_id or 0, compared_at__lt=run.created_at, count__gt=0)
    found = rows.aggregate(files=Sum("count"), since=Min("compared_at"))
    return {_NOTE: [found["files"], found["since"]]} if found["files"] else {}


def not_compared(run: Run) -> NotCompared:
    """Return what a run that came to its end took on the snapshot's word."""
    files, since = run.notes.get(_NOTE, (0, 0.0))
    return NotCompared(files=files, oldest=max(0.0, now() - since) if files else 0)


def _last_run(job_id: int, kind: str, rows: QuerySet[Segment]) -> float:
    """Return when ticks were last used up: at the start of the last run that came to its end."""
    came_to_end = Run.objects.filter(
        job_id=job_id, kind=kind, state__in=[RunState.DONE, RunState.DONE_WITH_FAILURES]
    ).order_by("-pk")
    started: float | None = came_to_end.values_list("created_at", flat=True).first()
    return started if started is not None else rows.aggregate(at=Min("compared_at"))["at"]


def _edge(rows: QuerySet[Segment], place: int) -> Reached | None:
    """Return the age of the segment at this place, counted from the oldest; of the last one if there are fewer."""
    if place <= 0:
        return None
    ages_of = rows.values_list("compared_at", "folder_key")
    found = list(ages_of.order_by("compared_at", "folder_key")[place - 1 : place])
    found = found or list(ages_of.order_by("-compared_at", "-folder_key")[:1])
    return Reached(compared_at=found[0][0], key=bytes(found[0][1]).hex()) if found else None


def _edge_at(rows: QuerySet[Segment], moment: float) -> Reached | None:
    """Return an edge that takes everything compared before a moment."""
    youngest = rows.filter(compared_at__lte=moment).aggregate(at=Max("compared_at"))["at"]
    return Reached(compared_at=youngest, key="ff" * 17) if youngest is not None else None


def _older(one: Reached | None, other: Reached | None) -> Reached | None:
    """Return the edge that takes more."""
    both = [edge for edge in (one, other) if edge is not None]
    return max(both, key=lambda edge: (edge.compared_at, edge.key), default=None)
