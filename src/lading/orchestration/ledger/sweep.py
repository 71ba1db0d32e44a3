"""
The sweep: what died or was lost is found and queued again.

Every worker process offers to sweep; one row (`Tick`) lets one of them do it in each interval.

====================================  =================================================
found                                 done
====================================  =================================================
lease ran out                         its table is in `troubles`
process of this host that is gone     its leases run out at once
message that the broker does not have outside the window again; the pump sends it
active run without an open batch      next stage, or its end
many ended batches of an active run   their sums are kept (`tallies`)
run whose window opened or closed     goes on, or waits with its reason
run that waited for another one       begins once nothing of that one is under way
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
from lading.orchestration.kinds import batch_kinds
from lading.orchestration.ledger import gates, queueing, runs, tallies, troubles, workers
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.models import ACTIVE, OPEN, Batch, BatchState, Circuit, Run, RunState, Tick

log = logging.getLogger(__name__)

#: leases looked at in one sweep; the next one takes the rest
_LIMIT = 500

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
    Circuit.objects.filter(probe_at__gt=at).update(probe_at=at)
    workers.doubt_those_ahead()


def sweep() -> None:
    """Do everything in the table above, then send what may be sent."""
    workers.end_leases_of_dead()
    for batch_id in _run_out():
        _alone(troubles.recover, batch_id)
    _close_finished()
    for run_id in Run.objects.filter(state__in=ACTIVE).values_list("pk", flat=True):
        _alone(tallies.roll_up, run_id)
    gates.look_at_windows()
    queueing.go_on()
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


def _close_finished() -> None:
    has_open = Exists(Batch.objects.filter(run=OuterRef("pk"), state__in=OPEN))
    over = Q(~has_open, state__in=ACTIVE) | Q(state=RunState.STOPPING)
    for run_id in Run.objects.filter(over).values_list("pk", flat=True):
        _alone(_close, run_id)


def _close(run_id: int) -> None:
    with transaction.atomic():
        runs.close_if_over(Run.objects.select_for_update().get(pk=run_id))
