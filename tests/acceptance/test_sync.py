"""A folder comes into the zone, whatever its names are, and a second sync moves only what changed."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, fill

pytestmark = pytest.mark.acceptance


def test_a_folder_arrives_by_two_processes_and_a_second_sync_has_nothing_to_do(place: Place) -> None:
    """Every file is there with its bytes; outcomes name two processes; unchanged costs no request."""
    fill(place.source, 1200)
    first = place.sync()

    assert first.code == 0, first.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert first.json["counts"]["created"] == 1200
    workers = place.rows(
        "SELECT DISTINCT b.worker FROM orchestration_outcome o JOIN orchestration_batch b ON o.id / 1048576 = b.id"
    )
    assert len(workers) == 2

    second = place.sync()
    assert {"unchanged": 1200}.items() <= second.json["counts"].items()
    assert second.json["irods_requests"] == 0


def test_only_what_changed_is_moved(place: Place) -> None:
    """Content, size, a new file, a touched file, a vanished file: each has its outcome."""
    fill(place.source, 10)
    place.sync()
    folder = place.source / "folder-000"
    time.sleep(0.01)
    (folder / "file-00000.dat").write_bytes(b"longer than it was" * 60)
    replaced = folder / "file-00001.dat"
    times = replaced.stat()
    replaced.write_bytes(b"#" * times.st_size)
    os.utime(replaced, ns=(times.st_atime_ns, times.st_mtime_ns))
    (folder / "file-00002.dat").touch()
    (folder / "file-00003.dat").unlink()
    (folder / "new.dat").write_bytes(b"new")
    done = place.sync()

    assert {"created": 1, "updated": 2, "unchanged": 7, "deleted": 0, "failed": 0}.items() <= done.json[
        "counts"
    ].items()
    assert oracle.differences(place.source, place.home, place.collection) == [
        "folder-000/file-00003.dat: not at the source"
    ]


def test_odd_names_arrive(place: Place) -> None:
    """Spaces, quotes, newlines, wildcards, a leading dash, other scripts, deep trees, empty files and folders, hidden ones."""
    names = [
        "a b",
        "it's",
        'say "so"',
        "new\nline",
        "-rf",
        "%like_*?[x]",
        "ümläut",
        "漢字",
        "trailing ",
        "back\\slash",
        ".hidden",
        "semi;colon",
        "<xml>&amp;",
        "tab\tbed",
        "x" * 255,
        "emoji 🚢",
    ]
    for name in names:
        (place.source / name).write_bytes(name.encode())
    (place.source / ".git").mkdir()
    (place.source / ".git" / "config").write_bytes(b"hidden folder")
    (place.source / "empty file").touch()
    (place.source / "empty folder" / "in it").mkdir(parents=True)
    deep = place.source.joinpath(*"abcdefghijklmnopqrstuvwxyz")
    deep.mkdir(parents=True)
    (deep / "deep").write_bytes(b"deep")
    done = place.sync()

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert {"empty folder", "empty folder/in it", ".git"} <= oracle.collections(place.home, place.collection)
    assert {"unchanged": len(names) + 3}.items() <= place.sync().json["counts"].items()


def test_a_name_that_is_no_unicode_arrives_under_a_name_that_says_so(place: Place) -> None:
    """The bytes come back from the AVU; the second sync finds it unchanged."""
    Path(os.fsdecode(os.fsencode(place.source) + b"/caf\xe9")).write_bytes(b"latin")
    done = place.sync()

    assert {"created": 1, "failed": 0}.items() <= done.json["counts"].items()
    (name,) = oracle.zone_tree(place.home, place.collection)
    assert name.startswith("irods_UnicodeEncodeError_")
    assert {"unchanged": 1}.items() <= place.sync().json["counts"].items()
    listed = place.run("manifest", "1", "--format", "jsonl")
    assert "caf\\\\xe9" in listed.out


def test_one_bad_file_does_not_stop_the_others(place: Place) -> None:
    """Links, pipes and sockets are skipped with a reason, and everything else arrives."""
    fill(place.source, 20)
    (place.source / "dangling").symlink_to("nowhere")
    os.mkfifo(place.source / "pipe")
    done = place.sync()

    assert {"created": 20, "skipped": 2, "failed": 0}.items() <= done.json["counts"].items()
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert {("dangling", "LINK_SKIPPED"), ("pipe", "NOT_A_FILE")} == set(
        place.rows("SELECT subject, code FROM orchestration_outcome WHERE outcome = 'skipped'")
    )


def test_a_single_file_goes_to_its_name_in_the_collection(place: Place) -> None:
    """`sync FILE DEST` makes DEST/name."""
    (place.source / "one.txt").write_bytes(b"one")
    done = place.run("sync", str(place.source / "one.txt"), place.collection, "--json")

    assert done.json["counts"]["created"] == 1, done.err
    assert {"one.txt"} == set(oracle.zone_tree(place.home, place.collection))


def test_a_large_file_arrives_whole(place: Place) -> None:
    """Above 32 MiB it travels by parallel ranges, verified at the end."""
    (place.source / "large.bin").write_bytes(os.urandom(1 << 20) * 70 + b"the end")
    done = place.sync()

    assert done.json["counts"]["created"] == 1, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_put_never_touches_what_is_there(place: Place) -> None:
    """A changed file is skipped with its reason, and the object stays."""
    (place.source / "a").write_bytes(b"first")
    place.sync("--operation", "put")
    before = oracle.zone_tree(place.home, place.collection)
    (place.source / "a").write_bytes(b"second")
    (place.source / "b").write_bytes(b"new")
    done = place.sync("--operation", "put")

    assert {"created": 1, "skipped": 1}.items() <= done.json["counts"].items()
    assert before["a"] == oracle.zone_tree(place.home, place.collection)["a"]


def test_register_sync_enters_files_where_they_lie(place: Place) -> None:
    """Nothing is copied; a changed file gets its new size in the catalogue."""
    (place.source / "a").write_bytes(b"12345")
    done = place.sync("--operation", "register-sync")
    assert {"registered": 1}.items() <= done.json["counts"].items(), done.err

    (place.source / "a").write_bytes(b"1234567")
    changed = place.sync("--operation", "register-sync")
    assert {"updated": 1}.items() <= changed.json["counts"].items(), changed.err
    assert oracle.zone_tree(place.home, place.collection)["a"].size == 7


def test_a_plan_says_what_sync_would_do_and_touches_nothing(place: Place) -> None:
    """Two to create, later one to update; the zone stays empty until somebody syncs."""
    fill(place.source, 2)
    planned = place.run("plan", str(place.source), place.collection, "--json")
    assert planned.json["counts"]["create"] == 2, planned.err
    assert oracle.zone_tree(place.home, place.collection) == {}

    place.sync()
    (place.source / "folder-000" / "file-00000.dat").write_bytes(b"other size")
    again = place.run("plan", str(place.source), place.collection, "--json")
    assert {"update": 1, "keep": 1}.items() <= again.json["counts"].items()


def test_a_manifest_accounts_for_every_file(place: Place) -> None:
    """Changed files have a row each, unchanged ones are spelled out; after a later run their range stands for them."""
    fill(place.source, 60)
    place.sync()
    (place.source / "folder-000" / "file-00007.dat").write_bytes(b"other")
    place.sync()
    lines = [json.loads(line) for line in place.run("manifest", "2", "--format", "jsonl").out.splitlines()]

    assert oracle.source_tree(place.source) == {line["path"]: line["checksum"] for line in lines}
    assert ["folder-000/file-00007.dat"] == [line["path"] for line in lines if line["outcome"] == "updated"]
    listed = place.run("manifest", "2", "--outcome", "unchanged").out.splitlines()
    assert 60 == len(listed)  # a head, and 59 paths

    (place.source / "folder-000" / "file-00008.dat").write_bytes(b"other")
    place.sync()
    lines = [json.loads(line) for line in place.run("manifest", "2", "--format", "jsonl").out.splitlines()]
    assert 60 == sum(line["count"] for line in lines)
