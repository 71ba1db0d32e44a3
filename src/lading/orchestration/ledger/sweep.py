"""
The sweep: what died or was lost is found and queued again.

Every worker process offers to sweep; one row (`Tick`) lets one of them do it in each interval.

====================================  =================================================
found                                 done
====================================  =================================================
lease ran out, first time             queued again
lease ran out again, can be split     smaller batches in its place
lease ran out `attempts` times        parked: its paths become failed outcomes
message of another broker life        outside the window again; the pump sends it
message about to be sent, 10 s ago    the same
active run without an open batch      next stage, or its end
times that lie ahead: the database's  as if they were now
clock was set back
what an application looks after       its errands (held deletions that nobody approved)
====================================  =================================================
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker, enqueue
from lading.orchestration.kinds import NewBatch, batch_kind, batch_kinds
from lading.orchestration.ledger import claims, runs, workers
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.models import ACTIVE, ENDED, OPEN, Batch, BatchState, Run, RunState, Tick, Window

log = logging.getLogger(__name__)

#: leases looked at in one sweep; the next one takes the rest
_LIMIT = 500

#: lost workers after which a batch is cut in two: one may be chance
_SPLIT_AFTER = 2


#: what applications want done now and then
errands: list[Callable[[], None]] = []


def may_sweep() -> bool:
    """
    Say whether it is this process's turn; of all that ask in one interval, one is told so.

    A last time that lies ahead is that of a clock which was set back.
    """
    at, interval = now(), config.current().lease_sweep.total_seconds()
    Tick.objects.get_or_create(name="sweep")
    ticks = Tick.objects.filter(name="sweep")
    if ticks.filter(at__gt=at + interval).update(at=at):
        clock_was_set_back()
        return True
    return bool(ticks.filter(at__lte=at - interval).update(at=at))


def clock_was_set_back() -> None:
    """Let nothing wait for a time that was near and now is far: leases hold as long as usual, what was delayed is due."""
    log.warning("the database's clock was set back")
    at, ttl = now(), config.current().lease_ttl.total_seconds()
    batches = Batch.objects.filter(state__in=OPEN)
    batches.filter(lease_until__gt=at + ttl).update(lease_until=at + ttl)
    batches.filter(not_before__gt=at).update(not_before=0)
    batches.filter(window_at__gt=at).update(window_at=at)
    workers.forget_those_ahead()


def sweep() -> None:
    """Do everything in the table above, then send what may be sent."""
    for batch_id in _run_out():
        _alone(recover, batch_id)
    _close_finished()
    workers.forget_dead()
    for errand in errands:
        errand()
    try:
        queues = {kind.queue for kind in batch_kinds()}
        lost = enqueue.take_back(broker.generation(), queues)
    except BrokerUnreachable as error:
        log.warning("the broker is away: %s", error)
        return
    if lost:
        log.warning("%d messages were lost and are sent again", lost)
    enqueue.pump()


def _alone(mend: Callable[[int], None], key: int) -> None:
    """Do it; what cannot be mended is logged and keeps nothing else from being."""
    try:
        mend(key)
    except Exception:
        log.exception("%s(%d)", mend.__name__, key)


def _run_out() -> list[int]:
    expired = Batch.objects.filter(state=BatchState.LEASED, lease_until__lt=DatabaseTime())
    return list(expired.order_by("lease_until").values_list("pk", flat=True)[:_LIMIT])


def recover(batch_id: int) -> None:
    """Take a batch from a worker that was not heard of."""
    with transaction.atomic():
        # the run first, as everybody who locks both does
        run = Run.objects.select_for_update().get(pk__in=Batch.objects.filter(pk=batch_id).values("run"))
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state != BatchState.LEASED or batch.lease_until >= now():
            return
        log.warning("batch %d: %s was not heard of, lease taken away", batch.pk, batch.worker)
        batch.crashes += 1
        batch.fence += 1
        Batch.objects.filter(pk=batch.pk).update(crashes=batch.crashes, fence=batch.fence)
        if run.state in (RunState.STOPPING, *ENDED):
            Batch.objects.filter(pk=batch.pk).update(state=BatchState.CANCELLED, ended_at=DatabaseTime())
        elif batch.crashes < _SPLIT_AFTER or not _split(batch):
            _requeue_or_park(batch)
        runs.close_if_over(run)


def _requeue_or_park(batch: Batch) -> None:
    if batch.crashes >= config.current().lease.attempts:
        claims.park(batch, "WORKER_LOST", f"{batch.crashes} workers died over it")
        return
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.QUEUED, window=Window.OUTSIDE, lease_until=0, not_before=0
    )


def _split(batch: Batch) -> bool:
    """Put smaller batches in the place of one that killed its worker twice; say whether it could be done."""
    parts = batch_kind(batch.kind).split(bytes(batch.payload))
    if len(parts) < 2:  # noqa: PLR2004 - one part is no split
        return False
    runs.add_batches(batch.run_id, [NewBatch(kind=batch.kind, payload=part, fence=batch.fence) for part in parts])
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CANCELLED, code="SPLIT", ended_at=DatabaseTime())
    return True


def _close_finished() -> None:
    has_open = Exists(Batch.objects.filter(run=OuterRef("pk"), state__in=OPEN))
    over = Q(~has_open, state__in=ACTIVE) | Q(state=RunState.STOPPING)
    for run_id in Run.objects.filter(over).values_list("pk", flat=True):
        _alone(_close, run_id)


def _close(run_id: int) -> None:
    with transaction.atomic():
        runs.close_if_over(Run.objects.select_for_update().get(pk=run_id))
