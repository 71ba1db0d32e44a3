"""
Figures for Prometheus, read from ledger and broker at the moment they are asked for.

Nothing counts in worker processes: they come and go, and what they did is in the ledger. To add a part, write a function
that yields metrics made by `figures.Figure`, and call it in `Collector.collect`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version

from django.db import Error as DatabaseError
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector as PrometheusCollector

from lading.base.clock import Clock, SystemClock
from lading.orchestration.metrics import figures, places
from lading.orchestration.metrics.work import Work

log = logging.getLogger(__name__)


class Collector(PrometheusCollector):
    """All figures; one scrape at a time."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._work = Work()
        self._one_at_a_time = threading.Lock()

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: registering asks no database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield every figure of this moment; where a service does not answer, that it does not."""
        with self._one_at_a_time:
            begun = time.monotonic()
            yield figures.BUILD.by([((version("lading"),), 1)])
            yield from self._ledger()
            yield from places.redis()
            yield figures.SCRAPE.of(time.monotonic() - begun)

    def _ledger(self) -> list[Metric]:
        """Return all that the ledger knows, or none of it."""
        try:
            at, skew = places.clocks(self._clock)
            return [skew, *places.disk(), *self._work.read(at), figures.LEDGER_UP.of(1)]
        except DatabaseError as error:
            log.warning("the ledger does not answer: %s", error)
            connection.close()
            return [figures.LEDGER_UP.of(0)]


def exposition(collector: Collector) -> bytes:
    """Return all figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return generate_latest(registry)
