"""Who gets the places that become free, while others have much that waits."""

from __future__ import annotations

from typing import Any

from lading.base import config
from lading.orchestration import broker, enqueue
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import claims, clock, workers
from lading.orchestration.models import Batch, Run, Worker
from tests.integration.orchestration.conftest import Start
from tests.integration.orchestration.test_window import QUEUE, arguments, one_slot, redis_is_there

__all__ = ["one_slot", "redis_is_there"]


def test_a_run_that_comes_later_gets_the_places_that_become_free(start: Start, one_slot: None) -> None:
    """One place at a time becomes free; the large run that came first does not take it each time."""
    large = start(*map(str, range(100)))
    enqueue.pump()
    small = start("x", "y")
    ended = ended_one_by_one(10)

    assert [large.pk] * 4 == ended[:4]
    assert 2 == ended.count(small.pk)


def test_many_runs_of_one_person_have_one_share(start: Start, one_slot: None) -> None:
    """A hundred reviews of one person keep nobody else's waiting, however few batches each has."""
    for number in range(100):
        start(*"abc"[: number % 3 + 1])
    Run.objects.update(whose="user-1")
    enqueue.pump()
    later = [start("x", "y").pk for _ in range(2)]
    Run.objects.filter(pk__in=later).update(whose="user-2")
    ended = ended_one_by_one(12)

    assert 4 == sum(run in later for run in ended)


def ended_one_by_one(number: int) -> list[int]:
    """Be one worker: end batches in the order of their messages; return their runs."""
    ended: list[int] = []
    for _ in range(number):
        raw: Any = broker.client().rpop(QUEUE)
        held = claims.claim(arguments(raw)[0], "the one")
        assert held is not None
        ended.append(held.run_id)
        claims.finish(held, Ending())
        enqueue.pump()
    return ended


def test_neither_files_nor_reviews_keep_the_other_waiting(start: Start, db: None) -> None:
    """A worker of both, with a thousand batches of each: both queues have a window, and messages in it."""
    workers.beat("both", "host", 1, "filesystem,cv")
    Worker.objects.update(heartbeat=clock.now() + 60)
    start(*map(str, range(1000)))
    reviews = Run.objects.create(kind="cv-review", title="CV review", created_at=0, options={}, whose="user-1")
    Batch.objects.bulk_create([Batch(run=reviews, kind="cv.extract", queue="cv") for _ in range(1000)])
    enqueue.pump()

    waiting = [broker.client().llen(broker.PREFIX + queue) for queue in ("filesystem", "cv")]
    assert [config.current().window_per_slot] * 2 == waiting


def test_nobody_waits_for_ever_where_more_wait_than_there_are_places(start: Start, one_slot: None) -> None:
    """The oldest of those that hold nothing would get each place that becomes free, and it was theirs."""
    runs = [start(*map(str, range(100))).pk for _ in range(3 * config.current().window_per_slot)]
    enqueue.pump()

    assert set(runs) == set(ended_one_by_one(160))
