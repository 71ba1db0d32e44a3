"""How runs begin that only compare or adopt: on top of what a job says, without changing it."""

from __future__ import annotations

from lading.base import config
from lading.base.cancellation import Token, Unlimited
from lading.ingest.app import assembly, handler_store, jobs, synctimes, verifying
from lading.ingest.app.definition import Definition
from lading.ingest.app.jobs import Plan
from lading.ingest.app.kinds import VERIFY_KIND, first_scan
from lading.ingest.app.models import Job
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.app.run_options import Look, Relist, RunOptions, Sends
from lading.ingest.app.scheduling import Standing
from lading.ingest.app.task_names import names_for
from lading.ingest.engine.clearing import After
from lading.ingest.engine.destinations.naming import refuse_bad_collection
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import Run


def stored(definition: Definition) -> Job | None:
    """Return the job of that name, or of that source and destination; None if there is none."""
    return Job.objects.filter(name=definition.name or jobs.default_name(definition)).first()


def check(definition: Definition) -> None:
    """Raise what is wrong with source or zone; the collection need neither be there nor be writable."""
    assembly.source_of(definition).marker()
    zone = assembly.destination_of(definition, Unlimited()).traits().zone
    refuse_bad_collection(definition.destination.rstrip("/"), zone)


def check_both(definition: Definition, by: Submitter, token: Token) -> None:
    """Raise what is wrong with source or destination of a run that writes, as a sentence."""
    assembly.source_of(definition, by).marker()
    check_destination(definition, token)


def check_destination(definition: Definition, token: Token) -> None:
    """Raise what is wrong with a destination that is written to: zone, collection, permission, resource."""
    destination = assembly.destination_of(definition, token)
    destination.check_destination(definition.destination)
    if definition.resource and definition.operation.writes:
        destination.resources().refuse(definition.resource, definition.operation)


def verify(definition: Definition, look: Look, *, by: Submitter = SHELL) -> Run:
    """Begin a run that compares; a sample takes the job's turn. `UsageError` while another run has not ended."""
    job = stored(definition) or jobs.store(definition, by=by, standing=Standing.KEPT)
    told = definition if definition.handler_digest or not by.is_trusted else handler_store.settled(definition)
    own = RunOptions(
        look=look.model_copy(update={"turn": job.turn}), sends=Sends.WHAT_DIFFERS if look.repair else Sends.NOTHING
    )
    return jobs.begin(
        job,
        Plan(
            kind=VERIFY_KIND,
            stage="comparing",
            title="verify {source} = {destination}",
            batches=[verifying.first_batch(config.current().scan.first_entries, names_for(told.source))],
            own=own,
            definition=_without_consequences(told),
            by=by,
        ),
    )


def job_to_adopt(definition: Definition, redis_address: str | None, *, by: Submitter = SHELL) -> Job:
    """Return the job, stored with these options; with an address, read what another tool knows of its files."""
    job = jobs.store(definition, by=by, standing=Standing.KEPT)
    if redis_address is not None:
        roots = synctimes.roots_of(assembly.source_of(definition), definition.source)
        synctimes.load(job.pk, redis_address, roots, definition.destination)
    return job


def adopt(job: Job, sends: Sends, *, has_sync_times: bool, by: Submitter = SHELL) -> Run:
    """Begin a run that takes over what is there, every folder of it; it sends only if it is told to."""
    return jobs.begin(
        job,
        Plan(
            title="adopt {source} = {destination}",
            batches=[first_scan(config.current().scan.first_entries, names_for(jobs.definition_of(job).source))],
            own=RunOptions(relist=Relist.ALL, sends=sends, sync_times=has_sync_times),
            definition=_without_consequences(jobs.definition_of(job)),
            by=by,
        ),
    )


def _without_consequences(definition: Definition) -> Definition:
    """Return the definition for a run that deletes nothing in the zone and clears nothing away at the source."""
    return definition.model_copy(
        update={"delete_mode": DeleteMode.DO_NOT_DELETE, "after": After.KEEP, "after_folder": None}
    )
