"""Processes that do things at the same moment: nobody waits for each other in a circle, nobody sends twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

from lading import services
from lading.base import config
from lading.orchestration import broker, enqueue
from lading.orchestration.ledger import claims, troubles, workers
from lading.orchestration.models import Batch, BatchState, Run
from tests.integration.orchestration.conftest import Start, only_batch
from tests.integration.orchestration.test_window import messages

T = TypeVar("T")

#: seconds within which another process surely has reached the lock that it has to wait for
_REACHED = 0.3

pytestmark = pytest.mark.django_db(transaction=True)


def closing(work: Callable[[], T]) -> T:
    """Do the work, and close the connection that this thread made for it."""
    try:
        return work()
    finally:
        connection.close()


def while_the_run_is_locked(run: Run, work: Callable[[], T]) -> T:
    """Hold the run's row as whoever stops it does, let the work begin, change the batch, let both end."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)
            begun: Future[T] = other.submit(closing, work)
            time.sleep(_REACHED)
            Batch.objects.filter(run=run).update(reason="touched")
        return begun.result(timeout=40)


def test_a_claim_and_a_stop_do_not_wait_for_each_other(transactional_db: None, start: Start) -> None:
    """The first claim of a run also says that the run has begun."""
    run = start("a")
    batch = only_batch(run)
    held = while_the_run_is_locked(run, lambda: claims.claim(batch.pk, "one"))

    assert held is not None
    assert "touched" == only_batch(run).reason


def test_a_sweep_and_an_ending_do_not_wait_for_each_other(transactional_db: None, start: Start) -> None:
    """The lease ran out at the moment at which its worker ends the batch."""
    run = start("a")
    assert claims.claim(only_batch(run).pk, "one") is not None
    Batch.objects.filter(run=run).update(lease_until=1)
    while_the_run_is_locked(run, lambda: troubles.recover(only_batch(run).pk))

    assert (BatchState.QUEUED, "touched") == (only_batch(run).state, only_batch(run).reason)


def test_workers_that_pump_at_once_send_each_batch_once(
    transactional_db: None, start: Start, embedded: services.Holder
) -> None:
    """Four of them end a batch at the same moment; together they fill the window, and no more."""
    embedded.restart_dead()
    broker.client().flushall()
    workers.beat("one", "host", 1, "filesystem")
    start(*map(str, range(100)))
    ready = threading.Barrier(4)

    def pump() -> int:
        ready.wait()
        return enqueue.pump()

    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            sent = sum(one.result() for one in [pool.submit(closing, pump) for _ in range(4)])
        found: Counter[int] = messages()

        assert (config.current().window_per_slot, {1}) == (sent, set(found.values()))
        broker.client().delete(broker.PREFIX + "filesystem")
        Batch.objects.filter(pk__in=found).update(state=BatchState.DONE)
