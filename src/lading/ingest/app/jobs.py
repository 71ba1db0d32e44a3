"""Job definitions in the ledger, and how a run of one begins."""

from __future__ import annotations

from hashlib import blake2b

from django.db import transaction

from lading.base import config
from lading.base.errors import UsageError
from lading.ingest.app import assembly
from lading.ingest.app.definition import Definition
from lading.ingest.app.kinds import RUN_KIND, first_scan
from lading.ingest.app.models import Job
from lading.orchestration import enqueue
from lading.orchestration.ledger import runs
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Run


def identity(definition: Definition) -> tuple[str, str]:
    """Return what makes two definitions one job: the canonical source, and the zone."""
    return assembly.source_of(definition).canonical, assembly.zone_identity(definition)


def default_name(definition: Definition) -> str:
    """Return the name of a job that was given none: a hash of source, destination and zone."""
    source, zone = identity(definition)
    parts = "\n".join((source, definition.destination.rstrip("/"), zone))
    return f"sync-{blake2b(parts.encode('utf-8', 'surrogateescape'), digest_size=5).hexdigest()}"


def store(definition: Definition, *, origin: str = "") -> Job:
    """Write the definition under its name; one that is there already takes the new options."""
    source, zone = identity(definition)
    name = definition.name or default_name(definition)
    job, made = Job.objects.get_or_create(
        name=name,
        defaults={
            "source": definition.source,
            "source_identity": source,
            "destination": definition.destination,
            "zone_identity": zone,
            "options": definition.options(),
            "origin": origin,
            "created_at": now(),
        },
    )
    if not made:
        _same_or_refused(job, definition, source, zone)
        Job.objects.filter(pk=job.pk).update(options=definition.options(), source=definition.source, origin=origin)
        job.refresh_from_db()
    return job


def _same_or_refused(job: Job, definition: Definition, source: str, zone: str) -> None:
    """A name stands for one source, destination and zone; snapshots of another tree must never be believed."""
    same = (job.source_identity, job.destination.rstrip("/"), job.zone_identity)
    if same != (source, definition.destination.rstrip("/"), zone):
        raise UsageError(
            f"The job {job.name} goes from {job.source} to {job.destination}",
            hint="Take another --name, or remove that job with `lading jobs rm`",
        )


def find(name: str) -> Job:
    """Return the job; `UsageError` if there is none."""
    job = Job.objects.filter(name=name).first()
    if job is None:
        raise UsageError(f"There is no job {name}", hint="`lading jobs list` shows them")
    return job


def start(job: Job) -> Run:
    """Begin a run of the job; `UsageError` while another run of it has not ended."""
    definition = assembly.definition_of(job.options)
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        other = Run.objects.filter(job_id=job.pk).exclude(state__in=ENDED).first()
        if other is not None:
            raise UsageError(
                f"The job {job.name} is being run already: run {other.pk} is {other.state}",
                hint=f"`lading follow {other.pk}` shows it, `lading stop {other.pk}` ends it",
            )
        run = runs.start(
            runs.NewRun(
                kind=RUN_KIND,
                title=f"{definition.source} → {definition.destination}",
                stage="moving",
                job_id=job.pk,
                options=definition.options(),
                priority=definition.priority,
                batches=[first_scan(config.current().scan.first_entries)],
            )
        )
    enqueue.pump()
    return run
