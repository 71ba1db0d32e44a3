"""What all workers together may ask of each zone."""

from __future__ import annotations

from ninja import Router

from lading.accounts import audit
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Role
from lading.base import config
from lading.base.errors import NotFound
from lading.ingest.app import assembly
from lading.ingest.app.models import Job
from lading.orchestration.ledger import circuits, limits
from lading.orchestration.ledger.limits import Limits
from lading.orchestration.limits import flow
from lading.web.api import shapes, system_shapes

router = Router(tags=["limits"])

_PREFIX = "zone "


@router.get("/limits", response=shapes.Page[system_shapes.Limits], by_alias=True)
def list_limits(request: Request) -> shapes.Page[system_shapes.Limits]:  # noqa: ARG001 - ninja knows it by that name
    """List all zones that jobs go to, or that have limits."""
    return shapes.Page[system_shapes.Limits](items=[_told(name, found) for name, found in sorted(_known().items())])


@router.put(
    "/limits", response=system_shapes.Limits, by_alias=True, auth=list(behind(Role.ADMINISTRATOR, is_of_jobs=False))
)
def set_limits(request: Request, change: system_shapes.LimitChange) -> system_shapes.Limits:
    """Set limits of a zone; what is under way follows within seconds."""
    name = change.zone if change.zone.startswith(_PREFIX) else assembly.circuit_of(change.zone)
    with audit.recorded(request.caller, "limit.set", name):
        if name not in _known():
            raise NotFound(f"There is no zone {change.zone}", hint="GET /api/v1/limits lists them")
        return _told(name, limits.change(name, change.model_dump(exclude_unset=True, exclude={"zone"})))


def _known() -> dict[str, Limits]:
    zones = Job.objects.order_by().values_list("zone_identity", flat=True).distinct()
    return {**{assembly.circuit_of(zone): Limits() for zone in zones}, **limits.listed()}


def _told(name: str, found: Limits) -> system_shapes.Limits:
    most = found.connections or config.current().transfer.connections
    return system_shapes.Limits(
        zone=name.removeprefix(_PREFIX),
        bytes_per_second=found.bytes_per_second,
        requests_per_second=found.requests_per_second,
        connections=found.connections,
        connections_most=most,
        connections_now=flow.connections_now(name, most),
        waits=circuits.reason_if_open(name),
    )
