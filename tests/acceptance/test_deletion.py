"""Deletions by real workers: what may go goes once, whoever dies; what may not waits for a person."""

from __future__ import annotations

import shutil
import signal

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for

pytestmark = pytest.mark.acceptance

FILES = 2_000


def test_a_held_list_is_shown_approved_and_brought_back(place: Place) -> None:
    """By the commands, with their exit codes."""
    fill(place.source, 200)
    place.sync("--delete-mode", "trash")
    for number in (0, 1):
        shutil.rmtree(place.source / f"folder-00{number}")

    held = place.sync("--delete-mode", "trash")
    assert (3, "held", 0) == (held.code, held.json["state"], held.json["counts"]["deleted"]), held.err
    run = str(held.json["run"])
    assert "folder-000/  (50 objects)" in place.run("deletions", run).out
    assert 2 == place.run("approve", run).code, "nobody is there to ask"

    done = place.run("approve", run, "--yes", "--json")
    assert (0, 100) == (done.code, done.json["counts"]["deleted"]), done.err
    assert [] == oracle.differences(place.source, place.home, place.collection)
    assert 2 == place.run("approve", run, "--yes").code

    back = place.run("restore", run, "--json")
    assert (0, 100) == (back.code, back.json["counts"]["created"]), back.err
    assert 200 == len(oracle.zone_tree(place.home, place.collection))


def test_workers_killed_among_deletions_delete_nothing_twice_and_nothing_else(place: Place) -> None:
    """Kill -9 of all pool processes: what vanished goes, each path has one outcome, what others put there stays."""
    fill(place.source, FILES)
    place.sync("--delete-mode", "no-trash")
    with oracle.session(place.home) as irods:
        irods.data_objects.create(f"{place.collection}/folder-003/foreign")
    for number in range(30):
        shutil.rmtree(place.source / f"folder-{number:03d}")
    sync = place.begin(
        "sync", str(place.source), place.collection, "--json", "--delete-mode", "no-trash", "--delete-limit", "none"
    )
    wait_for(
        lambda: place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'deletion.delete' AND state = 'leased'")
    )
    for child in min(place.processes("lading worker"), key=lambda process: process.pid).children():
        child.send_signal(signal.SIGKILL)
    done = ended(sync, 60)

    assert (0, 1500) == (done.code, done.json["counts"]["deleted"]), done.err
    assert ["folder-003/foreign: not at the source"] == oracle.differences(place.source, place.home, place.collection)
    run = done.json["run"]
    (rows,) = place.rows(
        "SELECT COUNT(*), COUNT(DISTINCT subject) FROM orchestration_outcome WHERE run_id = ? AND outcome = 'deleted'",
        run,
    )
    assert (1500, 1500) == rows
    assert {"folder-003"} | {f"folder-{number:03d}" for number in range(30, 40)} == oracle.collections(
        place.home, place.collection
    )
