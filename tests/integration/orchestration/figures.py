"""What a scrape tells, as values."""

from __future__ import annotations

from prometheus_client.core import Metric

from lading.orchestration.metrics import Collector


def told(collector: Collector | None = None) -> dict[str, dict[tuple[str, ...], float]]:
    """Return each figure's values by their labels."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for metric in (collector or Collector()).collect():
        values = found.setdefault(full_name(metric), {})
        for sample in metric.samples:
            values[tuple(sample.labels.values())] = sample.value
    return found


def full_name(metric: Metric) -> str:
    """Return the name of a figure as it is told."""
    return metric.name + "_total" * (metric.type == "counter")


def one(name: str) -> float:
    """Return the only value of a figure."""
    (value,) = told()[name].values()
    return value
