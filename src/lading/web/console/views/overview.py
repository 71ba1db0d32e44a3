"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lading.accounts.access import require
from lading.accounts.roles import Role
from lading.orchestration.ledger.clock import now
from lading.web.console.reading import health as asked
from lading.web.console.reading import overview
from lading.web.console.reading.throughput import DAY


@require_safe
@require(Role.VIEWER)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is under way."""
    at = now()
    return render(request, "console/overview.html", {**_runs(at), **_work(at)})


@require_safe
@require(Role.VIEWER)
def live(request: HttpRequest) -> HttpResponse:
    """Show the part that moves: how many runs there are, and how far they are."""
    return render(request, "console/_overview.html", _runs(now()))


@require_safe
@require(Role.VIEWER)
def throughput(request: HttpRequest) -> HttpResponse:
    """Show the charts of the day, and the workers: what changes slowly."""
    return render(request, "console/_throughput.html", _work(now()))


@require_safe
@require(Role.VIEWER)
def health(request: HttpRequest) -> HttpResponse:
    """Show whether what Lading depends on answers; apart, since what does not answer takes its time."""
    return render(request, "console/_health.html", {"parts": asked.parts(now())})


def _runs(at: float) -> dict[str, object]:
    return {
        "figures": overview.figures(at),
        "going_on": overview.going_on(),
        "failed": overview.lately_failed(at),
    }


def _work(at: float) -> dict[str, object]:
    return {"queues": overview.queues(at), "throughput": DAY.read(at)}
