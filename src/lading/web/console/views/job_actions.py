"""What people do with a job."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.ingest.app import jobs
from lading.ingest.app.remote import refuse_from_file, submitter
from lading.web.console.doing import SeeOther, told
from lading.web.console.views.finding import job_of


@require_POST
@require(Role.OPERATOR)
def run(request: Request, job_id: int) -> HttpResponse:
    """Run it now, and show that run."""
    job = job_of(job_id)
    address = reverse("console:job", args=[job_id])
    with told(request, "job.run", job.name):
        begun = jobs.start(job, by=submitter(request.caller))
        address = reverse("console:run", args=[begun.pk])
    return SeeOther(address)


@require_POST
@require(Role.OPERATOR)
def pause(request: Request, job_id: int) -> HttpResponse:
    """Let no run of it begin, or let them again."""
    job = job_of(job_id)
    paused = request.POST.get("paused") == "yes"
    with told(request, "job.pause", job.name):
        jobs.pause(job, paused=paused)
        messages.success(
            request, f"{job.name} is paused: no run of it begins" if paused else f"{job.name} may run again"
        )
    return SeeOther(reverse("console:job", args=[job_id]))


@require_POST
@require(Role.OPERATOR)
def remove(request: Request, job_id: int) -> HttpResponse:
    """Forget it."""
    job = job_of(job_id)
    address = reverse("console:job", args=[job_id])
    with told(request, "job.remove", job.name):
        refuse_from_file(job)
        jobs.remove(job)
        messages.success(request, f"The job {job.name} is forgotten; what it brought stays in iRODS")
        address = reverse("console:jobs")
    return SeeOther(address)
