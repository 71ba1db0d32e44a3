"""Event streams for pages of whoever is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from lading.accounts.access import Request, require
from lading.accounts.roles import Caller, Role
from lading.base.errors import NotFound
from lading.ingest.app.remote import run_for
from lading.orchestration.models import ENDED
from lading.web.streams import hub, in_ledger

#: a proxy that gathers pieces would keep events back
_HEADERS = {"X-Accel-Buffering": "no"}


@require_GET
@require(Role.VIEWER)
async def of_run(request: Request, run: int) -> HttpResponseBase:
    """Tell of one run until it has ended."""
    try:
        return await events_of(request.caller, run, request.headers.get("Last-Event-ID", ""))
    except NotFound as error:
        return HttpResponseNotFound(error.message, content_type="text/plain; charset=utf-8")


@require_GET
@require(Role.VIEWER)
async def of_all(_request: Request) -> HttpResponseBase:
    """Tell that something changed."""
    await without_connection()
    return streaming(hub.watch_all())


async def events_of(caller: Caller, run_id: int, last: str) -> HttpResponseBase:
    """Return the stream of a run; 204 for who comes again although it has ended, so that a browser asks no more."""
    await without_connection()
    run = await in_ledger(lambda: run_for(caller, run_id))
    if last and run.state in ENDED:
        return HttpResponse(status=204)
    return streaming(hub.watch(run_id, last))


async def without_connection() -> None:
    """Close the connection by which it was asked who may see a stream: it would stay open as long as the stream does."""
    await sync_to_async(_close)()


def _close() -> None:
    connection.close()


def streaming(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Return an answer that lasts."""
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=_HEADERS)
