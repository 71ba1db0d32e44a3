"""Operations of real commands, and workers that die in the middle of an append."""

from __future__ import annotations

import signal

import pytest

from lading.zone.control import ZoneControl
from lading.zone.faults import Fault, FaultKind
from tests import oracle
from tests.acceptance.conftest import Place, ended, wait_for

pytestmark = pytest.mark.acceptance

MIB = 1 << 20
WRITE, CLOSE = 676, 673


@pytest.mark.parametrize("api", [WRITE, CLOSE])
def test_a_worker_killed_in_the_middle_of_an_append_leaves_nothing_wrong(place: Place, api: int) -> None:
    """Kill -9 while the tail is on its way or just before it is closed: the run ends with the whole file there."""
    log = place.source / "log"
    log.write_bytes(b"0123456789abcdef" * (MIB // 16))
    assert place.sync("--operation", "put-append").code == 0
    with log.open("ab") as opened:
        opened.write(b"and more" * (10 * MIB // 8))
    zone = ZoneControl(place.home / "zone")
    zone.reset_counters()
    zone.inject(Fault(kind=FaultKind.STALL, api=api, seconds=30))
    sync = place.begin("sync", str(place.source), place.collection, "--operation", "put-append", "--json")
    wait_for(lambda: zone.counters().get(api))
    parent = min(place.processes("lading worker"), key=lambda process: process.pid)
    for child in parent.children():
        child.send_signal(signal.SIGKILL)
    zone.clear()
    done = ended(sync, 90)

    assert done.code == 0, done.err
    assert done.json["counts"]["updated"] == 1
    assert oracle.differences(place.source, place.home, place.collection) == []
