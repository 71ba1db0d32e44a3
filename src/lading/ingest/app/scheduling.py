"""Schedules of jobs: the ledger's are what definitions say, and each one begins a run of its job."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lading.base.errors import UsageError
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.run_options import Began
from lading.orchestration.ledger.clock import now
from lading.orchestration.schedules import keeping
from lading.orchestration.schedules.keeping import Owner
from lading.orchestration.schedules.models import Schedule
from lading.orchestration.schedules.ticking import overlap_of
from lading.orchestration.watchers import Watcher

#: of `Schedule.kind`
KIND = "job"


class Standing(Enum):
    """What becomes of what a stored job does unasked (schedule, watching, messages) when it is stored again."""

    REPLACED = "replaced"  # the new definition says all there is
    KEPT = "kept"  # as far as the new definition says nothing: whoever runs a job once does not mean it


def with_standing(definition: Definition, name: str) -> Definition:
    """Return the definition with what the stored job of that name does unasked, where it says nothing of that itself."""
    job = Job.objects.filter(name=name, destination=definition.destination).first()
    if job is None:
        return definition
    before = from_options(job.options)
    kept = {field: getattr(definition, field) or getattr(before, field) for field in ("schedule", "watch", "notify")}
    if kept["watch"] is not None:
        kept["quiet"] = definition.quiet or before.quiet
    return definition.model_copy(update=kept)


def locked(name: str) -> Definition | None:
    """Return what a stored job was told so far; until the transaction ends no schedule begins a run of it."""
    job = Job.objects.filter(name=name).first()
    if job is None:
        return None
    keeping.lock(job.pk)
    return from_options(job.options)


def settle(job: Job, before: Definition | None) -> None:
    """
    Let the schedule of a job be what its definition says now.

    Whether it is switched on is changed only where the definition changed there: `lading schedules disable` outlives
    another `lading jobs apply` of the same file.
    """
    definition = from_options(job.options)
    if definition.watch is None:
        Watch.objects.filter(job=job).delete()
    else:
        Watch.objects.get_or_create(job=job, defaults={"since": now()})
        if definition != before:  # whoever watches begins anew, as it says now
            Watch.objects.filter(job=job).update(holder="", lease_until=0)
    if definition.terms is None:
        keeping.remove(KIND, job.pk)
        return
    wanted = _is_enabled(definition)
    keeping.put(
        Owner(kind=KIND, owner_id=job.pk, job_id=job.pk, name=job.name),
        definition.terms,
        enabled=wanted if before is None or wanted is not _is_enabled(before) else None,
    )


def begin(found: Schedule) -> int:
    """Begin a run of the job that a schedule is about."""
    from lading.ingest.app import jobs  # it settles schedules

    job = Job.objects.filter(pk=found.job_id).first()
    if job is None:
        raise UsageError(f"The job {found.name} was removed")
    return jobs.start(job, overlap=overlap_of(found), began=Began.SCHEDULE).pk


def lateness(at: float) -> Iterator[Watcher]:
    """Yield how late each schedule and each watcher is; those of paused jobs are not."""
    yield from keeping.lateness(at, resting=set(Job.objects.filter(paused=True).values_list("pk", flat=True)))
    for watch in Watch.objects.filter(job__paused=False).select_related("job"):
        yield Watcher(name=f"watch {watch.job.name}", overdue=max(at - max(watch.lease_until, watch.since), 0.0))


def _is_enabled(definition: Definition) -> bool:
    return definition.schedule is None or definition.schedule.enabled
