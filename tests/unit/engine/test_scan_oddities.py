"""A scan of what is odd: failures, vanished folders, changed types, names that cannot be, empty folders."""

from __future__ import annotations

import pytest

from lading.base.errors import SourceMissing, SourceUnreadable
from lading.base.paths import from_bytes
from lading.ingest.engine.deletion import TYPE_CHANGED
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Range
from lading.ingest.engine.snapshot import pack
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Kind, Operation
from tests.unit.engine.workshop import ROOT, Workshop, folders, steps, synced


def test_a_vanished_folder_is_told_once_as_a_whole() -> None:
    """Not each file below it."""
    shop = synced({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    shop.memory.remove("d")

    parts = shop.scan()

    assert [(part.folder, part.vanished_folders, part.vanished) for part in parts] == [("", ["d"], [])]


@pytest.mark.parametrize("kind", [Kind.LINK, Kind.OTHER])
def test_a_link_in_place_of_a_known_folder_is_no_loss(kind: Kind) -> None:
    """It may lead to where the folder was moved."""
    shop = synced({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    shop.memory.remove("d")
    shop.memory.add("d", kind)
    assert not any(part.vanished or part.vanished_folders for part in shop.scan())


def test_an_unreadable_folder_is_one_failure_and_nothing_below_vanishes() -> None:
    """It may hold what it always held."""
    shop = synced({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    shop.memory.deny("d")

    parts = shop.scan()

    assert [failure.path for part in parts for failure in part.failures] == ["d"]
    assert parts[1].failures[0].code == SourceUnreadable.code
    assert not any(part.vanished or part.vanished_folders for part in parts)
    assert not parts[1].make_collection


def test_a_folder_that_vanishes_after_it_was_seen_is_a_failure() -> None:
    """What lay below is not known, so nothing is concluded."""
    shop = synced({"a": b"1", "d/b": b"2"})
    scan = shop.scanning()
    parts = scan.run()
    next(parts)
    shop.memory.remove("d")

    (part,) = parts

    assert [(failure.path, failure.code) for failure in part.failures] == [("d", "SOURCE_VANISHED")]
    assert part.vanished == []


def test_a_missing_source_stops_the_scan() -> None:
    """It never looks like an empty one."""
    shop = synced({"a": b"1"})
    shop.memory.remove("")

    with pytest.raises(SourceMissing):
        shop.scan()


def test_links_and_pipes_are_skipped_each_time_and_leave_segments_unchanged() -> None:
    """With their codes."""
    shop = synced({"a": b"1"})
    shop.memory.add("link", Kind.LINK)
    shop.memory.add("pipe", Kind.OTHER)

    for _ in range(2):
        (part,) = shop.scan()

        assert [(skip.entry.name, skip.code) for skip in part.skips] == [
            ("link", "LINK_SKIPPED"),
            ("pipe", "NOT_A_FILE"),
        ]
        assert [head.count for head in part.unchanged] == [1]


def test_a_file_that_became_a_folder_fails_until_its_object_is_gone() -> None:
    """The file has vanished; the folder is not entered while a data object has its place."""
    shop = synced({"a": b"1", "x": b"2"})
    shop.memory.remove("x")
    shop.memory.write("x/inside", b"3")

    first, second = shop.scan(), shop.scan()

    assert [known.name for part in first for known in part.vanished] == ["x"]
    for parts in (first, second):
        assert folders(parts) == [""]
        assert [(failure.path, failure.code) for failure in parts[0].failures] == [("x", TYPE_CHANGED)]
    shop.snapshots.change("", {"x": None})
    assert folders(shop.scan()) == ["", "x"]


def test_a_folder_that_became_a_file_fails_until_its_collection_is_gone() -> None:
    """The folder has vanished; the file is not sent while a collection has its place."""
    shop = synced({"a": b"1", "x/inside": b"3"})
    shop.memory.remove("x")
    shop.memory.write("x", b"2")

    (part,) = shop.scan()

    assert part.vanished_folders == ["x"]
    assert [(failure.path, failure.code) for failure in part.failures] == [("x", TYPE_CHANGED)]
    del shop.snapshots.folders["x"]
    assert steps(shop.scan()) == {"x": "create"}


def test_types_are_compared_with_the_catalogue_too() -> None:
    """Without a snapshot the listing tells."""
    shop = synced({"file": b"1", "folder/inside": b"2"})
    shop.snapshots.folders.clear()
    shop.source = MemorySource({"folder": b"1", "file/inside": b"2"})

    (part,) = shop.scan()

    assert [(failure.path, failure.code) for failure in part.failures] == [
        ("file", TYPE_CHANGED),
        ("folder", TYPE_CHANGED),
    ]
    assert part.actions == []


def test_names_that_cannot_be_mapped_fail_alone() -> None:
    """A file as well as a folder; the others go on."""
    long = "n" * 600
    shop = Workshop(source=MemorySource({"a": b"", f"{long}/{long}": b"", f"{long}/b": b"", f"d/{long}/{long}/c": b""}))

    parts = shop.scan()

    assert steps(parts).keys() == {"a", f"{long}/b"}
    assert [(f.path, f.code) for part in parts for f in part.failures] == [
        (f"d/{long}/{long}", "NAME_REFUSED"),
        (f"{long}/{long}", "NAME_REFUSED"),
    ]


def test_a_range_whose_folder_cannot_be_mapped_is_a_failure() -> None:
    """And makes no collection."""
    folder = "/".join(["n" * 200] * 6)
    shop = Workshop(source=MemorySource({f"{folder}/a": b""}))

    (part,) = shop.scan(Range(folder))

    assert [failure.code for failure in part.failures] == ["NAME_REFUSED"]
    assert (part.make_collection, part.actions) == (False, [])


def test_names_that_are_not_utf8_are_found_in_the_catalogue_again() -> None:
    """Files and folders."""
    bad = from_bytes(b"caf\xe9")
    shop = synced({bad: b"1", f"{bad}-folder/a": b"2"})
    shop.snapshots.folders.clear()
    before = shop.destination.requests()

    parts = shop.scan()

    assert steps(parts) == {bad: "adopt-by-checksum", f"{bad}-folder/a": "adopt-by-checksum"}
    assert shop.destination.requests() - before == 4


def test_an_empty_folder_is_made_and_then_known() -> None:
    """Its part has no actions; afterwards it costs nothing."""
    shop = Workshop()
    shop.memory.add("empty", Kind.FOLDER)
    parts = shop.scan()
    assert [(part.folder, part.make_collection, part.actions) for part in parts] == [
        ("", True, []),
        ("empty", True, []),
    ]
    for work in group(parts, shop.rules):
        shop.apply(work)
    shop.sessions = 0

    assert not any(part.make_collection or part.new_segments for part in shop.scan())
    assert shop.sessions == 0
    assert f"{ROOT}/empty" in shop.destination.collections


def test_a_folder_with_nothing_to_do_gets_its_first_segment() -> None:
    """Where the collection is there: so that it need not be listed again."""
    shop = Workshop(rules=Rules(destination=ROOT, operation=Operation.PUT))
    shop.memory.add("link", Kind.LINK)
    with shop.destination.session() as session:
        session.make_collection(f"{ROOT}/other")

    (part,) = shop.scan()

    assert (part.new_segments, part.make_collection) == ([pack([])], False)


def test_a_recheck_compares_with_the_catalogue() -> None:
    """Although the snapshot says unchanged: what is lost there is sent again."""
    shop = synced({"a": b"1", "d/b": b"2"})
    del shop.destination.objects[f"{ROOT}/d/b"]
    assert steps(shop.scan()) == {}
    shop.recheck = lambda folder: folder == "d"

    assert steps(shop.scan()) == {"d/b": "create"}


def test_a_folder_of_folders_that_is_there_is_listed_once_however_many_parts_it_has() -> None:
    """It has no file of its own that would make it a snapshot, and its collection is there already."""
    shop = Workshop(
        source=MemorySource({f"d/{number}/a": b"1" for number in range(3)}),
        rules=Rules(destination=ROOT, part_entries=1),
    )
    shop.destination.collections.update({ROOT, f"{ROOT}/d"})
    shop.sync()
    before = shop.destination.requests()

    assert shop.sync() == []
    assert before == shop.destination.requests()
