"""Landing zones as a person empties them: workers die, files wait, options that lose data are refused."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for

pytestmark = pytest.mark.acceptance

FILES = 2_000


def left(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()]


def test_workers_killed_while_files_go_lose_nothing(place: Place) -> None:
    """Each file is in the zone, verified; what a dead worker left at the source goes, the next time at the latest."""
    fill(place.source, FILES)
    wanted = oracle.source_tree(place.source)
    sync = place.begin("sync", str(place.source), place.collection, "--json", "--after", "delete")
    wait_for(lambda: len(left(place.source)) < FILES, 60)
    for process in place.processes("lading worker"):
        process.send_signal(signal.SIGKILL)
    done = ended(sync)

    assert done.code == 0, done.err
    there = oracle.zone_tree(place.home, place.collection)
    assert wanted == {path: seen.vault_checksum for path, seen in there.items() if seen.state == oracle.GOOD}
    assert {"created": FILES} == {name: count for name, count in done.json["counts"].items() if count}
    again = place.sync("--after", "delete", "--after-empty-folders", "remove")
    assert again.code == 0, again.err
    assert [] == left(place.source)
    assert wanted.keys() == oracle.zone_tree(place.home, place.collection).keys()


def test_a_landing_zone_says_what_waits_and_what_went(place: Place) -> None:
    """In the summary; what waits comes with the next run."""
    fill(place.source, 4)
    (place.source / "folder-000" / "file-00000.dat.done").touch()
    done_folder = place.source.parent / "done"
    words = (str(place.source), place.collection, "--after", "move", "--after-folder", str(done_folder))
    first = place.run("sync", *words, "--done-marker", "*.done")

    assert first.code == 0, first.err
    assert "1 file cleared away from the source" in first.out
    assert "3 files pending (NO_MARKER)" in first.out
    assert ["folder-000/file-00000.dat"] == left(done_folder)
    for number in (1, 2, 3):
        (place.source / "folder-000" / f"file-0000{number}.dat.done").touch()
    second = place.run("sync", *words, "--done-marker", "*.done")
    assert "3 files cleared away from the source" in second.out
    assert {f"folder-000/file-0000{number}.dat" for number in range(4)} == set(left(done_folder))


def test_a_filter_file_is_read_once_and_belongs_to_the_job(place: Place) -> None:
    """Workers need no such file."""
    fill(place.source, 3)
    (place.source / "notes.txt").write_text("not wanted")
    filters = place.source.parent / "filters"
    filters.write_text("# only data\n+ *.dat\n- *\n")
    done = place.sync("--filter-from", str(filters), "--max-size", "1M")
    filters.unlink()

    assert {"created": 3}.items() <= done.json["counts"].items()
    again = place.run("jobs", "run", place.rows("SELECT name FROM ingest_job")[0][0], "--json")
    assert {"created": 0, "unchanged": 3}.items() <= again.json["counts"].items()


def test_files_never_go_while_objects_whose_files_went_are_deleted(place: Place) -> None:
    """Exit 2 and a sentence; nothing has begun."""
    done = place.sync("--after", "delete", "--delete-mode", "trash")

    assert 2 == done.code
    assert "exclude each other" in done.err
    assert [] == place.rows("SELECT * FROM ingest_job")
