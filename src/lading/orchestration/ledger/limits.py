"""What all workers together may ask of a service, as somebody has set it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lading.orchestration.ledger.workers import living
from lading.orchestration.models import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """None: no limit; for connections: the one of the settings."""

    bytes_per_second: int | None = None
    requests_per_second: int | None = None
    connections: int | None = None


def of(name: str) -> Limits:
    """Return the limits of a service."""
    return of_all([name]).get(name, Limits())


def of_all(names: Sequence[str]) -> Mapping[str, Limits]:
    """Return the limits of those services that have any."""
    return {row.name: _limits(row) for row in Limit.objects.filter(pk__in=names)}


def listed() -> Mapping[str, Limits]:
    """Return all that was set."""
    return {row.name: _limits(row) for row in Limit.objects.order_by("pk")}


def change(name: str, changes: Mapping[str, int | None]) -> Limits:
    """Set some limits of a service; those that are not named stay."""
    row, _ = Limit.objects.update_or_create(pk=name, defaults=dict(changes))
    return _limits(row)


def sharers() -> int:
    """Return among how many processes a limit is shared out while Redis is away."""
    return max(living(), 1)


def _limits(row: Limit) -> Limits:
    return Limits(
        bytes_per_second=row.bytes_per_second,
        requests_per_second=row.requests_per_second,
        connections=row.connections,
    )
