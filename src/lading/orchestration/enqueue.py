"""
The task enqueuer: rows first, messages in a window.

A batch exists from the moment its row does. Its message is only a nudge, and at most `window_per_slot` times the
number of worker slots of its queue are out at a time; an ended batch lets the next one in. Whoever dies between the
mark and the message leaves `SENDING` behind, which the sweep takes back.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, zip_longest
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lading.base import config, crash
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.celery_app import app
from lading.orchestration.dealing import Contender, deal
from lading.orchestration.kinds import batch_kinds
from lading.orchestration.ledger import circuits, gates
from lading.orchestration.ledger.asking import Question
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.workers import slots_by_queue
from lading.orchestration.models import Batch, BatchState, Run, Tick, Window

log = logging.getLogger(__name__)

#: what the numbers of a message mean; a worker of an older version leaves messages of a newer one to others
MESSAGE_VERSION = 1

#: the runs whose batches may be sent
_Runs = Sequence[Contender]


#: one pump of this process at a time, and one that waits: it will find what others wrote before it begins
_pumping = threading.Lock()
_next = threading.Lock()


def pump() -> int:
    """
    Send messages for waiting batches as far as the window allows; return how many. Never raises for the broker.

    Where another thread of this process is about to do the same, that is left to it: a hundred requests at once need no
    hundred looks.
    """
    if not _next.acquire(blocking=False):
        return 0
    try:
        _pumping.acquire()
    finally:
        _next.release()
    try:
        return _pump()
    finally:
        _pumping.release()


def _pump() -> int:
    try:
        generation = broker.generation()
        wanted = {kind.queue for kind in batch_kinds()}
        slots = {queue: number for queue, number in slots_by_queue().items() if queue in wanted}
        at = now()
        waiting = _waiting_for(list(slots), at)
        chosen = [
            batch for queue in slots if (runs := waiting[queue]) for batch in _choose(queue, slots[queue], runs, at)
        ]
        if chosen:
            _send(chosen, generation)
    except BrokerUnreachable as error:
        log.warning("nothing enqueued: %s", error)
        return 0
    return len(chosen)


def _send(chosen: Sequence[tuple[int, str, str]], generation: str) -> None:
    crash.point("after_mark")
    with broker.translated(), app.producer_or_acquire() as producer:
        for batch_id, kind, queue in chosen:
            app.send_task(
                kind, args=[batch_id, MESSAGE_VERSION], queue=queue, producer=producer, ignore_result=True, retry=False
            )
            crash.point("between_messages")
    crash.point("after_messages")
    ids = [batch_id for batch_id, _, _ in chosen]
    Batch.objects.filter(pk__in=ids, window=Window.SENDING).update(window=Window.SENT, broker_generation=generation)


def _waiting_for(queues: Sequence[str], at: float) -> Mapping[str, _Runs]:
    """
    Return the runs that have something for each queue, the oldest first; where there are none its window need not be locked.

    One question for all queues, for this is asked after each batch. Of the runs that an open circuit holds back one may
    send its probe, if one is due.
    """
    if not queues:
        return {}
    stopped = circuits.open_ones()
    due = circuits.with_probe_due(stopped, at)
    found: dict[str, list[Contender]] = {queue: [] for queue in queues}
    probes: dict[str, dict[str, Contender]] = {queue: {} for queue in queues}
    for run_id, whose, priority, circuit, *has_some in _with_something(tuple(queues)).ask(at):
        for queue in compress(queues, has_some):
            if circuit in due:
                probes[queue].setdefault(circuit, Contender(run_id=run_id, most=1))
            elif circuit not in stopped:
                found[queue].append(Contender(run_id=run_id, whose=whose, priority=priority))
    return {queue: [*found[queue], *probes[queue].values()] for queue in queues}


@functools.cache
def _with_something(queues: tuple[str, ...]) -> Question:
    """Ask for (run, whose, priority, circuit, and for each queue whether the run has something for it), the oldest run first."""

    def query(at: float) -> QuerySet[Run, Any]:
        waiting = Batch.objects.filter(
            run=OuterRef("pk"), state=BatchState.QUEUED, window=Window.OUTSIDE, not_before__lte=at
        )
        flags = {f"has_{position}": Exists(waiting.filter(queue=queue)) for position, queue in enumerate(queues)}
        some = functools.reduce(or_, (Q(**{flag: True}) for flag in flags))
        runs = gates.passable(at).annotate(**flags).filter(some).order_by("pk")
        return runs.values_list("pk", "whose", "priority", "circuit", *flags)

    return Question(query)


def _choose(queue: str, slots: int, runs: _Runs, at: float) -> Sequence[tuple[int, str, str]]:
    """Mark the batches that get the free places of one queue."""
    with transaction.atomic():
        # of all that pump at the same moment one chooses at a time: they would choose the same
        Tick.objects.select_for_update().get_or_create(name=f"window:{queue}")
        inside = Batch.objects.filter(queue=queue, state=BatchState.QUEUED, window__gt=Window.OUTSIDE)
        taken = inside.order_by().values_list("run_id", "run__whose").annotate(Count("pk"))
        held = {(run_id, whose): number for run_id, whose, number in taken}
        free = slots * config.current().window_per_slot - sum(held.values())
        if free <= 0:
            return []
        chosen = deal(runs, held, free, _Waiting(queue, at, free).take)
        Batch.objects.filter(pk__in=[batch_id for batch_id, _ in chosen]).update(
            window=Window.SENDING, window_at=at, broker_generation=""
        )
    return [(batch_id, kind, queue) for batch_id, kind in chosen]


class _Waiting:
    """The batches of runs that may be sent, in the order in which they should go; asked for run by run."""

    def __init__(self, queue: str, at: float, limit: int) -> None:
        self._queue, self._at, self._limit = queue, at, limit
        self._kept_back = [kind.name for kind in batch_kinds() if kind.waits_for_backlog and kind.queue == queue]
        self._found: dict[int, Iterator[tuple[int, str]]] = {}

    def take(self, run_id: int) -> tuple[int, str] | None:
        """Return the next batch of a run, (id, kind); None where there is none left."""
        if run_id not in self._found:
            self._found[run_id] = iter(self._of(run_id))
        return next(self._found[run_id], None)

    def _of(self, run_id: int) -> list[tuple[int, str]]:
        waiting = Batch.objects.filter(
            run_id=run_id, queue=self._queue, state=BatchState.QUEUED, window=Window.OUTSIDE, not_before__lte=self._at
        )
        kept_back = waiting.filter(kind__in=self._kept_back) if self._kept_back else waiting.none()
        others = waiting.exclude(kind__in=self._kept_back) if self._kept_back else waiting
        first, second = self._first(others), self._first(kept_back)
        return _interleaved(first, [] if second and _is_backlogged(run_id) else second)

    def _first(self, waiting: QuerySet[Batch]) -> list[tuple[int, str]]:
        return list(waiting.order_by("pk").values_list("pk", "kind")[: self._limit])


def _interleaved(first: list[tuple[int, str]], second: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [pair for pair in chain.from_iterable(zip_longest(first, second)) if pair is not None]


def _is_backlogged(run_id: int) -> bool:
    backlog = [kind.name for kind in batch_kinds() if kind.is_backlog]
    limit = config.current().scan.transfer_backlog
    waiting = Batch.objects.filter(run_id=run_id, kind__in=backlog, state=BatchState.QUEUED).order_by()
    return len(waiting.values_list("pk")[: limit + 1]) > limit


def take_back(generation: str, queues: Iterable[str]) -> int:
    """
    Put batches whose message is surely lost back outside the window; return how many.

    =======  ==========================  ================  ======================
    window   broker's data               marked ago        message
    =======  ==========================  ================  ======================
    SENT     another life                any               lost with that life
    SENT     does not have it            30 s and more     lost alone
    SENT     does not have it            less              perhaps on its way
    SENDING  any                         10 s and more     its sender died
    =======  ==========================  ================  ======================
    """
    scale = config.current().time_scale
    lost = Q(window=Window.SENT) & ~Q(broker_generation=generation)
    lost |= Q(window=Window.SENDING, window_at__lt=now() - 10 * scale)
    # the condition of the index in its own words: SQLite would not conclude it
    waiting = Batch.objects.filter(state=BatchState.QUEUED, queue__in=list(queues), window__gt=Window.OUTSIDE)
    old = waiting.filter(window=Window.SENT, window_at__lt=now() - 30 * scale)
    # the rows first: a message that arrives meanwhile is found
    missing = set(old.values_list("pk", flat=True))
    if missing:
        lost |= Q(window=Window.SENT, pk__in=missing - broker.batches_at_hand(queues))
    return waiting.filter(lost).update(window=Window.OUTSIDE)
