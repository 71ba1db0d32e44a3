"""What a page is about, or that there is no such thing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest

from lading.base.errors import UsageError
from lading.ingest.app.models import Job
from lading.ingest.app.remote import refuse_from_file
from lading.orchestration.kinds import private_kinds
from lading.orchestration.models import Run


def run_of(run_id: int) -> Run:
    """Return the run; 404 if there is none, or if it is one person's own, which has pages elsewhere."""
    run = Run.objects.filter(pk=run_id).exclude(kind__in=private_kinds()).first()
    if run is None:
        raise Http404(f"There is no run {run_id}")
    return run


def job_of(job_id: int) -> Job:
    """Return the job; 404 if there is none."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404(f"There is no job {job_id}")
    return job


def changeable_job(request: HttpRequest, job_id: int) -> Job | None:
    """Return the job; None, and a message to the reader, where it comes from a file and is changed there."""
    job = job_of(job_id)
    try:
        refuse_from_file(job)
    except UsageError as error:
        messages.error(request, str(error))
        return None
    return job


def number(request: HttpRequest, name: str) -> int:
    """Return a number of the address; 0 where it is missing or none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - fits 64 bits
