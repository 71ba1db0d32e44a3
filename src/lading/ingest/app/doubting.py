"""
What becomes of runs whose ledger has gone back in time (`ledger.going_back`).

A job doubts what it knows until a run of it that looked at the whole source has come to its end, and nobody had to
refuse its deletions: up to then whatever would be sent is looked for in the catalogue first, and deletions are held.
"""

from __future__ import annotations

from lading.ingest.app import run_options
from lading.ingest.app.definition import RUN_KEY
from lading.ingest.app.models import DeletionList, Segment
from lading.ingest.app.run_options import RunOptions
from lading.orchestration.ledger import going_back
from lading.orchestration.models import Run, RunState

_CAME_TO_END = (RunState.DONE, RunState.DONE_WITH_FAILURES)
_CARRIED_OUT = (DeletionList.State.ALLOWED, DeletionList.State.APPROVED)


def for_run(job_id: int, kind: str, own: RunOptions, *, whole: bool) -> RunOptions:
    """Return the options of a run that begins now; a `whole` one looks at all of the source, and may delete."""
    last = going_back.last_run_before()
    if not last or not Segment.objects.filter(job_id=job_id).exists() or _is_settled(job_id, kind, last):
        return own
    return own.model_copy(update={"doubts": True, "settles": whole})


def _is_settled(job_id: int, kind: str, last: int) -> bool:
    """Say whether a run of the job came to its end since, and with it the doubts."""
    ended = Run.objects.filter(job_id=job_id, kind=kind, pk__gt=last, state__in=_CAME_TO_END)
    refused = DeletionList.objects.filter(job_id=job_id, pk__gt=last).exclude(state__in=_CARRIED_OUT)
    candidates = ended.exclude(pk__in=refused.values("pk")).order_by("pk").values_list("options", flat=True)
    return any(run_options.of_run(options).settles for options in candidates.iterator())


def doubt_open_runs() -> None:
    """Let runs that were under way at the time of the back-up, or can be resumed, look before they send."""
    for run in Run.objects.exclude(state__in=_CAME_TO_END):
        own = run_options.of_run(run.options).model_copy(update={"doubts": True})
        Run.objects.filter(pk=run.pk).update(options=run.options | own.stored())
