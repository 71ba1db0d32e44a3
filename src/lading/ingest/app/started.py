"""
Jobs that `irods-sync` started: their names, and what is told of them. Periodic ones have a schedule as any other job may.

==========  ================================================  =========================
a job       while                                             its name
==========  ================================================  =========================
periodic    until it is stopped                               is taken
singlepass  its run has not ended, or waits for no person     is taken
stopped     for ever, as often as it was stopped              is free
==========  ================================================  =========================

A name is only what people call it: what a job knows of its files belongs to source, destination and zone, whatever it
is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lading.base.errors import UsageError
from lading.ingest.app import jobs
from lading.ingest.app.models import Job, StartedJob
from lading.ingest.app.run_options import Began, Relist
from lading.orchestration.ledger import control
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import OPEN, Batch, Run, RunState
from lading.orchestration.schedules import keeping, ticking
from lading.orchestration.schedules.keeping import Owner
from lading.orchestration.schedules.models import Schedule
from lading.orchestration.schedules.terms import Terms
from lading.orchestration.schedules.timetable import Every

#: of `Schedule.kind`
KIND = "irods-sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a job is started."""

    name: str
    #: seconds from one run to the next; None: one run
    every: int | None = None
    relist: Relist = Relist.DUE


def start(job: Job, order: Order) -> StartedJob:
    """Start a stored job under a name; `UsageError` if the name is taken, or the job is being run."""
    _settle()
    try:
        with transaction.atomic():
            started = StartedJob.objects.create(
                name=order.name,
                job=job,
                every=order.every,
                relists=order.relist is Relist.ALL,
            )
            started.run_id = jobs.start(job, order.relist).pk
            started.save(update_fields=["run_id"])
            if order.every is not None:
                _schedule(started, order.every)
    except IntegrityError:
        raise taken(order.name, job) from None
    return started


def refuse_taken(name: str, job: Job | None) -> None:
    """Raise `UsageError` if the name, or the job, was started and has not ended; before anything is stored."""
    _settle()
    if _active().filter(name=name).exists() or (job is not None and _active().filter(job=job).exists()):
        raise taken(name, job)


def taken(name: str, job: Job | None) -> UsageError:
    """Return the error for a name, or a job, that was started already."""
    other = _active().filter(job=job).exclude(name=name).first() if job is not None else None
    if other is None:
        return UsageError(f"job {name} already exists", hint=f"`lading irods-sync stop {name}` stops it")
    return UsageError(
        f"The job {other.name} brings the same source to the same collection already",
        hint=f"`lading irods-sync stop {other.name}` stops it",
    )


def find(name: str) -> StartedJob:
    """Return the job that has the name; `UsageError` if it never had, has ended, or was stopped."""
    _settle()
    found = _active().filter(name=name).first()
    if found is None:
        raise UsageError(f"job [{name}] does not exist", hint="`lading irods-sync list` shows those that do")
    return found


def stop(name: str) -> int | None:
    """Stop a job; return the run that is still being ended. `UsageError` if there is no such job."""
    found = find(name)
    with transaction.atomic():
        keeping.lock(found.job_id)
        started = StartedJob.objects.select_for_update().get(pk=found.pk)
        if started.stopped_at is not None:
            raise UsageError(f"job [{name}] was stopped by somebody else")
        told = described(started)
        StartedJob.objects.filter(pk=started.pk).update(stopped_at=now(), told=told)
        keeping.remove(KIND, started.pk)
        run = Run.objects.filter(pk=started.run_id or 0).exclude(state__in=keeping.AT_REST).first()
        if run is not None:
            control.stop(run.pk)
    return None if run is None or is_over(run.pk) else run.pk


def is_over(run_id: int) -> bool:
    """Say whether nothing happens to a run any more."""
    return not Run.objects.filter(pk=run_id).exclude(state__in=keeping.AT_REST).exists()


def listed() -> dict[str, list[dict[str, Any]]]:
    """Return all jobs, as `list` prints them."""
    _settle()
    active = list(_active().order_by("pk"))
    return {
        "periodic": [described(one) for one in active if one.every is not None],
        "singlepass": [described(one) for one in active if one.every is None],
        "stopped": list(StartedJob.objects.exclude(stopped_at=None).order_by("pk").values_list("told", flat=True)),
    }


def described(started: StartedJob) -> dict[str, Any]:
    """Return what is told of one job: counts are those of its newest run."""
    run = Run.objects.filter(pk=started.run_id or 0).first()
    begun = (run.started_at or 0.0) if run else 0.0
    until = (run.ended_at if run and run.ended_at else now()) if begun else 0.0
    batches = Batch.objects.filter(run_id=started.run_id or 0)
    return {
        "job_name": started.name,
        "total_tasks": batches.count(),
        "remaining_tasks": batches.filter(state__in=OPEN).count(),
        "failed_tasks": failed(started.run_id),
        "retried_tasks": batches.filter(fence__gt=1).count(),
        "elapsed_time": str(timedelta(seconds=max(until - begun, 0.0))),
        "start_time": datetime.fromtimestamp(begun, tz=UTC).isoformat(timespec="milliseconds"),
    }


def failed(run_id: int | None) -> int:
    """Return how many paths of a run failed; a run that failed as a whole counts as one."""
    run = Run.objects.filter(pk=run_id or 0).first()
    if run is None:
        return 0
    return max(totals(run.pk)["failed"], int(run.state in (RunState.FAILED, RunState.DONE_WITH_FAILURES)))


def begin(found: Schedule) -> int:
    """Begin a run of the periodic job that a schedule is about."""
    started = _active().select_related("job").filter(pk=found.owner_id).first()
    if started is None:
        raise UsageError(f"job [{found.name}] was stopped")
    relist = Relist.ALL if started.relists else Relist.DUE
    run = jobs.start(started.job, relist, overlap=ticking.overlap_of(found), began=Began.SCHEDULE)
    StartedJob.objects.filter(pk=started.pk).update(run_id=run.pk)
    return run.pk


def _schedule(started: StartedJob, every: int) -> None:
    """Let runs begin again and again; one that would overlap with the one before is left out."""
    owner = Owner(kind=KIND, owner_id=started.pk, job_id=started.job_id, name=started.name)
    found = keeping.put(owner, Terms(timetable=Every(seconds=every)))
    Schedule.objects.filter(pk=found.pk).update(run_id=started.run_id)


def _active() -> QuerySet[StartedJob]:
    return StartedJob.objects.filter(stopped_at__isnull=True)


def _settle() -> None:
    """Forget jobs of one run whose run is over: their names are free, and the ledger has the run."""
    single = _active().filter(every__isnull=True)
    over = Run.objects.filter(pk__in=single.values("run_id"), state__in=keeping.AT_REST).values_list("pk", flat=True)
    single.filter(run_id__in=list(over)).delete()
