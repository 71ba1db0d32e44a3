"""What a job does without being asked: its form, and the switch of its schedule."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import ValidationError

from lading.accounts import audit
from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.base.errors import LadingError
from lading.ingest.app import jobs, standing_changes
from lading.ingest.app.models import Job
from lading.ingest.app.remote import submitter
from lading.web.console import standing_form
from lading.web.console.doing import SeeOther, told
from lading.web.console.standing_form import Form
from lading.web.console.views.finding import changeable_job, job_of


@require_http_methods(["GET", "HEAD", "POST"])
@require(Role.OPERATOR)
def edit(request: Request, job_id: int) -> HttpResponse:
    """Change when runs of a job begin by themselves, whether it is watched, who is told."""
    job = changeable_job(request, job_id)
    if job is None:
        return SeeOther(_page_of(job_id))
    if request.method == "POST":
        return _stored(request, job)
    return _shown(request, job, standing_form.of(jobs.definition_of(job)))


@require_POST
@require(Role.OPERATOR)
def switch(request: Request, job_id: int) -> HttpResponse:
    """Let runs begin by the clock, or not."""
    job = job_of(job_id)
    enabled = request.POST.get("enabled") == "yes"
    with told(request, "job.schedule", job.name):
        standing_changes.switch(job, enabled=enabled)
        messages.success(request, f"The schedule of {job.name} is {'on' if enabled else 'off'}")
    return SeeOther(_page_of(job_id))


@require_POST
@require(Role.OPERATOR)
def remove(request: Request, job_id: int) -> HttpResponse:
    """Take the schedule away."""
    job = job_of(job_id)
    with told(request, "job.schedule", job.name):
        definition = standing_changes.changed(job, {"schedule": None})
        standing_changes.put(job, definition, by=submitter(request.caller))
        messages.success(request, f"{job.name} has no schedule any more")
    return SeeOther(_page_of(job_id))


def _stored(request: Request, job: Job) -> HttpResponse:
    texts = standing_form.sent(request.POST)
    try:
        definition = standing_changes.changed(job, standing_form.values_of(texts, jobs.definition_of(job)))
        with audit.recorded(request.caller, "job.schedule", job.name):
            standing_changes.put(job, definition, by=submitter(request.caller))
    except ValidationError as error:
        return _shown(request, job, standing_form.refused(texts, error), status=422)
    except LadingError as error:
        return _shown(request, job, Form(texts=texts, problem=str(error)), status=422)
    messages.success(request, f"{job.name} is stored")
    return SeeOther(_page_of(job.pk))


def _shown(request: Request, job: Job, form: Form, status: int = 200) -> HttpResponse:
    return render(request, "console/standing_form.html", {"job": job, "form": form}, status=status)


def _page_of(job_id: int) -> str:
    return reverse("console:job", args=[job_id])
