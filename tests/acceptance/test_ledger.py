"""The ledger is last week's, or gone: what is in iRODS is compared and not sent again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, fill, wait_for

pytestmark = pytest.mark.acceptance


def a_week(place: Place) -> int:
    """Let files come, change and go; return the last run."""
    (place.source / "new").mkdir()
    fill(place.source / "new", 60)
    (place.source / "folder-001/file-00050.dat").write_bytes(b"changed" * 50)
    shutil.rmtree(place.source / "folder-000")
    approved = place.sync("--delete-mode", "trash", "--delete-limit", "none")
    assert (0, 50) == (approved.code, approved.json["counts"]["deleted"]), approved.err
    return int(approved.json["run"])


def test_a_ledger_is_backed_up_and_restored_by_commands(place: Place, tmp_path: Path) -> None:
    """Nothing is sent, deletions wait, and numbers of runs go on."""
    fill(place.source, 200)
    place.sync("--delete-mode", "trash")
    file = tmp_path / "week.sqlite3"
    made = place.run("ledger", "back-up", str(file))
    assert (0, str(file), 0o600) == (made.code, made.out.strip(), file.stat().st_mode & 0o777), made.err
    assert 2 == place.run("ledger", "back-up", str(file)).code, "no back-up is written over"
    newest = a_week(place)
    manifest = (place.home / f"manifests/run-{newest}.jsonl").read_bytes()

    assert 2 == place.run("ledger", "restore", str(file)).code, "nobody is there to ask"
    wait_for(lambda: place.run("ledger", "restore", str(file), "--yes").code == 0)
    done = place.sync("--delete-mode", "trash")
    assert (3, 0) == (done.code, done.json["bytes"]), done.err
    assert 210 == done.json["counts"]["unchanged"]
    assert done.json["run"] > newest
    assert 0 == place.run("approve", str(done.json["run"]), "--yes").code
    assert [] == oracle.differences(place.source, place.home, place.collection)
    assert manifest == (place.home / f"manifests/run-{newest}.jsonl").read_bytes()


def test_a_copy_put_in_place_by_hand_is_noticed(place: Place, tmp_path: Path) -> None:
    """By the next command, with a sentence."""
    fill(place.source, 20)
    place.sync()
    file = tmp_path / "week.sqlite3"
    assert 0 == place.run("ledger", "back-up", str(file)).code
    (place.source / "new").mkdir()
    fill(place.source / "new", 20)
    place.sync()
    for left in place.home.glob("ledger.sqlite3*"):
        left.unlink()
    shutil.copy(file, place.home / "ledger.sqlite3")

    assert "older than what was done" in place.run("runs").err
    assert "older than what was done" not in place.run("runs").err
    assert 0 == place.sync().json["bytes"]


def test_a_ledger_that_is_gone_is_adopted(place: Place) -> None:
    """As if another tool had brought everything; manifests of before stay what they are."""
    fill(place.source, 200)
    place.sync()
    for left in place.home.glob("ledger.sqlite3*"):
        left.unlink()
    done = place.run("adopt", str(place.source), place.collection, "--yes", "--json")

    assert (0, 0, 200) == (done.code, done.json["bytes"], done.json["counts"]["unchanged"]), done.err
    assert 2 == done.json["run"]
    assert {"unchanged": 200} == {name: number for name, number in place.sync().json["counts"].items() if number}


def test_what_is_no_back_up_is_refused(place: Place, tmp_path: Path) -> None:
    """Before anything is changed."""
    file = tmp_path / "picture.sqlite3"
    file.write_bytes(b"nothing of the kind")
    refused = place.run("ledger", "restore", str(file), "--yes")

    assert (4, True) == (refused.code, "no back-up of a ledger" in refused.err)
