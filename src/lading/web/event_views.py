"""Event streams for pages of whoever is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from django.http import HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from lading.accounts.access import Request, require
from lading.accounts.roles import Caller, Role
from lading.base.errors import NotFound
from lading.ingest.app.remote import run_for
from lading.orchestration.models import ENDED
from lading.web.streams import hub

#: a proxy that gathers pieces would keep events back
_HEADERS = {"X-Accel-Buffering": "no"}


@require_GET
@require(Role.VIEWER)
def of_run(request: Request, run: int) -> HttpResponseBase:
    """Tell of one run until it has ended."""
    try:
        return events_of(request.caller, run, request.headers.get("Last-Event-ID", ""))
    except NotFound as error:
        return HttpResponseNotFound(error.message, content_type="text/plain; charset=utf-8")


@require_GET
@require(Role.VIEWER)
def of_all(_request: Request) -> HttpResponseBase:
    """Tell that something changed."""
    return _lasting(hub.watch_all())


def events_of(caller: Caller, run_id: int, last: str) -> HttpResponseBase:
    """Return the stream of a run; 204 for who comes again although it has ended, so that a browser asks no more."""
    run = run_for(caller, run_id)
    if last and run.state in ENDED:
        return HttpResponse(status=204)
    return _lasting(hub.watch(run_id, last))


def _lasting(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Return an answer whose beginning is made here, in a thread, and the rest by the event loop."""
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=_HEADERS)
