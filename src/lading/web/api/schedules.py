"""When runs of jobs begin by themselves, and how watches stand."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router, Status
from pydantic import ValidationError

from lading.accounts import audit
from lading.accounts.access import Request
from lading.base.errors import NotFound, RequestInvalid
from lading.ingest.app import standing_changes
from lading.ingest.app.definition import explained
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.remote import job_ids_for, submitter
from lading.ingest.app.standing_options import ScheduleOptions
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Schedule
from lading.web.api import asked, job_shapes, shapes
from lading.web.api.jobs import find
from lading.web.console.reading.standing import next_times

router = Router(tags=["schedules"])


@router.get("/schedules", response=shapes.Page[job_shapes.Schedule], by_alias=True)
def list_schedules(
    request: Request,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=shapes.MOST)] = shapes.USUAL,
) -> shapes.Page[job_shapes.Schedule]:
    """List what begins by itself, with the next times; also what watched jobs are run by as a whole."""
    found = Schedule.objects.filter(pk__gt=asked.cursor(cursor)).order_by("pk")
    ids = job_ids_for(request.caller)
    found = found if ids is None else found.filter(job_id__in=ids)
    some, at = list(found[: limit + 1]), now()
    following = str(some[limit - 1].pk) if len(some) > limit else None
    return shapes.Page[job_shapes.Schedule](items=[_told(one, at) for one in some[:limit]], next=following)


@router.get("/jobs/{name}/schedule", response=job_shapes.Schedule, by_alias=True)
def show_schedule(request: Request, name: str) -> job_shapes.Schedule:
    """Show when runs of a job begin by themselves."""
    return _told(standing_changes.schedule_of(find(request, name)), now())


@router.put("/jobs/{name}/schedule", response=job_shapes.Schedule, by_alias=True)
def put_schedule(request: Request, name: str, wanted: ScheduleOptions) -> job_shapes.Schedule:
    """Let runs of a job begin by themselves so, switched on unless it says otherwise; a timetable that stays keeps its times."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.schedule", job.name):
        stored = _stored(request, job, wanted.model_dump(mode="json"))
        return _told(standing_changes.switch(stored, enabled=wanted.enabled), now())


@router.delete("/jobs/{name}/schedule", response={204: None})
def remove_schedule(request: Request, name: str) -> Status[None]:
    """Let no run of a job begin by the clock any more; a watched job is run as a whole all the same, as its watch says."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.schedule", job.name):
        standing_changes.schedule_of(job)
        _stored(request, job, None)
    return Status(204, None)


@router.post("/jobs/{name}/schedule/switch", response=job_shapes.Schedule, by_alias=True)
def switch_schedule(request: Request, name: str, switch: job_shapes.Switch) -> job_shapes.Schedule:
    """Switch the schedule of a job on or off, also of one that comes from a file; nothing is made up for afterwards."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.schedule", job.name):
        return _told(standing_changes.switch(job, enabled=switch.enabled), now())


@router.get("/jobs/{name}/watch", response=job_shapes.Watch, by_alias=True)
def show_watch(request: Request, name: str) -> job_shapes.Watch:
    """Show who watches the source of a job, what waits, and the newest run that began for what was seen."""
    job = find(request, name)
    found = Watch.objects.filter(job=job).first()
    if found is None:
        raise NotFound(f"The job {job.name} is not watched", hint="Its definition has no `watch`")
    return job_shapes.Watch(
        job=job.name,
        watched=found.lease_until > now(),
        holder=found.holder,
        how=found.how,
        waiting=found.waiting,
        losses=found.losses,
        told=found.told,
        since=found.since,
        last_run=found.run_id,
    )


def _stored(request: Request, job: Job, schedule: dict[str, Any] | None) -> Job:
    try:
        definition = standing_changes.changed(job, {"schedule": schedule})
    except ValidationError as error:
        raise RequestInvalid(f"The definition is wrong: {explained(error)}") from error
    return standing_changes.put(job, definition, by=submitter(request.caller))


def _told(one: Schedule, at: float) -> job_shapes.Schedule:
    return job_shapes.Schedule(
        job=one.name,
        kind=one.kind,
        every=one.every,
        cron=one.cron or None,
        time_zone=one.zone or None,
        catch_up=one.catch_up,
        overlap=one.overlap,
        enabled=one.enabled,
        next=[moment for moment, _ in next_times(one, at)],
        last_run=one.run_id,
        told=one.told,
    )
