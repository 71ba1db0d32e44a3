"""
Who watches a job, and the runs that begin for what was seen.

The lease of a watch is a row of the ledger: one process watches a job at a time, and one that died is followed by another
once its lease has run out. What the dead one had seen and nobody had looked at is found by the whole run with which each
watcher begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from lading.base import config
from lading.base.paths import hidden
from lading.ingest.app import jobs
from lading.ingest.app.jobs import Plan
from lading.ingest.app.kinds import RUN_KIND, scans_of
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.run_options import Began, RunOptions
from lading.ingest.app.task_names import names_for
from lading.ingest.engine.noticing.burst import Work
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import control
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.models import Outcome, Run
from lading.orchestration.schedules.keeping import AT_REST

#: codes of files that were not taken since they were too fresh: nothing has to happen to them for that to change
_TOO_FRESH = ("NOT_QUIET", "TOO_YOUNG")
#: of these that are looked at one by one; beyond, everything is
_MOST = 10_000
#: seconds by which a lease may seem to be longer than it is
_JITTER = 1.0
#: single paths in one scan batch: each is asked for by itself
_SINGLES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a watch stands, for lists."""

    how: str = ""
    waiting: int = 0
    losses: int = 0
    told: str = ""


def take(job_id: int, holder: str) -> bool:
    """Take the lease of a watch if nobody has it; say whether that worked."""
    seconds = config.current().lease_ttl.total_seconds()
    return bool(_free().filter(pk=job_id).update(holder=holder, lease_until=DatabaseTime() + seconds, told=""))


def keep(job_id: int, holder: str, standing: Standing) -> bool:
    """Renew the lease; say whether it was still ours."""
    mine = Watch.objects.filter(pk=job_id, holder=holder)
    seconds = config.current().lease_ttl.total_seconds()
    return bool(
        mine.update(
            lease_until=DatabaseTime() + seconds,
            how=standing.how,
            waiting=standing.waiting,
            losses=standing.losses,
            told=standing.told,
        )
    )


def let_go(job_id: int, holder: str) -> None:
    """Give the lease back."""
    Watch.objects.filter(pk=job_id, holder=holder).update(holder="", lease_until=0)


def free(names: list[str] | None) -> list[Job]:
    """Return the jobs that are to be watched and that nobody watches; of all, or of these."""
    found = _free().select_related("job").order_by("pk")
    return [watch.job for watch in (found if names is None else found.filter(job__name__in=names))]


def _free() -> QuerySet[Watch]:
    """Return the watches without a lease; one that lies far ahead is that of a clock which was set back."""
    longest = config.current().lease_ttl.total_seconds() + _JITTER
    return Watch.objects.filter(Q(lease_until__lt=DatabaseTime()) | Q(lease_until__gt=DatabaseTime() + longest))


def begin(job_id: int, holder: str, work: Work) -> Run | None:
    """
    Begin the run that looks at what was seen; None while another one of the job is under way, or the lease is lost.

    Raise why no run of the job can begin.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        mine = Watch.objects.select_for_update().filter(pk=job_id, holder=holder, lease_until__gt=now())
        if job is None or not mine or control.under_way(job_id).exists():
            return None
        run = jobs.start(job, began=Began.WATCH) if work.everything else _look_at(job, work)
        Watch.objects.filter(pk=job_id).update(run_id=run.pk)
    return run


def _look_at(job: Job, work: Work) -> Run:
    """Begin a run that looks at single paths; it concludes nothing from what is missing there."""
    part = jobs.definition_of(job).model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE})
    batches = scans_of(work.paths, _SINGLES, names_for(part.source))
    return jobs.begin(job, Plan(batches=batches, definition=part, own=RunOptions(began=Began.WATCH)))


def ended_since(job_id: int, last: int) -> Iterator[Run]:
    """Yield the runs of a job after a run's number that are over."""
    yield from Run.objects.filter(job_id=job_id, kind=RUN_KIND, pk__gt=last, state__in=AT_REST).order_by("pk")


def too_fresh(run_id: int) -> list[str] | None:
    """Return the paths that a run left for later; None if they are too many to name."""
    left = Outcome.objects.filter(run_id=run_id, code__in=_TOO_FRESH).order_by("id")
    found = list(left.values_list("subject", flat=True)[: _MOST + 1])
    return None if len(found) > _MOST else [hidden(subject) for subject in found]


def newest_run(job_id: int) -> int:
    """Return the number of the newest run of a job; 0 if there is none."""
    return Run.objects.filter(job_id=job_id).order_by("-pk").values_list("pk", flat=True).first() or 0
