"""Clocks that jump: nothing waits for a time that was near and is far now, and nothing is lost."""

from __future__ import annotations

import pytest

from lading import services
from lading.base import config
from lading.base.errors import Cancelled
from lading.base.outcomes import Outcome as Kind
from lading.orchestration import broker, enqueue
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims, sweep, workers
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, Tick, Window, Worker
from tests.integration.orchestration.conftest import Start, only_batch

HOUR = 3600.0
DONE = Ending(outcomes=[NewOutcome(subject="a", outcome=Kind.CREATED)])


@pytest.fixture(autouse=True)
def redis_is_there(embedded: services.Holder) -> None:
    """Start from an empty broker."""
    embedded.restart_dead()
    broker.client().flushall()


def set_clock(by: float) -> None:
    """Let the database's clock jump: what was written before lies so much further back, or ahead."""
    for batch in Batch.objects.all():
        for name in ("lease_until", "not_before", "window_at"):
            if getattr(batch, name):
                setattr(batch, name, getattr(batch, name) - by)
        batch.save()
    for tick in Tick.objects.exclude(at=0):
        Tick.objects.filter(pk=tick.pk).update(at=tick.at - by)
    for worker in Worker.objects.all():
        Worker.objects.filter(pk=worker.pk).update(heartbeat=worker.heartbeat - by)


def look_after() -> bool:
    """Do what the thread of a worker does now and then; say whether it was its turn."""
    if not sweep.may_sweep():
        return False
    sweep.sweep()
    return True


def test_case_42_a_dead_workers_batch_is_taken_over_although_the_clock_was_set_back(start: Start) -> None:
    """Its lease would have held for an hour; so would everybody's turn to look."""
    run = start("a")
    held = claims.claim(only_batch(run).pk, "dead")
    assert held is not None
    assert sweep.may_sweep()
    assert not sweep.may_sweep()
    set_clock(-HOUR)
    assert look_after()
    ttl = config.current().lease_ttl.total_seconds()
    assert Batch.objects.get(pk=held.batch_id).lease_until <= now() + ttl
    Batch.objects.filter(pk=held.batch_id).update(lease_until=now() - 1)  # the time of a lease later
    Tick.objects.update(at=now() - HOUR)
    assert look_after()

    assert BatchState.QUEUED == Batch.objects.get(pk=held.batch_id).state
    with pytest.raises(Cancelled):
        claims.finish(held, DONE)


def test_case_42_a_living_workers_batch_ends_once_although_the_clock_was_set_back(start: Start) -> None:
    """Its lease is shortened to what is usual, not taken."""
    run = start("a")
    held = claims.claim(only_batch(run).pk, "living")
    assert held is not None
    look_after()
    set_clock(-HOUR)
    look_after()
    claims.finish(held, DONE)

    assert (RunState.DONE, 1) == (Run.objects.get(pk=run.pk).state, Outcome.objects.filter(run=run).count())


def test_case_42_what_was_delayed_or_lost_is_sent_although_the_clock_was_set_back(start: Start) -> None:
    """A pause of a minute does not become one of an hour; a worker that died before does not count as living for so long."""
    workers.beat("dead", "host", 1, "filesystem")
    run = start("a", "b")
    delayed, lost = Batch.objects.filter(run=run).order_by("pk")
    Batch.objects.filter(pk=delayed.pk).update(not_before=now() + 60)
    Batch.objects.filter(pk=lost.pk).update(window=Window.SENDING, window_at=now())
    look_after()
    set_clock(-HOUR)
    look_after()
    assert 0 == workers.slots_by_queue()["filesystem"]
    workers.beat("living", "host", 2, "filesystem")
    Batch.objects.filter(pk=lost.pk).update(window_at=now() - 60)  # a minute later
    Tick.objects.update(at=now() - HOUR)
    look_after()

    assert {Window.SENT} == set(Batch.objects.filter(run=run).values_list("window", flat=True))


def test_case_42_a_clock_that_is_set_forward_costs_a_take_over_and_nothing_else(start: Start) -> None:
    """All leases seem to have run out: who worked writes nothing, who took over ends the batch once."""
    run = start("a")
    first = claims.claim(only_batch(run).pk, "first")
    assert first is not None
    look_after()
    set_clock(HOUR)
    look_after()
    second = claims.claim(only_batch(run).pk, "second")
    assert second is not None
    with pytest.raises(Cancelled):
        claims.finish(first, DONE)
    claims.finish(second, DONE)

    assert (RunState.DONE, 1) == (Run.objects.get(pk=run.pk).state, Outcome.objects.filter(run=run).count())


def test_case_42_whoever_asks_a_moment_later_does_not_take_the_clock_for_set_back(start: Start) -> None:
    """Two processes read the time and write it in another order."""
    run = start("a")
    claims.claim(only_batch(run).pk, "one")
    ttl = config.current().lease_ttl.total_seconds()
    Batch.objects.update(lease_until=now() + 2 * ttl)
    Tick.objects.update_or_create(name="sweep", defaults={"at": now() + 0.01})

    assert not sweep.may_sweep()
    assert Batch.objects.get(run=run).lease_until > now() + ttl


def test_case_56_long_work_of_another_queue_keeps_nothing_from_being_sent(start: Start) -> None:
    """A thousand reviews wait, and every worker of theirs is busy for an hour: files have a window of their own."""
    workers.beat("reviewer", "host", 1, "cv")
    workers.beat("carrier", "host", 2, "filesystem")
    reviews = start(*map(str, range(1000)))
    Batch.objects.filter(run=reviews).update(queue="cv")
    first = Batch.objects.filter(run=reviews).earliest("pk")
    Batch.objects.filter(pk=first.pk).update(state=BatchState.LEASED, worker="reviewer", lease_until=now() + HOUR)
    files = start(*map(str, range(10)))

    enqueue.pump()

    sent = Batch.objects.filter(run=files, window=Window.SENT)
    assert config.current().window_per_slot == sent.count()
