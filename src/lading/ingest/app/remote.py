"""What those may do who came by the web or the API: the settings' bounds, narrowed by their role."""

from __future__ import annotations

from lading.accounts import grants
from lading.accounts.roles import Caller, NotPermitted
from lading.base import config
from lading.base.config_groups import Allowed
from lading.base.errors import NotFound, UsageError
from lading.ingest.app import permits
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.permits import Submitter, Via
from lading.orchestration.kinds import run_kind
from lading.orchestration.ledger import control
from lading.orchestration.models import Run


def submitter(caller: Caller) -> Submitter:
    """Return as whom the workers know who asks."""
    return Submitter(via=Via.REMOTE, user=caller.name)


def allowed_for(by: Submitter) -> Allowed:
    """Return what somebody may touch."""
    allowed = config.current().allowed
    return allowed if by.is_trusted or not by.user else grants.narrowed(allowed, by.user)


def refuse(definition: Definition, by: Submitter) -> None:
    """Raise what of a definition `by` may not do."""
    permits.refuse(definition, by, allowed_for(by))


def job_for(caller: Caller, name: str) -> Job:
    """Return a job that a caller may know of; `NotFound` for all others."""
    job = Job.objects.filter(name=name).first()
    if job is None or not caller.sees(name):
        raise NotFound(f"There is no job {name}")
    return job


def run_for(caller: Caller, run_id: int) -> Run:
    """Return a run that a caller may know of; `NotFound` for all others."""
    run = control.find(run_id)
    is_of = run_kind(run.kind).is_of
    is_for_others = caller.only is not None and is_of is None  # what is nobody's own is a matter of jobs
    if (
        is_for_others
        or (caller.jobs and run.pk not in _runs_of(caller, run))
        or (is_of and not is_of(run.pk, caller.user_id))
    ):
        raise NotFound(f"There is no run {run_id}")
    return run


def run_to_go_on(caller: Caller, run_id: int) -> Run:
    """
    Return a run that a caller may let go on, or have deletions approved of, whoever defined it.

    Where the role was granted collections, `NotPermitted` for a run that writes to another one: a colleague's run must not do
    there what the caller may not.
    """
    run = run_for(caller, run_id)
    destination = run.options.get("destination")
    granted = grants.narrowed(Allowed(destinations=("/",)), caller.name).destinations
    if isinstance(destination, str) and not any(permits.is_below(destination, one) for one in granted):
        raise NotPermitted(
            f"Run {run_id} writes to {destination}, which {caller.name} may not", hint="Somebody else with the role can"
        )
    return run


def job_ids_for(caller: Caller) -> frozenset[int] | None:
    """Return the jobs that a caller may know of; None: all."""
    if not caller.jobs:
        return None
    return frozenset(pk for pk, name in Job.objects.values_list("pk", "name") if caller.sees(name))


def refuse_new_name(caller: Caller, name: str | None) -> None:
    """Raise `NotPermitted` where a token is for certain jobs, and this would be another one."""
    if caller.jobs and not caller.sees(name or ""):
        raise NotPermitted(f"The token is for the jobs {', '.join(caller.jobs)} alone", hint="Name the job so")


def refuse_from_file(job: Job) -> None:
    """Raise `UsageError` for a job that comes from a file: whoever changes it changes the file."""
    if job.origin:
        raise UsageError(
            f"The job {job.name} comes from the file {job.origin}", hint="Change the file, then `lading jobs apply`"
        )


def _runs_of(caller: Caller, run: Run) -> set[int]:
    """Return the run's number if it belongs to a job that the caller sees: its run, or its plan."""
    jobs = Job.objects.filter(pk=run.job_id) if run.job_id is not None else Job.objects.filter(rehearsal_id=run.pk)
    return {run.pk for name in jobs.values_list("name", flat=True) if caller.sees(name)}
