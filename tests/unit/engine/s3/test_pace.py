"""How fast a store is asked."""

from __future__ import annotations

from lading.base.errors import Cancelled
from lading.ingest.engine.sources.s3 import pace
from lading.ingest.engine.sources.s3.pace import LEAST, Pace


class Watch:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def go_on() -> None:
    """Never stop."""


def asked(pace: Pace, watch: Watch, times: int, *, took: float = 0.0) -> float:
    """Send requests one after the other; return how many there were in a second."""
    begun = watch.now
    for _ in range(times):
        pace.wait(go_on)
        watch.now += took
    return times / max(watch.now - begun, 1e-9)


def test_nobody_waits_as_long_as_nobody_complains() -> None:
    """There is no rate."""
    watch = Watch()
    pace = Pace(watch, watch.sleep)
    asked(pace, watch, 1000)

    assert (watch.now, pace.rate) == (100.0, None)


def test_a_store_that_complains_gets_two_thirds_and_then_more() -> None:
    """Of what it got lately; a burst of complaints is one."""
    watch = Watch()
    pace = Pace(watch, watch.sleep)
    asked(pace, watch, 100, took=0.01)
    for _ in range(5):
        pace.slowed()
    assert pace.rate is None, "so many are chance"
    for _ in range(10):
        pace.slowed()

    assert pace.rate is not None
    assert 60 < pace.rate < 70
    assert 55 < asked(pace, watch, 100) < 75
    for _ in range(250):
        pace.went_well()
    assert pace.rate is None


def test_one_refusal_in_fifty_does_not_hold_back() -> None:
    """Nor do pauses in which nobody asked for anything make a store look slow."""
    watch = Watch()
    pace = Pace(watch, watch.sleep)
    for number in range(3000):
        pace.wait(go_on)
        watch.now += 0.001
        (pace.slowed if number % 50 == 0 else pace.went_well)()
    assert pace.rate is None
    watch.now += 3600
    for _ in range(6):
        pace.wait(go_on)
        pace.slowed()

    assert pace.rate is not None
    assert pace.rate > 100


def test_a_store_that_only_complains_is_still_asked() -> None:
    """Now and then."""
    watch = Watch()
    pace = Pace(watch, watch.sleep)
    for _ in range(100):
        pace.wait(go_on)
        watch.now += 2
        pace.slowed()

    assert pace.rate == LEAST


def test_a_wait_ends_when_the_work_must_not_go_on() -> None:
    """Long before its time."""
    watch = Watch()
    pace = Pace(watch, watch.sleep)
    pace.rate = 0.01
    pace.wait(go_on)

    def stop() -> None:
        if watch.now > 101:
            raise Cancelled("stopped")

    try:
        pace.wait(stop)
    except Cancelled:
        assert watch.now < 103
    else:
        raise AssertionError("it went on")


def test_all_sources_of_a_bucket_share_a_pace() -> None:
    """Others have their own."""
    pace.forget()

    assert pace.of("store", "one") is pace.of("store", "one")
    assert pace.of("store", "one") is not pace.of("store", "other")
