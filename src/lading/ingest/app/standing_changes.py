"""What a stored job does without being asked, changed by itself: its schedule, its watch, who is told of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lading.base.errors import NotFound
from lading.base.paths import hidden
from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.permits import Submitter
from lading.ingest.app.remote import refuse_from_file
from lading.ingest.app.scheduling import KIND
from lading.orchestration.schedules import keeping
from lading.orchestration.schedules.models import Schedule


def changed(job: Job, values: Mapping[str, Any]) -> Definition:
    """Return the job's definition with other values, as a job file has them. Raise `ValidationError`."""
    told = job.options | {"name": job.name, "source": hidden(job.source)} | values
    return Definition.model_validate(told)


def put(job: Job, definition: Definition, *, by: Submitter) -> Job:
    """Store a job under what `changed` said. Raise `UsageError` for a job of a file, and what `by` may not."""
    refuse_from_file(job)
    return jobs.store(definition, by=by)


def schedule_of(job: Job) -> Schedule:
    """Return when runs of the job begin by themselves; raise `NotFound` where none does."""
    found = Schedule.objects.filter(kind=KIND, owner_id=job.pk).first()
    if found is None:
        raise NotFound(f"The job {job.name} has no schedule", hint="It runs when somebody says so")
    return found


def switch(job: Job, *, enabled: bool) -> Schedule:
    """
    Switch the schedule of a job on or off; what was due while it was off is not made up for.

    The definition stays as it is, so that jobs of files are switched, too: as by `lading schedules disable`.
    """
    keeping.turn(schedule_of(job).pk, enabled=enabled)
    return schedule_of(job)
