"""The pages of runs: the list, and one run."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lading.accounts.access import require
from lading.accounts.roles import Role
from lading.orchestration.ledger.clock import now
from lading.web.console.reading import runs
from lading.web.console.views import run_parts
from lading.web.console.views.finding import number, run_of


@require_safe
@require(Role.VIEWER)
def listed(request: HttpRequest) -> HttpResponse:
    """List runs, newest first."""
    group, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    found = runs.page(group=group, text=text, before=number(request, "before"))
    context = {"page": found, "group": group, "groups": runs.GROUPS, "text": text}
    return render(request, "console/runs.html", context)


@require_safe
@require(Role.VIEWER)
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one run: everything is there at once, and its parts are renewed one by one."""
    run, at = run_of(run_id), now()
    progress = run_parts.progress_context(run, at)
    context = {
        "run": run,
        **progress,
        **run_parts.course_context(run, at),
        **run_parts.outcomes_context(request, run, progress["progress"].counts),
        **run_parts.deletions_context(request, run),
        **run_parts.log_context(request, run, at),
    }
    return render(request, "console/run.html", context)
