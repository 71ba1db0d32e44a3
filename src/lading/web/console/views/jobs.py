"""The pages of jobs: the list, one job, the form."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lading.accounts import audit
from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.base.errors import LadingError, UsageError
from lading.ingest.app import jobs, rehearsing
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.remote import allowed_for, submitter
from lading.orchestration.ledger.clock import now
from lading.web.console import forms
from lading.web.console.doing import SeeOther
from lading.web.console.forms import Form
from lading.web.console.reading import jobs as read
from lading.web.console.reading import runs, settings_of, standing
from lading.web.console.views import plans
from lading.web.console.views.finding import changeable_job, job_of, number


@require_safe
@require(Role.VIEWER)
def listed(request: Request) -> HttpResponse:
    """List jobs by name."""
    text = request.GET.get("q", "").strip()
    found = read.page(text=text, after=request.GET.get("after", ""))
    return render(request, "console/jobs.html", {"page": found, "text": text})


@require_safe
@require(Role.VIEWER)
def page(request: Request, job_id: int) -> HttpResponse:
    """Show one job: what it is told, its plan, its runs."""
    job = job_of(job_id)
    definition = jobs.definition_of(job)
    context = {
        "job": job,
        "standing": standing.standing_of(job, definition, now()),
        "options": settings_of.settings_of(definition),
        "history": runs.page(job_id=job_id, before=number(request, "before")),
        "is_first": not number(request, "before"),
        **plans.context(job, definition),
    }
    return render(request, "console/job.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Role.OPERATOR)
def new(request: Request) -> HttpResponse:
    """Make a job, empty or as a copy of another one; then plan it."""
    if request.method == "POST":
        return _stored(request, None)
    return _shown(request, None, _copied(number(request, "copy")))


@require_http_methods(["GET", "HEAD", "POST"])
@require(Role.OPERATOR)
def edit(request: Request, job_id: int) -> HttpResponse:
    """Change what a job is told; then plan it anew. One that comes from a file is changed there."""
    job = changeable_job(request, job_id)
    if job is None:
        return SeeOther(reverse("console:job", args=[job_id]))
    if request.method == "POST":
        return _stored(request, job)
    return _shown(request, job, forms.of(jobs.definition_of(job).model_copy(update={"name": job.name}), is_stored=True))


def _copied(job_id: int) -> Form:
    if not job_id:
        return forms.empty()
    copy = forms.of(jobs.definition_of(job_of(job_id)), is_stored=False)
    return Form(texts={**copy.texts, "name": ""})


def _stored(request: Request, job: Job | None) -> HttpResponse:
    """Store what the form says and begin its plan; or show the form again with what is wrong."""
    before = None if job is None else jobs.definition_of(job).model_copy(update={"name": job.name})
    try:
        definition = forms.definition_in(request.POST, before)
    except forms.Refused as refused:
        return _shown(request, job, refused.form, status=422)
    try:
        with audit.recorded(request.caller, "job.store", str(definition.name)):
            stored = _written(request, definition, is_new=job is None)
    except LadingError as error:
        form = forms.refused(forms.of(definition, is_stored=job is not None).texts, error, is_stored=job is not None)
        return _shown(request, job, form, status=422)
    return SeeOther(reverse("console:job", args=[stored.pk]))


def _written(request: Request, definition: Definition, *, is_new: bool) -> Job:
    if is_new and Job.objects.filter(name=definition.name).exists():
        raise UsageError(f"There is a job {definition.name} already", hint="Take another name, or edit that one")
    by = submitter(request.caller)
    job = jobs.store(definition, by=by)
    rehearsing.rehearse(job, by=by)
    return job


def _shown(request: Request, job: Job | None, form: Form, status: int = 200) -> HttpResponse:
    allowed = allowed_for(submitter(request.caller))
    return render(request, "console/job_form.html", {"job": job, "form": form, "allowed": allowed}, status=status)
