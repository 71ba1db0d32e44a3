"""One limit of connections for a zone, over all who work for it."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lading import services
from lading.base.errors import UsageError
from lading.orchestration import broker, hosting, keeper
from lading.orchestration.ledger import workers
from lading.orchestration.limits.connections import ZoneSlots


@pytest.fixture(autouse=True)
def redis_is_there(embedded: services.Holder, db: None) -> None:
    """Start from an empty broker."""
    embedded.restart_dead()
    broker.client().flushall()


def test_all_holders_together_stay_within_the_limit() -> None:
    """The second one gets what is left."""
    first, second = ZoneSlots("z", 6), ZoneSlots("z", 6)
    with first.take(4) as mine, second.take(4) as theirs:
        assert (4, 2) == (mine, theirs)


def test_slots_come_back() -> None:
    """Whoever ends lets the next one have them."""
    slots = ZoneSlots("z", 4)
    with slots.take(4):
        pass
    with slots.take(4) as granted:
        assert 4 == granted


def test_everybody_gets_at_least_one() -> None:
    """More workers than connections: each still moves."""
    with ExitStack() as stack:
        granted = [stack.enter_context(ZoneSlots("z", 2).take(2)) for _ in range(4)]

    assert [2, 1, 1, 1] == granted


def test_a_dead_holder_is_forgotten() -> None:
    """Its slots run out by Redis's own clock."""
    broker.client().zadd(broker.PREFIX + "slots:z", {f"dead:{number}": 1 for number in range(4)})
    with ZoneSlots("z", 4).take(4) as granted:
        assert 4 == granted


def test_holders_that_redis_forgot_are_counted_again() -> None:
    """After FLUSHALL the connections are still in use: the limit holds again once their holders have renewed."""
    key = broker.PREFIX + "slots:z"
    with ZoneSlots("z", 4, ttl=1).take(3):
        broker.client().flushall()
        deadline = time.monotonic() + 20
        while broker.client().zcard(key) != 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with ZoneSlots("z", 4).take(4) as granted:
            assert 1 == granted
    assert 0 == broker.client().zcard(key)


def test_zones_have_limits_of_their_own() -> None:
    """A busy zone takes nothing from another."""
    with ZoneSlots("a", 2).take(2), ZoneSlots("b", 2).take(2) as granted:
        assert 2 == granted


def test_without_redis_the_limit_is_shared_by_count() -> None:
    """Each of the known workers keeps to its part, at least one."""
    for number in range(4):
        workers.beat(f"w{number}", "here", number, "filesystem")

    with ZoneSlots("z", 16, client=nobody).take(10) as granted:
        assert 4 == granted
    with ZoneSlots("z", 2, client=nobody).take(10) as granted:
        assert 1 == granted


def nobody() -> redis.Redis:
    """Return a client of a Redis that is not there."""
    return redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))


def test_a_worker_of_a_second_host_is_refused_while_a_part_is_embedded() -> None:
    """It could not reach it; the sentence names what has to be set."""
    workers.beat("elsewhere", "another-host", 1, "filesystem")

    with pytest.raises(UsageError, match=r"another-host.*LADING_REDIS_URL"):
        hosting.refuse_second_host()


def test_a_second_worker_of_the_same_host_is_welcome() -> None:
    """And so is one on another host once the first has been gone for a while."""
    workers.beat("here", socket.gethostname(), 1, "filesystem")
    hosting.refuse_second_host()


@pytest.mark.usefixtures("transactional_db")
def test_a_keeper_tells_that_it_lives_and_that_it_leaves() -> None:
    """The number of slots follows the processes."""
    kept = keeper.Keeper("filesystem,s3")
    kept.start()
    assert {"filesystem": 1, "s3": 1} == dict(workers.slots_by_queue())

    kept.stop()
    assert {} == dict(workers.slots_by_queue())
