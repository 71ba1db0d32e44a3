"""
The task enqueuer: rows first, messages in a window.

A batch exists from the moment its row does. Its message is only a nudge, and at most `window_per_slot` times the
number of worker slots of its queue are out at a time; an ended batch lets the next one in. Whoever dies between the
mark and the message leaves `SENDING` behind, which the sweep takes back.
"""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, islice, zip_longest
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lading.base import config, crash
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.celery_app import app
from lading.orchestration.kinds import batch_kinds
from lading.orchestration.ledger import circuits, gates
from lading.orchestration.ledger.asking import Question
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.workers import slots_by_queue
from lading.orchestration.models import Batch, BatchState, Run, Tick, Window

log = logging.getLogger(__name__)

#: what the numbers of a message mean; a worker of an older version leaves messages of a newer one to others
MESSAGE_VERSION = 1

#: runs that share the window at a time: more would get less than one place each
_RUNS = 50

#: (id, priority, most batches) of runs whose batches may be sent
_Runs = Sequence[tuple[int, int, int]]


def pump() -> int:
    """Send messages for waiting batches as far as the window allows; return how many. Never raises for the broker."""
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
    Return the oldest runs that have something for each queue; where there are none its window need not be locked.

    One question for all queues, for this is asked after each batch. Of the runs that an open circuit holds back one may
    send its probe, if one is due.
    """
    if not queues:
        return {}
    stopped = circuits.open_ones()
    due = circuits.with_probe_due(stopped, at)
    found: dict[str, list[tuple[int, int, int]]] = {queue: [] for queue in queues}
    probes: dict[str, dict[str, tuple[int, int, int]]] = {queue: {} for queue in queues}
    for run_id, priority, circuit, *has_some in _with_something(tuple(queues)).ask(at):
        for queue in compress(queues, has_some):
            if circuit in due:
                probes[queue].setdefault(circuit, (run_id, 1, 1))
            elif circuit not in stopped and len(found[queue]) < _RUNS:
                found[queue].append((run_id, priority, sys.maxsize))
    return {queue: [*found[queue], *probes[queue].values()] for queue in queues}


@functools.cache
def _with_something(queues: tuple[str, ...]) -> Question:
    """Ask for (run, priority, circuit, and for each queue whether the run has something for it), the oldest run first."""

    def query(at: float) -> QuerySet[Run, Any]:
        waiting = Batch.objects.filter(
            run=OuterRef("pk"), state=BatchState.QUEUED, window=Window.OUTSIDE, not_before__lte=at
        )
        flags = {f"has_{position}": Exists(waiting.filter(queue=queue)) for position, queue in enumerate(queues)}
        some = functools.reduce(or_, (Q(**{flag: True}) for flag in flags))
        runs = gates.passable(at).annotate(**flags).filter(some).order_by("pk")
        return runs.values_list("pk", "priority", "circuit", *flags)

    return Question(query)


def _choose(queue: str, slots: int, runs: _Runs, at: float) -> Sequence[tuple[int, str, str]]:
    """Mark the batches that get the free places of one queue."""
    with transaction.atomic():
        # of all that pump at the same moment one chooses at a time: they would choose the same
        Tick.objects.select_for_update().get_or_create(name=f"window:{queue}")
        taken = Batch.objects.filter(queue=queue, state=BatchState.QUEUED, window__gt=Window.OUTSIDE).count()
        free = slots * config.current().window_per_slot - taken
        if free <= 0:
            return []
        chosen = _fair(_waiting(queue, at, free, runs), free)
        Batch.objects.filter(pk__in=[batch_id for batch_id, _ in chosen]).update(
            window=Window.SENDING, window_at=at, broker_generation=""
        )
    return [(batch_id, kind, queue) for batch_id, kind in chosen]


def _waiting(queue: str, at: float, limit: int, runs: _Runs) -> Iterable[tuple[int, list[tuple[int, str]]]]:
    """Yield (priority, batches in the order they should go) for each run."""
    kept_back = [kind.name for kind in batch_kinds() if kind.waits_for_backlog and kind.queue == queue]
    for run_id, priority, most in runs:
        waiting = Batch.objects.filter(
            run_id=run_id, queue=queue, state=BatchState.QUEUED, window=Window.OUTSIDE, not_before__lte=at
        )
        others = waiting.exclude(kind__in=kept_back) if kept_back else waiting
        first = list(others.order_by("pk").values_list("pk", "kind")[:limit])
        second = list(waiting.filter(kind__in=kept_back).order_by("pk").values_list("pk", "kind")[:limit])
        yield priority, _interleaved(first, [] if second and _is_backlogged(run_id) else second)[:most]


def _interleaved(first: list[tuple[int, str]], second: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [pair for pair in chain.from_iterable(zip_longest(first, second)) if pair is not None]


def _is_backlogged(run_id: int) -> bool:
    backlog = [kind.name for kind in batch_kinds() if kind.is_backlog]
    limit = config.current().scan.transfer_backlog
    waiting = Batch.objects.filter(run_id=run_id, kind__in=backlog, state=BatchState.QUEUED).order_by()
    return len(waiting.values_list("pk")[: limit + 1]) > limit


def _fair(runs: Iterable[tuple[int, list[tuple[int, str]]]], free: int) -> list[tuple[int, str]]:
    """Deal places round robin, `priority` at a time to each run."""
    queues = [(max(priority, 1), iter(batches)) for priority, batches in runs]
    chosen: list[tuple[int, str]] = []
    while queues and len(chosen) < free:
        left = []
        for priority, batches in queues:
            dealt = list(islice(batches, priority))
            chosen.extend(dealt)
            if len(dealt) == priority:
                left.append((priority, batches))
        queues = left
    return chosen[:free]


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
