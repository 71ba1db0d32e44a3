"""What a person changes while runs go on: how fast a zone is asked, when and beside which others a run works."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, wait_for

pytestmark = pytest.mark.acceptance

KIB = 1024


def write(folder: Path, files: int, size: int) -> None:
    """Make files of one size, of different content."""
    for number in range(files):
        (folder / f"{number:04d}").write_bytes(bytes([number % 251]) * (size - 1) + b"\n")


def stored_bytes(place: Place) -> int:
    """Return how many bytes lie in the vault of the zone, seen from outside."""
    sizes = (file.stat().st_size for file in (place.home / "zone").rglob("[0-9][0-9][0-9][0-9]") if file.is_file())
    return sum(sizes)


def test_bandwidth_is_kept_over_all_workers_and_can_be_lifted_on_the_way(place: Place) -> None:
    """
    16 MiB by two workers at 512 KiB/s would take half a minute.

    Measured in the vault the rate is kept; once the limit is lifted the rest arrives within seconds.
    """
    write(place.source, 256, 64 * KIB)
    assert place.run("limits", "--bandwidth", "512K").code == 0
    sync = place.begin("sync", str(place.source), place.collection, "--json", "--workers", "2")
    wait_for(lambda: stored_bytes(place) > 0)
    at = time.monotonic()
    time.sleep(4)
    stored, seconds = stored_bytes(place), time.monotonic() - at
    # what was under way at the beginning, and one reservation of each worker, come on top
    assert 0 < stored <= 512 * KIB * (seconds + 2.5), f"{stored:,} bytes in {seconds:.1f} s"

    assert place.run("limits", "--bandwidth", "off").code == 0
    done = ended(sync, 20)
    assert (0, 256) == (done.code, done.json["counts"]["created"]), done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_a_job_has_a_bandwidth_of_its_own(place: Place) -> None:
    """4 MiB at 1 MiB/s take some seconds, whoever else uses the zone."""
    write(place.source, 64, 64 * KIB)
    done = place.sync("--bandwidth", "1M")

    assert (0, 64) == (done.code, done.json["counts"]["created"]), done.err
    assert done.json["seconds"] > 2


def test_limits_are_shown_and_refused_with_a_sentence(place: Place) -> None:
    """By default the zone of the settings; a zone that nobody knows is named, with those that are known."""
    changed = place.run("limits", "--requests", "100", "--connections", "8", "--json")
    assert {"zone": "embedded", "requests": 100, "connections": 8, "bandwidth": None} == {
        name: changed.json[name] for name in ("zone", "requests", "connections", "bandwidth")
    }
    shown = place.run("limits")
    assert "embedded" in shown.out
    assert "100/s" in shown.out
    wrong = place.run("limits", "elsewhere", "--requests", "5")
    assert 2 == wrong.code
    assert "No zone is called elsewhere" in wrong.err
    assert 2 == place.run("limits", "--bandwidth", "50").code
    assert "off" in place.run("limits", "embedded", "--requests", "off", "--connections", "default").out


def test_a_run_outside_its_window_waits_until_somebody_opens_it(place: Place) -> None:
    """The reason says until when; `runs set --window off` lets it go on at once."""
    write(place.source, 3, 100)
    at = datetime.now(UTC)
    window = "-".join((at + timedelta(hours=shift)).strftime("%H:%M") for shift in (2, 3)) + " UTC"
    sync = place.begin("sync", str(place.source), place.collection, "--json", "--window", window)
    wait_for(lambda: place.rows("SELECT 1 FROM orchestration_run WHERE state = 'waiting'"))
    assert "outside its window" in place.run("show", "1").out

    changed = place.run("runs", "set", "1", "--window", "off", "--priority", "7")
    assert 0 == changed.code, changed.err
    done = ended(sync, 30)
    assert (0, 3) == (done.code, done.json["counts"]["created"]), done.err
    assert [(7,)] == place.rows("SELECT priority FROM orchestration_run")


def test_a_second_run_is_what_the_job_wants(place: Place) -> None:
    """Left out without an error, refused by default, or behind the first one; a stop and a start clash with nothing."""
    write(place.source, 3, 100)
    words = (str(place.source), place.collection, "--detach")
    assert "1" == place.run("sync", *words).out.strip()
    refused = place.run("sync", *words)
    assert (2, True) == (refused.code, "is being run already" in refused.err)
    left_out = place.run("sync", *words, "--overlap", "skip")
    assert (0, True) == (left_out.code, "is being run already" in left_out.err)
    assert "2" == place.run("sync", *words, "--overlap", "queue").out.strip()
    assert [("queued", "waits for the end of run 1")] == place.rows(
        "SELECT state, reason FROM orchestration_run WHERE id = 2"
    )

    assert 0 == place.run("stop", "1").code
    done = place.run("follow", "2", "--json")
    assert (0, 3) == (done.code, done.json["counts"]["created"]), done.err


def test_a_zone_that_is_down_stops_only_who_waits_for_it_at_a_terminal(place: Place) -> None:
    """An attached sync leaves with exit 4 before anything is written; a detached one, and `jobs run`, wait in the ledger."""
    write(place.source, 3, 100)
    place.settings["LADING_ZONE_URL"] = "irods://rods:secret@127.0.0.1:1/tempZone"
    attached = place.sync()
    assert 4 == attached.code, attached.err
    assert [] == place.rows("SELECT id FROM orchestration_run")

    detached = place.run("sync", str(place.source), place.collection, "--detach", "--name", "night")
    assert (0, "1") == (detached.code, detached.out.strip()), detached.err
    assert "the run waits for it" in detached.err
    assert 0 == place.run("stop", "1").code
    again = place.run("jobs", "run", "night", "--detach")
    assert 0 == again.code, again.err
    assert [("queued",)] == place.rows("SELECT state FROM orchestration_run WHERE id = ?", again.out.strip())
