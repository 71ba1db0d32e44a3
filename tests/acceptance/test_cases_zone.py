"""Cases 17 to 20: the zone is away, slow, silent, or breaks off."""

from __future__ import annotations

import os
import signal
import time

import pytest

from lading.zone.faults import Fault, FaultKind
from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for
from tests.chaos.proxy import Proxy
from tests.chaos.weather import BLACK_HOLE, FAIR, Weather

pytestmark = pytest.mark.acceptance

FILES = 2_000
FEW = 300

#: numbers of requests: store a small file, close an object
PUT, CLOSE = 606, 712
WRITE = 676

SMALL_BATCHES = {"LADING_TRANSFER__BATCH_FILES": "50"}
#: seconds without an answer
IMPATIENT = {"LADING_TRANSFER__READ_TIMEOUT_S": "2"}


def begun(place: Place) -> bool:
    """Say whether some files have arrived, but not all."""
    return bool(place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer' AND state = 'done'"))


def waits(place: Place) -> bool:
    """Say whether the run tells that it waits, and for what."""
    ((state, reason),) = place.rows("SELECT state, reason FROM orchestration_run")
    return state == "waiting" and bool(reason)


def ends_right(place: Place, files: int) -> None:
    """See a run through that somebody's workers carry out."""
    assert "done" == place.end_of()
    assert place.broken_promises() == []
    assert {"created": files} == oracle.manifest_counts(place.home, 1)


def test_case_17_the_zone_killed_on_the_way_is_waited_for(place: Place) -> None:
    """The run waits with its reason, the zone comes back, nothing half-written looks good."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    (zone,) = place.processes("lading.zone")
    zone.send_signal(signal.SIGKILL)
    done = ended(sync, 90)

    assert done.code == 0, done.err
    assert place.broken_promises() == []


def test_case_17_a_zone_that_is_down_when_workers_start_is_waited_for(place: Place, zone_proxy: Proxy) -> None:
    """The whole run waits and says for what; no file is failed for it."""
    fill(place.source, FEW)
    place = place.through(zone=zone_proxy)
    place.detach()
    zone_proxy.refuse()
    place.work()
    wait_for(lambda: waits(place))
    assert {} == oracle.manifest_counts(place.home, 1)
    zone_proxy.accept()

    ends_right(place, FEW)


def test_case_17_a_zone_that_goes_down_on_the_way_is_waited_for(place: Place, zone_proxy: Proxy) -> None:
    """However long: the number of tries does not grow with the number of files, and none is failed."""
    fill(place.source, FILES)
    place = place.through(zone=zone_proxy).having(**SMALL_BATCHES)
    place.detach()
    place.work()
    wait_for(lambda: begun(place))
    zone_proxy.refuse()
    wait_for(lambda: waits(place))
    there = place.zone.counters()[PUT]
    time.sleep(4)
    assert there == place.zone.counters()[PUT]
    assert "waiting" == place.state()
    zone_proxy.accept()

    ends_right(place, FILES)


def test_case_17_a_command_is_told_at_once_that_the_zone_is_down(place: Place, zone_proxy: Proxy) -> None:
    """Nothing is begun: exit 4 and a sentence."""
    fill(place.source, 1)
    zone_proxy.refuse()
    done = place.through(zone=zone_proxy).sync("--detach")

    assert 4 == done.code, done.err
    assert "Traceback" not in done.err


def test_case_18_a_black_hole_is_left_after_the_time_limit_and_waited_for(place: Place, zone_proxy: Proxy) -> None:
    """Nothing answers, nobody is refused: requests end by their limit; what may have arrived is looked up."""
    fill(place.source, FILES)
    place = place.through(zone=zone_proxy).having(**SMALL_BATCHES, **IMPATIENT)
    place.detach()
    place.work()
    wait_for(lambda: begun(place))
    zone_proxy.weather = BLACK_HOLE
    time.sleep(5)
    zone_proxy.weather = FAIR

    ends_right(place, FILES)


def test_case_18_a_slow_zone_is_slow_and_nothing_else(place: Place, zone_proxy: Proxy) -> None:
    """Two seconds for each request: no file fails, none is sent twice."""
    fill(place.source, 12)
    place = place.through(zone=zone_proxy)
    place.detach()
    zone_proxy.weather = Weather(delay=1.0)
    place.work()
    wait_for(lambda: place.zone.counters().get(PUT, 0) >= 4, 60)
    zone_proxy.weather = FAIR

    ends_right(place, 12)
    assert 12 == place.zone.counters()[PUT]


def test_case_18_a_line_of_a_kilobyte_a_second_does_not_lose_its_batch(place: Place, zone_proxy: Proxy) -> None:
    """Bytes that move are no silence: what takes longer than a lease is renewed, and sent once."""
    for number in range(4):
        (place.source / f"{number}").write_bytes(os.urandom(6_000))
    place = place.through(zone=zone_proxy)
    place.detach()
    place.work(slots=1)
    wait_for(lambda: place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer'"))
    zone_proxy.weather = Weather(bytes_per_second=1_024)
    time.sleep(5)  # longer than a lease
    assert [] == place.rows("SELECT 1 FROM orchestration_batch WHERE crashes > 0")
    zone_proxy.weather = Weather(bytes_per_second=100_000)

    ends_right(place, 4)
    assert 4 == place.zone.counters()[PUT]


def test_case_20_a_checksum_that_takes_longer_than_the_limit_is_found_in_the_catalogue(place: Place) -> None:
    """The bytes are all there and the answer does not come: it is looked up, and nothing is sent again."""
    (place.source / "large").write_bytes(os.urandom(8 << 20))
    place = place.having(LADING_TRANSFER__ONE_CALL_LIMIT_BYTES="1MiB", LADING_TRANSFER__CHUNK_BYTES="1MiB", **IMPATIENT)
    place.zone.inject(Fault(kind=FaultKind.DELAY, api=CLOSE, nth=4, seconds=4))
    done = place.sync()

    assert (0, 1) == (done.code, done.json["counts"]["created"]), done.err
    assert place.broken_promises() == []
    assert 8 == place.zone.counters()[WRITE]
