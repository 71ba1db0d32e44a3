"""The events of a run, for programs."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from ninja import Router

from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Area, Role
from lading.web.api.runs import RunId
from lading.web.event_views import events_of

router = Router(tags=["runs"])


@router.get(
    "/runs/{run}/events",
    response={200: None, 204: None},
    auth=list(behind(Role.VIEWER, areas=[Area.CV])),
    openapi_extra={"responses": {200: {"description": "state, … , end", "content": {"text/event-stream": {}}}}},
)
def events(request: Request, run: RunId) -> HttpResponseBase:
    """
    Follow a run as server-sent events: `state` with the whole state, and `end` when nothing more comes.

    `Last-Event-ID` brings what was missed, as long as it is kept; then, or without it, the state of now. Who comes again after
    the end gets 204.
    """
    return events_of(request.caller, run, request.headers.get("Last-Event-ID", ""))
