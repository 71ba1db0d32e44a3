"""A file that grew, and a zone that fails at every step: nothing wrong is ever good, and the run mends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lading.base.cancellation import Unlimited
from lading.base.errors import Cancelled, LadingError
from lading.ingest.engine.destinations.irods import TransferSettings, open_destination
from lading.ingest.engine.destinations.slots import LocalSlots
from lading.ingest.engine.plan import group
from lading.ingest.engine.values import Operation
from lading.zone.faults import Fault, FaultKind
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench
from tests.oracle import sha2

OPEN, SEEK, WRITE, CLOSE, QUERY = 602, 674, 676, 673, 702
MIB = 1 << 20
START = b"what was there before " * 1000
#: a tail of one piece, and one of several
TAILS = {"short": b" and more", "long": bytes(range(256)) * (4 * 1024) * 3}

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(zone, tmp_path / "source")
    yield made
    zone.control.clear()
    made.place.destination.close()


class Lease(Unlimited):
    """A permission that is asked so many times before it is gone."""

    def __init__(self, times: int) -> None:
        self._left = times

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Cancelled("lease lost")


def grown(bench: Bench, tail: str) -> bytes:
    """Bring a file and let it grow; return what it is now."""
    bench.write("log", START)
    bench.sync(bench.rules(Operation.PUT_APPEND))
    bench.write("log", START + TAILS[tail])
    return START + TAILS[tail]


def assert_nothing_wrong_is_good(bench: Bench, now: bytes) -> None:
    """Good is only what was there before, or the whole file."""
    for replica in bench.replicas("log"):
        assert not replica.good or replica.bytes_there in {sha2(START), sha2(now)}
        assert not replica.good or replica.checksum == replica.bytes_there


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.ERROR])
@pytest.mark.parametrize(
    ("api", "nth"), [(OPEN, 1), (SEEK, 1), (WRITE, 1), (CLOSE, 1), (QUERY, 1), (OPEN, 2), (CLOSE, 2)]
)
def test_an_append_survives_whatever_breaks(bench: Bench, tail: str, kind: FaultKind, api: int, nth: int) -> None:
    """The run ends with the whole file there; if it could not, the next one does, and nothing wrong was ever good."""
    now = grown(bench, tail)
    bench.place.zone.control.inject(Fault(kind=kind, api=api, nth=nth, code=-513000 if kind is FaultKind.ERROR else 0))

    told = str(bench.sync(bench.rules(Operation.PUT_APPEND))["log"])

    assert_nothing_wrong_is_good(bench, now)
    bench.place.zone.control.clear()
    if not told.startswith("updated"):
        assert "failed ZONE_REFUSED" == told
        assert str(bench.sync(bench.rules(Operation.PUT_APPEND))["log"]).startswith("updated")
    (replica,) = bench.replicas("log")
    assert (True, sha2(now), sha2(now)) == (replica.good, replica.checksum, replica.bytes_there)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("requests", range(1, 24, 2))
def test_an_append_that_is_given_up_is_done_by_the_next_attempt(bench: Bench, tail: str, requests: int) -> None:
    """The lease is lost after so many requests, and the worker with it; another one does the batch again."""
    now = grown(bench, tail)
    rules = bench.rules(Operation.PUT_APPEND)
    shop = bench.shop(rules)
    (work,) = group(shop.scan(), rules)
    lost = open_destination(
        bench.place.profile, token=Lease(requests), slots=LocalSlots(2), settings=TransferSettings(chunk_bytes=MIB)
    )
    shop.destination = lost  # type: ignore[assignment]
    with suppress(Cancelled, LadingError):
        list(shop.applying(work))
    assert_nothing_wrong_is_good(bench, now)
    shop.destination = bench.place.destination  # type: ignore[assignment]

    results = shop.apply(work, attempt=2)

    assert ["updated"] == [result.outcome.value for result in results]
    (replica,) = bench.replicas("log")
    assert (True, sha2(now), sha2(now)) == (replica.good, replica.checksum, replica.bytes_there)


def test_an_append_reads_and_sends_only_what_it_must(bench: Bench) -> None:
    """One look, open, seek, write, close; the bytes of the tail."""
    grown(bench, "short")
    bench.place.zone.control.reset_counters()
    rules = bench.rules(Operation.PUT_APPEND)
    shop = bench.shop(rules)

    (result,) = [done for work in group(shop.scan(), rules) for done in shop.apply(work)]

    assert len(TAILS["short"]) == result.bytes_sent
    assert {QUERY: 1, OPEN: 1, SEEK: 1, WRITE: 1, CLOSE: 1} == bench.place.zone.control.counters()


def test_a_long_tail_goes_in_large_writes(bench: Bench) -> None:
    """3 MiB in pieces of 1 MiB: the last one is written under an opening that carries the checksum of the whole."""
    grown(bench, "long")
    bench.place.zone.control.reset_counters()

    assert "updated APPENDED" == str(bench.sync(bench.rules(Operation.PUT_APPEND))["log"])
    counted = dict(bench.place.zone.control.counters())
    assert counted.pop(OPEN) >= 2  # one more each time that the zone has not noticed yet that the first one is gone
    assert {QUERY: 1, SEEK: 2, WRITE: 3, CLOSE: 1} == counted


def test_a_vault_that_was_damaged_is_not_appended_to_for_good(bench: Bench) -> None:
    """The catalogue still says what was sent; the server finds the whole to be another one, and all of it is sent."""
    now = grown(bench, "short")
    Path(bench.replicas("log")[0].path).write_bytes(START[::-1])

    assert "updated" == str(bench.sync(bench.rules(Operation.PUT_APPEND))["log"])
    assert sha2(now) == bench.replicas("log")[0].bytes_there


def test_an_object_on_another_resource_than_the_jobs_is_not_appended_to(bench: Bench) -> None:
    """It fails as any put would; nothing is written anywhere."""
    grown(bench, "short")
    before = bench.replicas("log")
    rules = bench.rules(Operation.PUT_APPEND, resource=bench.place.resource("other"))

    assert str(bench.sync(rules)["log"]).startswith("failed")
    assert before == bench.replicas("log")
