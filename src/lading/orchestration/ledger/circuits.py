"""
Circuits in the ledger: they outlive Redis, and every worker sees the same.

==============================  ======================================================================
a batch of a run                is taken
==============================  ======================================================================
without circuit, or a closed    as any other
with an open one                as the probe, if one is due and none is under way; else not at all
==============================  ======================================================================

A probe is under way while its lease is. So a worker that dies over one keeps nobody from the next.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lading.base import config
from lading.orchestration.ledger import why
from lading.orchestration.ledger.clock import now
from lading.orchestration.limits.circuit import FIRST_PAUSE, Evidence, Moment, Standing, after
from lading.orchestration.models import ACTIVE, Batch, BatchState, Circuit, Run, RunState, Window

if TYPE_CHECKING:
    from lading.orchestration.ledger.claims import Claim

log = logging.getLogger(__name__)

_FIELDS = ("is_open", "failures", "probes", "opened_at", "probe_at")


def is_open(name: str) -> bool:
    """Say whether nobody but a probe asks the service."""
    return bool(name) and Circuit.objects.filter(pk=name, is_open=True).exists()


def reason_if_open(name: str) -> str:
    """Return why runs with this circuit wait; "" if they do not."""
    row = Circuit.objects.filter(pk=name, is_open=True).first() if name else None
    return _told(row) if row is not None else ""


def open_ones() -> Mapping[str, Circuit]:
    """Return the circuits that are open, by name: mostly none."""
    return {row.name: row for row in Circuit.objects.filter(is_open=True)}


def with_probe_due(stopped: Mapping[str, Circuit], at: float) -> Collection[str]:
    """Return the open circuits of which a probe should be sent: one is due, none is under way, none has a message."""
    due = [row for row in stopped.values() if row.probe_at <= at]
    return {row.name for row in due if not _is_under_way(row) and not _has_message(row.name)}


def take_probe(batch: Batch, at: float) -> bool:
    """Let a batch be the probe of its run's open circuit, if one is due. Call inside the transaction that claims it."""
    return _take_probe(batch.run.circuit, batch.pk, batch.fence + 1, at)


def admits(name: str, batch_id: int, fence: int) -> bool:
    """
    Say whether a batch in hand may ask a service that its run can do without: of an open circuit, as the probe alone.

    Call inside a transaction.
    """
    row = Circuit.objects.filter(pk=name, is_open=True).first()
    if row is None or (row.probe_batch, row.probe_fence) == (batch_id, fence):
        return True
    return _take_probe(name, batch_id, fence, now())


def rests_for(name: str) -> float:
    """Return the seconds until a batch that an open circuit does not admit should ask again: a probe may be under way."""
    row = Circuit.objects.filter(pk=name, is_open=True).first()
    return 0.0 if row is None else max(row.probe_at - now(), FIRST_PAUSE * config.current().time_scale)


def let_go_on(run_id: int) -> None:
    """Let the batches of a run wait no longer for a service that it can do without, which answers again."""
    Batch.objects.filter(run_id=run_id, state=BatchState.QUEUED, not_before__gt=0).update(not_before=0)


def shut(name: str, reason: str, seconds: float) -> None:
    """Open a circuit at once, until a probe in so many seconds: a person has to change something first."""
    at = now()
    opened = {"is_open": True, "opened_at": at, "probe_at": at + seconds, "reason": reason}
    Circuit.objects.update_or_create(pk=name, defaults=opened)
    log.warning("%s is left alone: %s", name, reason)


def _take_probe(name: str, batch_id: int, fence: int, at: float) -> bool:
    row = Circuit.objects.select_for_update().filter(pk=name, is_open=True, probe_at__lte=at).first()
    if row is None or _is_under_way(row):
        return False
    Circuit.objects.filter(pk=name).update(probe_batch=batch_id, probe_fence=fence)
    return True


def note(held: Claim, evidence: Evidence, reason: str = "") -> bool:
    """Write what the end of a batch says about the service of its run; say whether its circuit is open then."""
    if not held.circuit or (evidence is Evidence.ANSWERED and not _is_remembered(held.circuit)):
        return False
    with transaction.atomic():
        Circuit.objects.get_or_create(pk=held.circuit)
        row = Circuit.objects.select_for_update().get(pk=held.circuit)
        is_probe = (row.probe_batch, row.probe_fence) == (held.batch_id, held.fence)
        before = Standing(**{name: getattr(row, name) for name in _FIELDS})
        moment = Moment(at=now(), jitter=random.random(), scale=config.current().time_scale)  # noqa: S311 - spreads tries
        standing = after(before, evidence, moment, is_probe=is_probe)
        for name in _FIELDS:
            setattr(row, name, getattr(standing, name))
        row.reason = reason if is_probe or not before.is_open else row.reason
        row.save()
        if standing != before:
            _tell_runs(row, was_open=before.is_open)
    return standing.is_open


def _is_remembered(name: str) -> bool:
    """Say whether there is anything to forget of the circuit: usually there is not, and nothing is written."""
    return Circuit.objects.filter(pk=name).exclude(is_open=False, failures=0).exists()


def _tell_runs(row: Circuit, *, was_open: bool) -> None:
    """Let the runs say why they wait, or go on."""
    runs = Run.objects.filter(circuit=row.name, state__in=ACTIVE)
    # in this order, as everybody who locks several
    list(runs.select_for_update().order_by("pk").values_list("pk"))
    if row.is_open:
        log.warning("%s", _told(row))
        because = why.circuit_open(_told(row))
        runs.filter(not_before__lte=now(), behind_id=None).update(state=RunState.WAITING, **because._asdict())
    elif was_open:
        log.warning("%s answers again", row.name)
        waiting = runs.filter(state=RunState.WAITING, not_before__lte=now(), behind_id=None)
        waiting.update(state=RunState.RUNNING, **why.NOTHING._asdict())
        # what waits for its next try need not wait any longer
        Batch.objects.filter(run__in=runs, state=BatchState.QUEUED, not_before__gt=0).update(not_before=0)


def _told(row: Circuit) -> str:
    since, then = (_hour(seconds) for seconds in (row.opened_at, row.probe_at))
    return f"{row.name} does not answer since {since}, next try {then}: {row.reason}"


def _hour(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M:%S")


def _is_under_way(row: Circuit) -> bool:
    return Batch.objects.filter(pk=row.probe_batch, fence=row.probe_fence, state=BatchState.LEASED).exists()


def _has_message(name: str) -> bool:
    waiting = Batch.objects.filter(run__circuit=name, run__state__in=ACTIVE, state=BatchState.QUEUED)
    return waiting.filter(window__gt=Window.OUTSIDE).exists()
