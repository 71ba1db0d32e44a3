"""Jobs: what is brought where, stored under a name."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import ValidationError

from lading.accounts import audit
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Role
from lading.base.errors import NotFound, RequestInvalid
from lading.base.paths import hidden
from lading.ingest.app import jobs, rehearsing, starting
from lading.ingest.app.definition import Definition, explained
from lading.ingest.app.models import Job
from lading.ingest.app.remote import job_for, job_ids_for, refuse, refuse_from_file, refuse_new_name, submitter
from lading.ingest.app.run_options import Look, Relist, Sends
from lading.web.api import asked, job_shapes, shapes
from lading.web.console.reading.jobs import newest_runs

router = Router(tags=["jobs"])


@router.get("/jobs", response=shapes.Page[job_shapes.Job], by_alias=True)
def list_jobs(
    request: Request,
    cursor: str | None = None,
    text: Annotated[str, Query(max_length=500)] = "",
    limit: Annotated[int, Query(ge=1, le=shapes.MOST)] = shapes.USUAL,
) -> shapes.Page[job_shapes.Job]:
    """List the stored jobs, in the order in which they were stored."""
    found = Job.objects.filter(pk__gt=asked.cursor(cursor)).order_by("pk")
    ids = job_ids_for(request.caller)
    found = found if ids is None else found.filter(pk__in=ids)
    if text:
        found = found.filter(name__icontains=text.replace("\0", ""))
    some = list(found[: limit + 1])
    following = str(some[limit - 1].pk) if len(some) > limit else None
    newest = newest_runs([job.pk for job in some[:limit]])
    items = [_told(job, newest[job.pk].pk if job.pk in newest else None) for job in some[:limit]]
    return shapes.Page[job_shapes.Job](items=items, next=following)


@router.post("/jobs", response={201: job_shapes.Job}, by_alias=True)
def create_job(request: Request, definition: Definition, response: HttpResponse) -> Status[job_shapes.Job]:
    """Store a definition, as a job file has it; one of that name that is there already takes the new options."""
    told = definition.model_copy(update={"source": hidden(definition.source)})
    refuse(told, submitter(request.caller))  # before its places are looked at to make a name of them
    name = told.name or jobs.default_name(told)
    with audit.recorded(request.caller, "job.store", name):
        refuse_new_name(request.caller, name)
        _refuse_what_is_read_only(name)
        job = jobs.store(told, by=submitter(request.caller))
    response.headers["Location"] = address_of(job)
    return Status(201, _told(job))


@router.get("/jobs/{name}", response=job_shapes.Job, by_alias=True)
def show_job(request: Request, name: str) -> job_shapes.Job:
    """Show one job."""
    job = find(request, name)
    newest = newest_runs([job.pk])
    return _told(job, newest[job.pk].pk if newest else None)


@router.patch("/jobs/{name}", response=job_shapes.Job, by_alias=True)
def edit_job(request: Request, name: str, patch: job_shapes.Patch) -> job_shapes.Job:
    """Change options of a job; what is not named stays."""
    job = find(request, name)
    told = {key: value for key, value in (job.options | patch.definition).items() if value is not None}
    definition = _definition(told | {"name": job.name})
    with audit.recorded(request.caller, "job.store", job.name):
        refuse_from_file(job)
        return _told(jobs.store(definition, by=submitter(request.caller)))


@router.delete("/jobs/{name}", response={204: None})
def remove_job(request: Request, name: str) -> Status[None]:
    """Forget a job and its snapshot; nothing in iRODS is touched, its runs and manifests stay."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.remove", job.name):
        refuse_from_file(job)
        jobs.remove(job)
    return Status(204, None)


@router.post("/jobs/{name}/copy", response={201: job_shapes.Job}, by_alias=True)
def copy_job(request: Request, name: str, wanted: job_shapes.Copy, response: HttpResponse) -> Status[job_shapes.Job]:
    """Store a job like another one, under a new name."""
    job = find(request, name)
    told = job.options | wanted.model_dump(exclude_none=True)
    with audit.recorded(request.caller, "job.store", wanted.name):
        refuse_new_name(request.caller, wanted.name)
        if Job.objects.filter(name=wanted.name).exists():
            raise RequestInvalid(f"There is a job {wanted.name} already")
        made = jobs.store(_definition(told), by=submitter(request.caller))
    response.headers["Location"] = address_of(made)
    return Status(201, _told(made))


@router.post("/jobs/{name}/pause", response=job_shapes.Job, by_alias=True)
def pause_job(request: Request, name: str, pause: job_shapes.Pause) -> job_shapes.Job:
    """Let no run of the job begin, or let them again."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.pause", job.name):
        jobs.pause(job, paused=pause.paused)
    job.refresh_from_db()
    return _told(job)


@router.post("/jobs/{name}/run", response=asked.ACCEPTED, by_alias=True)
def run_job(request: Request, name: str, how: job_shapes.Start | None = None) -> HttpResponse:
    """Begin a run of the job now."""
    job = find(request, name)
    relist = Relist.ALL if how and how.recheck else Relist.DUE
    with audit.recorded(request.caller, "job.run", job.name):
        return asked.accepted(jobs.start(job, relist, by=submitter(request.caller)))


@router.post("/jobs/{name}/plan", response=asked.ACCEPTED, by_alias=True)
def plan_job(request: Request, name: str) -> HttpResponse:
    """Let a worker check both ends and find out what a run would do; nothing is written anywhere."""
    job = find(request, name)
    with audit.recorded(request.caller, "job.plan", job.name):
        return asked.accepted(rehearsing.rehearse(job, by=submitter(request.caller)), path="/plan")


@router.post("/plans", response=asked.ACCEPTED, by_alias=True, auth=list(behind(Role.OPERATOR, is_of_jobs=False)))
def plan_definition(request: Request, definition: Definition) -> HttpResponse:
    """Let a worker find out what a run of a definition would do that is stored nowhere."""
    told = definition.model_copy(update={"source": hidden(definition.source)})
    with audit.recorded(request.caller, "job.plan", told.name or ""):
        return asked.accepted(rehearsing.rehearse_definition(told, by=submitter(request.caller)), path="/plan")


@router.post("/jobs/{name}/verify", response=asked.ACCEPTED, by_alias=True)
def verify_job(request: Request, name: str, how: job_shapes.Verify | None = None) -> HttpResponse:
    """Begin a run that compares source and iRODS, and mends only if it is told to."""
    job = find(request, name)
    look = Look(**(how or job_shapes.Verify()).model_dump())
    with audit.recorded(request.caller, "job.verify", job.name):
        return asked.accepted(starting.verify(jobs.definition_of(job), look, by=submitter(request.caller)))


@router.post("/jobs/{name}/adopt", response=asked.ACCEPTED, by_alias=True)
def adopt_job(request: Request, name: str, how: job_shapes.Adopt | None = None) -> HttpResponse:
    """Begin a run that takes over what is in iRODS already."""
    job = find(request, name)
    sends = Sends.WHAT_DIFFERS if how and how.send else Sends.NOTHING
    with audit.recorded(request.caller, "job.adopt", job.name):
        return asked.accepted(starting.adopt(job, sends, has_sync_times=False, by=submitter(request.caller)))


def address_of(job: Job) -> str:
    """Return where a job is: by its name, or by its number where the name would be two parts of an address."""
    name = f"@{job.pk}" if "/" in job.name or job.name.startswith(("@", ".")) else quote(job.name, safe="")
    return f"/api/v1/jobs/{name}"


def find(request: Request, name: str) -> Job:
    """Return the job of that name, or of the number after an @; raise `NotFound`, also for what a token is not for."""
    number = name[1:]
    if name.startswith("@") and number.isascii() and number.isdigit() and len(number) < len(str(2**63)):
        name = Job.objects.filter(pk=int(number)).values_list("name", flat=True).first() or ""
    if not name or "\0" in name:
        raise NotFound("There is no such job")
    return job_for(request.caller, name)


def _definition(values: dict[str, Any]) -> Definition:
    """Return the definition that a request has; raise `RequestInvalid` with all that is wrong."""
    told = dict(values)
    if isinstance(told.get("source"), str):
        told["source"] = hidden(told["source"])
    try:
        return Definition.model_validate(told)
    except ValidationError as error:
        raise RequestInvalid(f"The definition is wrong: {explained(error)}") from error


def _refuse_what_is_read_only(name: str) -> None:
    job = Job.objects.filter(name=name).first()
    if job is not None:
        refuse_from_file(job)


def _told(job: Job, last_run: int | None = None) -> job_shapes.Job:
    options = {key: value for key, value in job.options.items() if value not in (None, [], {})}
    return job_shapes.Job(
        job=job.name,
        location=address_of(job),
        paused=job.paused,
        origin=job.origin,
        defined_by=jobs.definer(job).user,
        created_at=job.created_at,
        definition=options | {"name": job.name},
        last_run=last_run,
        plan=job.rehearsal_id,
    )
