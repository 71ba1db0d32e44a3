"""
Batches that bring trouble: their worker died over them, or an exception that nobody foresaw ended their work.

=================  =============  ==========  ==================================================
trouble for the    can be split   attempts    then
=================  =============  ==========  ==================================================
first time         any            any         again: it may have been chance
second time, …     yes            any         smaller batches in its place, each one trouble old
second time, …     no             left        again
second time, …     no             used up     parked: its paths become failed outcomes
=================  =============  ==========  ==================================================

So one bad file is alone after a few troubles, and parked alone; everything else in its batch arrives.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import Enum

from django.db import transaction

from lading.base import config
from lading.base.errors import LadingError
from lading.orchestration.kinds import NewBatch, batch_kind
from lading.orchestration.ledger import claims, runs
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.models import ENDED, Batch, BatchState, Run, RunState, Window

log = logging.getLogger(__name__)

#: troubles from which a batch is taken apart: one may be chance
_SPLIT_FROM = 2


class Then(Enum):
    """What becomes of a batch."""

    AGAIN = "again"
    SPLIT = "split"
    PARK = "park"


def decide(troubles: int, *, attempts: int, divisible: bool) -> Then:
    """Say what becomes of a batch that brought trouble so many times: the table above."""
    if troubles < _SPLIT_FROM:
        return Then.AGAIN
    if divisible:
        return Then.SPLIT
    return Then.AGAIN if troubles < attempts else Then.PARK


def recover(batch_id: int) -> None:
    """Take a batch from a worker that was not heard of."""
    with transaction.atomic():
        run, batch = _locked(batch_id)
        if batch.state != BatchState.LEASED or batch.lease_until >= now():
            return
        about = {"run": run.pk, "batch": batch.pk}
        log.warning("batch %d: %s was not heard of, lease taken away", batch.pk, batch.worker, extra=about)
        batch.crashes += 1
        batch.fence += 1
        Batch.objects.filter(pk=batch.pk).update(crashes=batch.crashes, fence=batch.fence)
        if run.state in (RunState.STOPPING, *ENDED):
            _again(batch)
        else:
            _go_on(batch, "WORKER_LOST", f"{batch.crashes} workers died over it")
        runs.close_if_over(run)


def fault(held: Claim, reason: str, code: str = LadingError.code) -> None:
    """Take note that an exception ended the work on a batch; usually one that nobody foresaw."""
    with transaction.atomic():
        run, batch = _locked(held.batch_id)
        if batch.state != BatchState.LEASED or batch.fence != held.fence:
            return
        batch.faults += 1
        Batch.objects.filter(pk=batch.pk).update(faults=batch.faults)
        _go_on(batch, code, reason, delay=2.0 ** (batch.faults - 1) * config.current().time_scale)
        runs.close_if_over(run)


def _locked(batch_id: int) -> tuple[Run, Batch]:
    """Lock the run first, as everybody who locks both does."""
    run = Run.objects.select_for_update().get(pk__in=Batch.objects.filter(pk=batch_id).values("run"))
    return run, Batch.objects.select_for_update().get(pk=batch_id)


def _go_on(batch: Batch, code: str, reason: str, *, delay: float = 0.0) -> None:
    troubles = batch.crashes + batch.faults
    parts = batch_kind(batch.kind).split(bytes(batch.payload)) if troubles >= _SPLIT_FROM else ()
    then = decide(troubles, attempts=config.current().lease.attempts, divisible=len(parts) > 1)
    if then is Then.AGAIN:
        _again(batch, delay)
    elif then is Then.PARK:
        claims.park(batch, code, reason)
    else:
        _replace(batch, parts)


def _again(batch: Batch, delay: float = 0.0) -> None:
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.QUEUED, window=Window.OUTSIDE, lease_until=0, not_before=DatabaseTime() + delay
    )


def _replace(batch: Batch, parts: Sequence[bytes]) -> None:
    """Put smaller batches in the place of one."""
    runs.add_batches(
        batch.run_id,
        [NewBatch(kind=batch.kind, payload=part, fence=batch.fence, crashes=_SPLIT_FROM - 1) for part in parts],
    )
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CANCELLED, code="SPLIT", ended_at=DatabaseTime())
