"""The plan of a job: asked for, waited for, shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.ingest.app import jobs, rehearsing
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.remote import submitter
from lading.orchestration.ledger.workers import slots_by_queue
from lading.orchestration.models import Run
from lading.web.console.doing import SeeOther, told
from lading.web.console.views.finding import job_of

#: how the counts of a plan read
_COUNTED = {
    "create": "to create",
    "update": "to update",
    "register": "to register",
    "adopt": "to adopt",
    "look": "to read and compare",
    "collection": "collections to make",
    "delete": "to delete",
    "skip": "to skip",
    "fail": "that fail",
    "keep": "unchanged",
}


@require_http_methods(["GET", "HEAD", "POST"])
@require(Role.VIEWER)
def plan(request: Request, job_id: int) -> HttpResponse:
    """Show the plan as far as it is; POST begins a new one."""
    job = job_of(job_id)
    if request.method == "POST":
        return _begun(request, job)
    return render(request, "console/_plan.html", {"job": job, **context(job, jobs.definition_of(job))})


@require(Role.OPERATOR)
def _begun(request: Request, job: Job) -> HttpResponse:
    with told(request, "job.plan", job.name):
        rehearsing.rehearse(job, by=submitter(request.caller))
    return SeeOther(reverse("console:job", args=[job.pk]))


def context(job: Job, definition: Definition) -> dict[str, Any]:
    """Return what `_plan.html` shows; three statements."""
    run = Run.objects.filter(pk=job.rehearsal_id).first() if job.rehearsal_id else None
    if run is None:
        return {"plan_run": None, "plan": None}
    found = rehearsing.rehearsal_of(run)
    return {
        "plan_run": run,
        "plan": found,
        "plan_counts": []
        if found is None
        else [(verb, words, found.counts[verb]) for verb, words in _COUNTED.items() if verb in found.counts],
        "plan_is_old": not rehearsing.is_about(run, definition),
        "nobody_works": found is None and not slots_by_queue()["filesystem"],
    }
