"""Faults that have no number, or whose number is another test's."""

from __future__ import annotations

import signal
import time

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for

pytestmark = pytest.mark.acceptance

FILES = 2_000


def begun(place: Place) -> bool:
    """Say whether some files have arrived, but not all."""
    return bool(place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer' AND state = 'done'"))


def test_a_worker_killed_among_bundles_costs_nothing(place: Place) -> None:
    """Kill -9 with tars under way: all files are there by checksum from outside, told as created, and no tar is left."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json", "--bundle", "100")
    wait_for(lambda: place.home.joinpath("ledger.sqlite3").exists() and begun(place))
    for child in min(place.processes("lading worker"), key=lambda process: process.pid).children():
        child.send_signal(signal.SIGKILL)
    done = ended(sync, 60)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert done.json["counts"]["created"] == FILES
    assert oracle.zone_tree(place.home, "/tempZone/home/rods/.lading-bundles") == {}


def test_a_frozen_worker_that_wakes_up_changes_nothing(place: Place) -> None:
    """SIGSTOP for longer than the lease: another takes over; the sleeper's late word is refused."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    parent = min(place.processes("lading worker"), key=lambda process: process.pid)
    sleeper = parent.children()[0]
    sleeper.suspend()
    time.sleep(6)
    sleeper.resume()
    done = ended(sync, 60)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert done.json["counts"]["created"] + done.json["counts"]["unchanged"] == FILES


def test_a_file_that_keeps_changing_is_never_recorded_as_good_and_can_be_retried_alone(place: Place) -> None:
    """A log that grows while it is read: it fails with its reason or arrives as it was at one moment; the rest arrives."""
    fill(place.source, 20)
    growing = place.source / "growing.log"
    growing.write_bytes(b"x" * 30_000_000)  # it takes longer to read than this process may be kept waiting
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    with growing.open("ab") as log:
        while sync.poll() is None:
            log.write(b"more\n")
            log.flush()
            time.sleep(0.0005)
    done = ended(sync)
    there = oracle.zone_tree(place.home, place.collection)

    assert {"created": 20, "failed": 1}.items() <= done.json["counts"].items()
    assert done.code == 1
    assert "growing.log" not in there or there["growing.log"].state != oracle.GOOD
    again = place.run("retry", "1", "--json")
    assert {"created": 1, "unchanged": 0, "failed": 0}.items() <= again.json["counts"].items()
    assert oracle.differences(place.source, place.home, place.collection) == []
