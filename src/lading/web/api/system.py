"""Who works, what waits, what does not answer; what codes mean."""

from __future__ import annotations

from ninja import Router

from lading.accounts.access import Request
from lading.base import codes
from lading.base.errors import NotFound, UsageError
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.workers import living_since
from lading.orchestration.models import Circuit, Worker
from lading.web.api import shapes, system_shapes
from lading.web.console.reading import health, overview

router = Router(tags=["system"])


@router.get("/health", response=system_shapes.Health, by_alias=True)
def health_of_all(request: Request) -> system_shapes.Health:  # noqa: ARG001 - ninja knows it by that name
    """Say who works, what waits, and what does not answer."""
    at = now()
    return system_shapes.Health(
        queues=[
            system_shapes.Queue(name=one.name, slots=one.slots, waiting=one.waiting, at_work=one.at_work)
            for one in overview.queues(at)
        ],
        workers=[
            system_shapes.Worker(host=one.host, pid=one.pid, queues=one.queues.split(","), heartbeat=one.heartbeat)
            for one in Worker.objects.filter(heartbeat__gte=living_since(at)).order_by("token")
        ],
        circuits=[
            system_shapes.Circuit(
                name=one.name,
                open=one.is_open,
                failures=one.failures,
                reason=one.reason,
                opened_at=one.opened_at,
                probe_at=one.probe_at,
            )
            for one in Circuit.objects.order_by("name")
        ],
        parts=[system_shapes.Part(name=one.name, verdict=one.verdict.value, told=one.told) for one in health.parts(at)],
    )


@router.get("/codes", response=shapes.Page[system_shapes.Code], by_alias=True)
def list_codes(request: Request) -> shapes.Page[system_shapes.Code]:  # noqa: ARG001 - ninja knows it by that name
    """List all codes that outcomes and errors have."""
    return shapes.Page[system_shapes.Code](items=[_told(entry) for entry in codes.catalogue().values()])


@router.get("/codes/{code}", response=system_shapes.Code, by_alias=True)
def explain(request: Request, code: str) -> system_shapes.Code:  # noqa: ARG001 - ninja knows it by that name
    """Say what a code means, and what can be done."""
    try:
        return _told(codes.find(code))
    except UsageError as error:
        raise NotFound(error.message, hint=error.hint) from None


def _told(entry: codes.Entry) -> system_shapes.Code:
    return system_shapes.Code(code=entry.code, remedy=entry.remedy.value, meaning=entry.meaning, action=entry.action)
