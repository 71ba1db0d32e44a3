"""The list of runs, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lading.orchestration.models import ACTIVE, Run, RunState
from lading.web.console.reading.overview import Line, apart, lines_of

SIZE = 25

#: what can be chosen beside single states
GROUPS: dict[str, tuple[RunState, ...]] = {
    "active": (*ACTIVE, RunState.PAUSED, RunState.STOPPING),
    "held": (RunState.HELD,),
    "failed": (RunState.FAILED, RunState.DONE_WITH_FAILURES),
    "done": (RunState.DONE,),
    "stopped": (RunState.STOPPED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some runs, and where older ones begin; 0: there are none."""

    lines: Sequence[Line]
    before: int


def page(*, group: str = "", text: str = "", job_id: int | None = None, before: int = 0) -> Page:
    """Return the runs of a page; three statements."""
    found: QuerySet[Run] = Run.objects.exclude(kind__in=apart()).order_by("-pk")
    if group in GROUPS:
        found = found.filter(state__in=GROUPS[group])
    if text:
        found = found.filter(title__icontains=text)
    if job_id is not None:
        found = found.filter(job_id=job_id)
    if before:
        found = found.filter(pk__lt=before)
    runs = list(found[: SIZE + 1])
    return Page(lines=lines_of(runs[:SIZE]), before=runs[SIZE - 1].pk if len(runs) > SIZE else 0)
