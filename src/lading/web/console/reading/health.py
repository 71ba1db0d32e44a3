"""Whether what Lading depends on answers: asked apart from the page, since a part that is away takes seconds to say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import connection
from prometheus_client.core import Metric

from lading.base import units
from lading.ingest.app import assembly
from lading.ingest.app.models import Job
from lading.orchestration.metrics import figures, places
from lading.orchestration.models import Circuit, Tick

#: zones that are told of
_ZONES = 20
#: seconds without a sweep after which nobody looks after what was lost
_UNSWEPT = 60.0


class Verdict(Enum):
    """How a part does."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that Lading depends on."""

    name: str
    verdict: Verdict
    told: str


def parts(at: float) -> Sequence[Part]:
    """Return database, broker, zones and the sweep, as they are at the database's time."""
    return [_database(), _broker(), *_zones(), _sweep(at)]


def _database() -> Part:
    told = {metric.name: metric.samples[0].value for metric in places.disk() if metric.samples}
    size, free = told.get(figures.LEDGER_SIZE.name, 0.0), told.get(figures.DISK_FREE.name)
    room = "" if free is None else f", {units.size(free)} free on its disk"
    vendor = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    is_short = free is not None and free < max(size, 1 << 30)
    return Part(
        name="Ledger", verdict=Verdict.WARN if is_short else Verdict.GOOD, told=f"{vendor}, {units.size(size)}{room}"
    )


def _broker() -> Part:
    told = {metric.name: _sum(metric) for metric in places.redis()}
    if not told[figures.BROKER_UP.name]:
        return Part(name="Redis", verdict=Verdict.BAD, told="does not answer: nothing is enqueued, no work is lost")
    memory, waiting = told[figures.BROKER_MEMORY.name], told[figures.MESSAGES.name]
    return Part(
        name="Redis",
        verdict=Verdict.GOOD,
        told=f"{units.size(memory)}, {units.count(int(waiting), 'message')} waiting",
    )


def _sum(metric: Metric) -> float:
    return sum(sample.value for sample in metric.samples)


def _zones() -> Iterator[Part]:
    """Say of each zone whether runs wait for it; nobody asks the zone itself, workers have."""
    names = Job.objects.order_by("zone_identity").values_list("zone_identity", flat=True).distinct()[:_ZONES]
    circuits = Circuit.objects.in_bulk([assembly.circuit_of(name) for name in names])
    for name in names:
        circuit = circuits.get(assembly.circuit_of(name))
        title = f"Zone {name}"
        if circuit is None or not (circuit.is_open or circuit.failures):
            yield Part(name=title, verdict=Verdict.GOOD, told="answered when it was last asked")
        elif circuit.is_open:
            since = units.moment(circuit.opened_at)
            yield Part(name=title, verdict=Verdict.BAD, told=f"has not answered since {since}: {circuit.reason}")
        else:
            yield Part(name=title, verdict=Verdict.WARN, told=f"failed lately: {circuit.reason}")


def _sweep(at: float) -> Part:
    swept = Tick.objects.filter(name="sweep").values_list("at", flat=True).first()
    if not swept:
        return Part(name="Sweep", verdict=Verdict.WARN, told="no worker has looked for lost work yet")
    age = max(at - swept, 0.0)
    verdict = Verdict.WARN if age > _UNSWEPT else Verdict.GOOD
    return Part(name="Sweep", verdict=verdict, told=f"lost work was last looked for {units.duration(age)} ago")
