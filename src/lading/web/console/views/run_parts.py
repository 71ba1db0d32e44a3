"""The parts of a run's page, each by itself: what the page renews, and what its filters ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lading.accounts.access import require
from lading.accounts.roles import Role
from lading.base import config
from lading.ingest.app import kinds, manifests
from lading.ingest.app.models import Job
from lading.orchestration import retention
from lading.orchestration.ledger import logbook
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.tallies import totals_of
from lading.orchestration.models import ENDED, Run, RunState
from lading.web.console.reading import course as courses
from lading.web.console.reading import held, reasons
from lading.web.console.reading import outcomes as rows
from lading.web.console.reading.progress import progress_of
from lading.web.console.rows import row_of
from lading.web.console.views.finding import number, run_of

#: characters of a search that are looked for
_LONGEST = 200
#: seconds after its end in which workers may still write to the log of a run
_LATE = 60.0


@require_safe
@require(Role.VIEWER)
def live(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show how far the run is; tell the page when its state is another one than the page knows."""
    run = run_of(run_id)
    answer = render(request, "console/_live.html", {"run": run, **progress_context(run, now())})
    if request.GET.get("seen") not in (None, run.state):
        answer.headers["HX-Trigger"] = "settled"
    return answer


@require_safe
@require(Role.VIEWER)
def course(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show rates and phases over time."""
    run = run_of(run_id)
    return render(request, "console/_course.html", {"run": run, **course_context(run, now())})


@require_safe
@require(Role.VIEWER)
def outcomes(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a page of outcomes; the browser's address names the same filter on the run's page."""
    run = run_of(run_id)
    context = outcomes_context(request, run, totals_of([run])[run_id])
    if "more" in request.GET:  # a search that goes on where it stopped
        return render(request, "console/_outcome_rows.html", {"run": run, **context})
    answer = render(request, "console/_outcomes.html", {"run": run, **context})
    query = request.GET.urlencode()
    answer.headers["HX-Replace-Url"] = reverse("console:run", args=[run_id]) + (f"?{query}" if query else "")
    return answer


@require_safe
@require(Role.VIEWER)
def deletions(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what the run would delete, or was about to."""
    run = run_of(run_id)
    return render(request, "console/_deletions.html", {"run": run, **deletions_context(request, run)})


@require_safe
@require(Role.VIEWER)
def log(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show the newest lines of the log."""
    run = run_of(run_id)
    return render(request, "console/_log.html", {"run": run, **log_context(request, run, now())})


def progress_context(run: Run, at: float) -> dict[str, Any]:
    """Return what `_live.html` shows; six statements."""
    progress = progress_of(run, at)
    is_over = run.state in ENDED
    return {
        "progress": progress,
        **_counted(progress.counts),
        "job": Job.objects.filter(pk=run.job_id).only("pk", "name").first() if run.job_id else None,
        "has_lines": manifests.has_one(run),
        "has_manifest": manifests.path_of(config.current().home, run.pk).exists(),
        "may_pause": run.state in (RunState.QUEUED, RunState.RUNNING, RunState.WAITING),
        "may_resume": run.state in (RunState.PAUSED, RunState.STOPPED, RunState.FAILED),
        "may_stop": not is_over and run.state != RunState.STOPPING,
        "may_retry": is_over and run.kind == kinds.RUN_KIND and progress.counts["failed"] > 0,
        "may_restore": is_over and run.kind == kinds.RUN_KIND and progress.counts["deleted"] > 0,
    }


def course_context(run: Run, at: float) -> dict[str, Any]:
    """Return what `_course.html` shows; one statement, or two while the run goes on."""
    return {"course": courses.course_of(run, at)}


def outcomes_context(request: HttpRequest, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return what `_outcomes.html` shows; one statement for the reasons, one for the facts, one for each outcome."""
    asked = request.GET
    outcome = asked.get("outcome", "failed" if counts.get("failed") and not asked else "")
    wanted = rows.Filter(
        outcome=outcome if outcome in rows.WITH_ROWS else "",
        code=asked.get("code", "")[:_LONGEST],
        text=asked.get("q", "").strip()[:_LONGEST],
    )
    place = rows.Place(after=number(request, "after"), before=number(request, "before"))
    page = rows.page(run.pk, wanted, counts, place)
    return {
        "wanted": wanted,
        **_counted(counts),
        "unchanged": counts["unchanged"],
        "has_aged": retention.has_aged(run),
        "reasons": reasons.reasons_of(run.pk) if "more" not in asked else (),
        "page": page,
        "rows": [row_of(row) for row in page.rows],
        "may_retry_these": wanted.may_fail
        and counts["failed"] > 0
        and run.state in ENDED
        and run.kind == kinds.RUN_KIND,
    }


def _counted(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return how many rows there are of each outcome, and of all."""
    return {
        "choices": [(name, counts[name]) for name in rows.WITH_ROWS],
        "counted": sum(counts[name] for name in rows.WITH_ROWS),
    }


def deletions_context(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Return what `_deletions.html` shows; two statements."""
    return {"deletions": held.deletions_of(run.pk, number(request, "line"))}


def log_context(request: HttpRequest, run: Run, at: float) -> dict[str, Any]:
    """Return what `_log.html` shows; one statement."""
    level = request.GET.get("level", "")
    return {
        "lines": logbook.lines_of(run.pk, level=level if level in ("warning", "error") else ""),
        "level": level,
        "log_grows": run.ended_at is None or at - run.ended_at < _LATE,
    }
