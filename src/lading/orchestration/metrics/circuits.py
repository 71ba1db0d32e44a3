"""Services that failed lately, and whether runs wait for them."""

from __future__ import annotations

from prometheus_client.core import Metric

from lading.orchestration.metrics import figures
from lading.orchestration.models import Circuit

#: zones that are told of, those that runs wait for first
_ZONES = 100


def circuits() -> Metric:
    """Return the state of each circuit breaker that remembers something."""
    rows = Circuit.objects.order_by("-is_open", "name").values_list("name", "is_open")[:_ZONES]
    return figures.CIRCUIT_OPEN.by(((name,), float(is_open)) for name, is_open in rows)
