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
    return render(request, "console/overview.html", _context())


@require_safe
@require(Role.VIEWER)
def live(request: HttpRequest) -> HttpResponse:
    """Show the part that moves."""
    return render(request, "console/_overview.html", _context())


@require_safe
@require(Role.VIEWER)
def health(request: HttpRequest) -> HttpResponse:
    """Show whether what Lading depends on answers; apart, since what does not answer takes its time."""
    return render(request, "console/_health.html", {"parts": asked.parts(now())})


def _context() -> dict[str, object]:
    at = now()
    return {
        "figures": overview.figures(at),
        "going_on": overview.going_on(),
        "failed": overview.lately_failed(at),
        "queues": overview.queues(at),
        "throughput": DAY.read(at),
    }
