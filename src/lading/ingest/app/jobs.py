"""Job definitions in the ledger, and how a run of one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from django.db import transaction

from lading.base import config
from lading.base.errors import NotFound, UsageError
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import shown, to_bytes
from lading.ingest.app import (
    approval,
    assembly,
    beside,
    doubting,
    handler_store,
    job_hooks,
    permits,
    relisting,
    remote,
    restoring,
    scheduling,
)
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.kinds import RUN_KIND, first_scan
from lading.ingest.app.landing_options import refuse_nested
from lading.ingest.app.models import Job, Segment
from lading.ingest.app.overlaps import refuse_overlap
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.app.run_options import Began, Relist, RunOptions
from lading.ingest.app.scheduling import Standing
from lading.ingest.app.task_names import names_for
from lading.orchestration import enqueue, retention
from lading.orchestration.kinds import NewBatch, NewRun
from lading.orchestration.ledger import control, going_back, queueing, runs
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run
from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules import keeping


def identity(definition: Definition) -> tuple[str, str]:
    """Return what makes two definitions one job: the canonical source, and the zone."""
    return shown(assembly.source_identity(definition)), assembly.zone_identity(definition)


def default_name(definition: Definition) -> str:
    """Return the name of a job that was given none: a hash of source, destination and zone."""
    source, zone = identity(definition)
    return usual_name(source, definition.destination, zone)


def usual_name(source: str, destination: str, zone: str) -> str:
    """Return the same of identities that are known already."""
    parts = "\n".join((source, destination.rstrip("/"), zone))
    return f"sync-{blake2b(to_bytes(parts), digest_size=5).hexdigest()}"


def store(
    definition: Definition, *, origin: str = "", by: Submitter = SHELL, standing: Standing = Standing.REPLACED
) -> Job:
    """Write the definition under its name; one that is there already takes the new options. Raise what `by` may not."""
    if standing is Standing.KEPT:
        definition = scheduling.with_standing(definition, definition.name or default_name(definition))
    remote.refuse(definition, by)
    permits.refuse_queue(definition, by)
    permits.refuse_logs(definition, by)
    definition = handler_store.settled(definition) if by.is_trusted else handler_store.listed(definition)
    refuse_nested(definition)
    with transaction.atomic():
        return _written(definition, origin, by)


def _written(definition: Definition, origin: str, by: Submitter) -> Job:
    source, zone = identity(definition)
    name = definition.name or default_name(definition)
    before = scheduling.locked(name)
    job, made = Job.objects.get_or_create(
        name=name,
        defaults={
            "source": shown(definition.source),
            "source_identity": source,
            "destination": definition.destination,
            "zone_identity": zone,
            "options": definition.options(),
            "origin": origin,
            "defined_by": _stored(by),
            "created_at": now(),
        },
    )
    if not made:
        _same_or_refused(job, definition, source, zone)
        Job.objects.filter(pk=job.pk).update(
            options=definition.options(), source=shown(definition.source), origin=origin, defined_by=_stored(by)
        )
        job.refresh_from_db()
    scheduling.settle(job, before)
    return job


def _same_or_refused(job: Job, definition: Definition, source: str, zone: str) -> None:
    """A name stands for one source, destination and zone; snapshots of another tree must never be believed."""
    same = (job.source_identity, job.destination.rstrip("/"), job.zone_identity)
    if same != (source, definition.destination.rstrip("/"), zone):
        raise UsageError(
            f"The job {job.name} goes from {job.source} to {job.destination}",
            hint="Take another --name, or remove that job with `lading jobs rm`",
        )


def definer(job: Job) -> Submitter:
    """Return who defined a job."""
    return Submitter.model_validate(job.defined_by)


def _stored(by: Submitter) -> dict[str, object]:
    return by.model_dump(mode="json", exclude_defaults=True)


def find(name: str) -> Job:
    """Return the job; `UsageError` if there is none."""
    job = Job.objects.filter(name=name).first()
    if job is None:
        raise NotFound(f"There is no job {name}", hint="`lading jobs list` shows them")
    return job


def start(
    job: Job,
    relist: Relist = Relist.DUE,
    *,
    by: Submitter = SHELL,
    overlap: Overlap | None = None,
    began: Began = Began.REQUEST,
) -> Run:
    """Begin a run of the job; `UsageError` while another run of it has not ended, unless the job wants it otherwise."""
    own = relisting.for_run(relist, job.pk, RUN_KIND).model_copy(update={"began": began})
    definition = definition_of(job)
    batches = [first_scan(config.current().scan.first_entries, names_for(definition.source))]
    return begin(job, Plan(batches=batches, own=own, overlap=overlap or definition.overlap, by=by, whole=True))


def restore(run_id: int, *, by: Submitter = SHELL) -> Run:
    """Begin a run that brings back what an ended run deleted; `UsageError` if there is nothing."""
    before = control.find(run_id)
    retention.refuse_aged(before, Kind.DELETED)
    lost = restoring.batches(run_id)
    if not lost:
        raise UsageError(f"Run {run_id} deleted nothing")
    job = Job.objects.filter(pk=before.job_id or 0).first()
    if job is None:
        raise UsageError(f"The job of run {run_id} was removed: its zone and source are not known any more")
    return begin(job, Plan(batches=lost, stage="restoring", by=by))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a run of a job begins."""

    batches: Sequence[NewBatch]
    kind: str = RUN_KIND
    stage: str = "moving"
    title: str = "{source} → {destination}"
    own: RunOptions = field(default_factory=RunOptions)
    #: looks at the whole source, under all options of the job
    whole: bool = False
    #: what it is told instead of what the job is
    definition: Definition | None = None
    #: what is done while another run of the job is under way
    overlap: Overlap = Overlap.REFUSE
    #: who wants it
    by: Submitter = SHELL


def begin(job: Job, plan: Plan) -> Run:
    """
    Begin a run of the job, now or behind another one.

    Raise `UsageError` if it cannot, `RunLeftOut` if it need not, and what whoever wants it may not.
    """
    by = definer(job).and_by(plan.by)
    told = plan.definition or definition_of(job)
    remote.refuse(told, by)
    definition = handler_store.refreshed(told)
    own = plan.own.model_copy(update={"submitter": by})
    going_back.notice()
    with transaction.atomic():
        if not Job.objects.select_for_update().filter(pk=job.pk):
            raise UsageError(f"The job {job.name} was removed", hint="`lading jobs list` shows those that are there")
        _refuse_if_paused(job)
        first = beside.first_in_line(job, plan.overlap)
        if plan.kind == RUN_KIND:
            refuse_overlap(job, definition)
        run = runs.start(
            NewRun(
                kind=plan.kind,
                title=plan.title.format(source=shown(definition.source), destination=definition.destination),
                stage=plan.stage,
                job_id=job.pk,
                options=definition.options() | _own(job, plan, own).stored(),
                priority=definition.priority,
                circuit=assembly.circuit_of(job.zone_identity),
                window=definition.window or "",
                batches=job_hooks.after_pre_job(plan.batches, definition) if plan.kind == RUN_KIND else plan.batches,
            )
        )
        if first is not None:
            queueing.put_behind(run, first)
        elif plan.kind == RUN_KIND:  # who only compares leaves deletions that wait for approval alone
            approval.replace_held(job.pk, run)
    transaction.on_commit(enqueue.pump)  # whoever begins it may write more in the same transaction
    return run


def _own(job: Job, plan: Plan, own: RunOptions) -> RunOptions:
    return doubting.for_run(job, own, whole=plan.whole) if plan.kind == RUN_KIND else own


def _refuse_if_paused(job: Job) -> None:
    if job.paused:
        raise UsageError(f"The job {job.name} is paused", hint=f"`lading jobs pause --off {job.name}` lets it run")


def definition_of(job: Job) -> Definition:
    """Return what a job is told to do."""
    return from_options(job.options)


def pause(job: Job, *, paused: bool) -> None:
    """Let no run of the job begin, or let them again."""
    Job.objects.filter(pk=job.pk).update(paused=paused)


def remove(job: Job) -> None:
    """Forget the job and its snapshot; `UsageError` while a run of it has not ended."""
    with transaction.atomic():
        keeping.lock(job.pk)
        Job.objects.select_for_update().filter(pk=job.pk).first()  # no run of it begins meanwhile
        other = control.under_way(job.pk).first()
        if other is not None:
            raise UsageError(
                f"Run {other.pk} of the job {job.name} is {other.state}", hint=f"`lading stop {other.pk}` first"
            )
        keeping.remove_all_of(job.pk)
        job.delete()


def forget_missing(folder: Path, kept: set[str]) -> list[str]:
    """Remove jobs that came from files of a folder that are not there any more; return their names."""
    gone = [
        job for job in Job.objects.exclude(origin="") if Path(job.origin).parent == folder and job.origin not in kept
    ]
    for job in gone:
        remove(job)
    return [job.name for job in gone]


def has_arrived(definition: Definition) -> bool:
    """Say whether a job like this has brought something to its destination before, under these options."""
    name = definition.name or default_name(definition)
    job = Job.objects.filter(name=name, destination=definition.destination).first()
    digest = assembly.rules_of(definition).digest[:16]
    return job is not None and Segment.objects.filter(job=job, digest=digest).exists()
