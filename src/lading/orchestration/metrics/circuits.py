"""Zones that failed lately, and whether runs wait for them."""

from __future__ import annotations

from django.apps import apps
from prometheus_client.core import Metric

from lading.orchestration.metrics import figures

#: zones that are told of, those that runs wait for first
_ZONES = 100


def circuits() -> Metric:
    """Return the state of each circuit breaker that remembers something; a ledger without them has none."""
    try:
        remembered = apps.get_model("orchestration", "Circuit")._default_manager  # noqa: SLF001 - Django's documented API
    except LookupError:
        return figures.CIRCUIT_OPEN.by(())
    rows = remembered.order_by("-is_open", "name").values_list("name", "is_open")[:_ZONES]
    return figures.CIRCUIT_OPEN.by(((name,), float(is_open)) for name, is_open in rows)
