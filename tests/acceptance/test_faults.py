"""Whatever dies on the way, every file arrives once in effect, and the run says so."""

from __future__ import annotations

import os
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


def test_b15_a_worker_killed_on_the_way_costs_nothing(place: Place) -> None:
    """
    Kill -9 of a worker process among 2,000 files: within a minute all are there, by checksum from outside.

    Known defect: the job ran for ever, and its locks stopped every later one. Here the next run has nothing to wait for.
    """
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: place.home.joinpath("ledger.sqlite3").exists() and begun(place))
    parent = min(place.processes("lading worker"), key=lambda process: process.pid)
    child = parent.children()[0]
    child.send_signal(signal.SIGKILL)
    done = ended(sync, 60)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert done.json["counts"]["created"] + done.json["counts"]["unchanged"] == FILES
    again = place.sync()
    assert (again.code, again.json["counts"]["unchanged"]) == (0, FILES), again.err


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


def test_all_workers_killed_on_the_way_cost_nothing(place: Place) -> None:
    """The whole tree of workers dies; the command starts new ones and the run ends right."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    for process in place.processes("lading worker"):
        process.send_signal(signal.SIGKILL)
    done = ended(sync, 60)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


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


def test_b24_redis_killed_and_emptied_on_the_way_costs_nothing(place: Place) -> None:
    """
    All messages are gone; the ledger has every row, and the window is sent again.

    Known defect: what was queued vanished, waiting commands reported success, and the next run sent everything again.
    """
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    (redis,) = place.processes("redis-server")
    for file in (place.home / "redis").rglob("*"):
        if file.is_file():
            file.unlink()
    redis.send_signal(signal.SIGKILL)
    done = ended(sync, 90)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    again = place.sync()
    assert (again.code, again.json["counts"]["unchanged"], again.json["bytes"]) == (0, FILES, 0), again.err


def test_the_zone_killed_on_the_way_is_waited_for(place: Place) -> None:
    """The run waits with its reason, the zone comes back, nothing half-written looks good."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    (zone,) = place.processes("lading.zone")
    zone.send_signal(signal.SIGKILL)
    done = ended(sync, 90)

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_ctrl_c_pauses_and_resume_goes_on(place: Place) -> None:
    """The first Ctrl-C lets the workers put down what they have; resume brings the rest."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection)
    wait_for(lambda: begun(place))
    os.kill(sync.pid, signal.SIGINT)
    stopped = ended(sync, 30)

    assert stopped.code == 130
    assert "lading resume 1" in stopped.err
    assert place.rows("SELECT state FROM orchestration_run") == [("paused",)]
    done = place.run("resume", "1", "--json")
    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_a_run_can_be_stopped_and_tells_what_it_did(place: Place) -> None:
    """Stop ends within seconds whatever is queued; what is done is in the summary; resume brings the rest."""
    many = 4 * FILES  # so that they are not all there before the command to stop has started
    fill(place.source, many)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    at = time.monotonic()
    assert place.run("stop", "1").code == 0
    done = ended(sync, 30)

    assert time.monotonic() - at < 15
    assert done.code == 5
    assert done.json["state"] == "stopped"
    assert 0 < done.json["counts"]["created"] < many
    assert place.run("resume", "1", "--json").code == 0
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_the_command_killed_on_the_way_leaves_a_run_that_goes_on(place: Place) -> None:
    """Kill -9 of `lading sync` itself: `lading follow` finds the run and brings it to its end."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection)
    wait_for(lambda: begun(place))
    sync.kill()
    sync.communicate()
    done = place.run("follow", "1", "--json")

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_a_file_that_keeps_changing_is_never_recorded_as_good_and_can_be_retried_alone(place: Place) -> None:
    """A log that grows while it is read: it fails with its reason or arrives as it was at one moment; the rest arrives."""
    fill(place.source, 20)
    growing = place.source / "growing.log"
    growing.write_bytes(b"x" * 20_000_000)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    with growing.open("ab") as log:
        while sync.poll() is None:
            log.write(b"more\n")
            log.flush()
            time.sleep(0.002)
    done = ended(sync)
    there = oracle.zone_tree(place.home, place.collection)

    assert {"created": 20, "failed": 1}.items() <= done.json["counts"].items()
    assert done.code == 1
    assert "growing.log" not in there or there["growing.log"].state != oracle.GOOD
    again = place.run("retry", "1", "--json")
    assert {"created": 1, "unchanged": 0, "failed": 0}.items() <= again.json["counts"].items()
    assert oracle.differences(place.source, place.home, place.collection) == []
