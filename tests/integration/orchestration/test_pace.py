"""Limits of bytes and requests, over all that share a Redis, changed while somebody waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from lading import services
from lading.base.cancellation import Switch, Unlimited
from lading.base.errors import Cancelled
from lading.orchestration import broker
from lading.orchestration.ledger import limits
from lading.orchestration.limits import flow, traffic
from lading.orchestration.limits.connections import ZoneSlots
from lading.orchestration.limits.flow import Gauge, Load
from lading.orchestration.limits.pace import Bucket
from lading.orchestration.limits.traffic import ServiceTraffic
from tests.integration.orchestration.test_limits import nobody


@pytest.fixture(autouse=True)
def redis_is_there(embedded: services.Holder, db: None) -> None:
    """Start from an empty broker."""
    embedded.restart_dead()
    broker.client().flushall()


def took(work: Callable[[], Any]) -> float:
    """Return the seconds that something takes."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def spend(bucket: Bucket, amount: float, times: int) -> None:
    """Spend an amount so many times."""
    for _ in range(times):
        bucket.spend(amount, Unlimited())


def waiter(bucket: Bucket, amount: float, times: int) -> threading.Thread:
    """Return somebody who has begun to spend, and waits."""
    thread = threading.Thread(target=spend, args=(bucket, amount, times), daemon=True)
    thread.start()
    thread.join(0.3)
    return thread


def test_processes_together_keep_to_the_rate() -> None:
    """Two of them (buckets of their own over one Redis), two threads each: 200 requests at 100 a second."""
    buckets = [Bucket("z:requests"), Bucket("z:requests")]
    for bucket in buckets:
        bucket.set(100)
    with ThreadPoolExecutor(4) as pool:
        seconds = took(lambda: list(pool.map(lambda bucket: spend(bucket, 1, 50), buckets * 2)))

    # less by what may be made up for at first, and by one reservation of each process that began before its end
    assert 200 / 100 - 0.7 <= seconds


def test_small_requests_seldom_ask_redis() -> None:
    """A share of a fifth of a second at a time: 60 requests at 100 a second are three questions or four."""
    asked = _Counting()
    bucket = Bucket("z:requests", client=lambda: asked)  # type: ignore[arg-type,return-value]
    bucket.set(100)
    spend(bucket, 1, 60)

    assert asked.count <= 4


class _Counting:
    """A client that counts."""

    def __init__(self) -> None:
        self.count = 0

    def eval(self, *arguments: Any) -> Any:
        """Ask Redis."""
        self.count += 1
        return broker.client().eval(*arguments)


def test_without_a_limit_nobody_asks_redis() -> None:
    """A million of requests cost no round trip."""
    bucket = Bucket("z:bytes", client=_fails)

    assert took(lambda: spend(bucket, 1_000_000, 10_000)) < 1


def _fails() -> redis.Redis:
    raise AssertionError("nobody has to be asked")


def test_what_is_larger_than_a_second_of_the_rate_goes_at_once_and_is_paid_by_the_next() -> None:
    """A file of 3 s; what follows waits about that long."""
    bucket = Bucket("z:bytes")
    bucket.set(1_000)

    assert took(lambda: spend(bucket, 3_000, 1)) < 0.5
    assert 2 < took(lambda: spend(bucket, 1, 1))


def test_whoever_waits_notices_that_the_limit_was_lifted() -> None:
    """A mistake of 1 B/s is corrected: nobody sits out the reservation made under it."""
    bucket = Bucket("z:bytes")
    bucket.set(1)
    bucket.spend(1_000, Unlimited())
    waiting = waiter(bucket, 1_000, 1)
    assert waiting.is_alive()
    bucket.set(None)
    waiting.join(5)
    assert not waiting.is_alive()


def test_a_new_rate_begins_anew_for_whoever_waits() -> None:
    """From a thousandth to a hundred a second."""
    bucket = Bucket("z:requests")
    bucket.set(0.001)
    bucket.spend(1, Unlimited())
    waiting = waiter(bucket, 1, 5)
    bucket.set(100)
    waiting.join(5)

    assert not waiting.is_alive()


def test_work_that_is_called_off_waits_no_longer() -> None:
    """A stop, or a lost lease, ends the waiting within a moment."""
    bucket, token = Bucket("z:requests"), Switch()
    bucket.set(0.001)
    bucket.spend(1, token)
    threading.Timer(0.2, token.cancel, ["the run is stopping"]).start()

    with pytest.raises(Cancelled):
        bucket.spend(1, token)


def test_without_redis_each_process_keeps_to_its_part() -> None:
    """Four live: a quarter of 400 a second is 100."""
    bucket = Bucket("z:requests", client=nobody)
    bucket.set(400, 4)

    assert 0.5 <= took(lambda: spend(bucket, 1, 150))


def test_limits_are_noticed_without_a_new_batch() -> None:
    """The keeper reads them once a second; a limit that was taken away as well."""
    of = ServiceTraffic(traffic.watch("zone noticed"))

    def sent(times: int) -> None:
        for _ in range(times):
            of.spend(1, 10, Unlimited())

    assert took(lambda: sent(100)) < 1
    limits.change("zone noticed", {"requests_per_second": 20})
    traffic.refresh()
    assert 0.5 <= took(lambda: sent(20))

    limits.change("zone noticed", {"requests_per_second": None})
    traffic.refresh()
    assert took(lambda: sent(100)) < 1


def test_limits_that_are_not_named_stay() -> None:
    """Each can be changed alone."""
    limits.change("zone z", {"bytes_per_second": 5, "connections": 3})
    limits.change("zone z", {"requests_per_second": 7})

    assert limits.Limits(bytes_per_second=5, requests_per_second=7, connections=3) == limits.of("zone z")


# --- connections that follow the load ----------------------------------------------------------------------------


def reported(most: int, *, seconds: float = 0.0, errors: int = 0) -> None:
    """Report a load as if the last report was long ago."""
    raw: Any = broker.client().get(flow.KEY.format("z"))
    if raw:
        limit, usual, _ = bytes(raw).decode().split()
        broker.client().set(flow.KEY.format("z"), f"{limit} {usual} 0")
    assert flow.change(broker.client(), "z", Load(latency=seconds, errors=errors), most)


def granted(limit: int = 16) -> int:
    """Return how many connections somebody gets who wants them all."""
    with ZoneSlots("z", limit).take(64) as found:
        return found


def test_an_overloaded_zone_grants_fewer_connections() -> None:
    """Quick, then slow, then quick again; never above the limit, and never none."""
    reported(16, seconds=0.1)
    assert 16 == granted()
    for _ in range(10):
        reported(16, seconds=2.0)
    assert 1 == granted()
    for _ in range(4):
        reported(16, seconds=0.1)
    assert 5 == granted()
    assert 4 == granted(limit=4)


def test_errors_halve_the_connections() -> None:
    """Whatever the zone says otherwise."""
    reported(16, seconds=0.1, errors=1)

    assert 8 == granted()


def test_one_report_a_second_counts_and_the_rest_is_kept_for_the_next() -> None:
    """However many processes report: connections do not fall to one because of one bad second."""
    broker.client().set(flow.KEY.format("z"), "16 0.1 9999999999")
    gauge = Gauge("z", 16)
    gauge.broke()
    gauge.report(broker.client())
    assert 16 == granted()

    broker.client().set(flow.KEY.format("z"), "16 0.1 0")
    gauge.report(broker.client())
    gauge.report(broker.client())
    assert 8 == granted()


def test_whoever_has_seen_nothing_says_nothing() -> None:
    """No round trip for an idle process."""
    Gauge("z", 16).report(nobody())
