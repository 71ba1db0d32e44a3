"""A scan of folders against snapshot and catalogue."""

from __future__ import annotations

from dataclasses import replace

from lading.ingest.engine.filters import Filters
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Operation
from tests.unit.engine.workshop import ROOT, Workshop, folders, steps, synced


def test_an_unchanged_tree_needs_no_request_and_no_segment() -> None:
    """Heads suffice."""
    shop = synced({"a": b"", "d/b": b"", "d/e/c": b""})
    shop.sessions, shop.snapshots.loaded = 0, []

    parts = shop.scan()

    assert steps(parts) == {}
    assert sum(head.count for part in parts for head in part.unchanged) == 3
    assert (shop.sessions, shop.snapshots.loaded) == (0, [])
    assert not any(part.make_collection or part.snapshot_changes or part.new_segments for part in parts)


def test_a_new_tree_lists_only_its_root() -> None:
    """Collections that the listing does not show are absent, with all below."""
    shop = Workshop(source=MemorySource({"a": b"", "d/b": b"", "d/e/c": b""}))

    parts = shop.scan()

    assert steps(parts) == {"a": "create", "d/b": "create", "d/e/c": "create"}
    assert [(part.collection, part.make_collection) for part in parts] == [
        (ROOT, True),
        (f"{ROOT}/d", True),
        (f"{ROOT}/d/e", True),
    ]
    assert shop.destination.requests() == 2


def test_without_a_snapshot_the_destination_is_listed_once_for_each_folder() -> None:
    """Two requests for a folder, whatever the number of files."""
    shop = synced({**{f"d/{number}": b"x" for number in range(50)}, "d/e/c": b""})
    shop.snapshots.folders.clear()
    before = shop.destination.requests()

    parts = shop.scan()

    assert set(steps(parts).values()) == {"adopt-by-checksum"}
    assert shop.destination.requests() - before == 3 * 2
    assert not any(part.make_collection for part in parts)


def test_only_the_changed_file_has_an_action() -> None:
    """With what was known; the others of its segment are kept."""
    shop = synced({"a": b"1", "b": b"2", "c": b"3"})
    known = shop.snapshots.known("b")
    shop.memory.write("b", b"22")

    (part,) = shop.scan()
    (action,) = part.actions

    assert (action.entry.name, action.step.value, action.known) == ("b", "replace", known)
    assert [kept.entry.name for kept in part.kept] == ["a", "c"]
    assert part.snapshot_changes == {}


def test_a_new_file_costs_no_request_before_it_is_sent() -> None:
    """The snapshot of the folder speaks; whether something is there shows when it is sent."""
    shop = synced({"a": b"1"})
    shop.sessions = 0
    shop.memory.write("b", b"2")

    assert steps(shop.scan()) == {"b": "create"}
    assert shop.sessions == 0


def test_a_touched_file_that_is_ignored_renews_the_snapshot() -> None:
    """So that the next scan finds the segment unchanged."""
    shop = synced({"a": b"1"})
    shop.rules = Rules(destination=ROOT, operation=Operation.PUT)
    shop.memory.touch("a")

    (first,) = shop.scan()
    (second,) = shop.scan()

    assert [known.ctime_ns for known in first.snapshot_changes.values() if known] == [shop.memory.stat("a").ctime_ns]
    assert (len(second.unchanged), second.kept) == (1, [])


def test_a_vanished_file_is_told_once_and_remembered_as_gone() -> None:
    """What becomes of its object is decided elsewhere."""
    shop = synced({"a": b"1", "b": b"2"})
    known = shop.snapshots.known("b")
    assert known is not None
    shop.memory.remove("b")

    (first,) = shop.scan()
    (second,) = shop.scan()

    assert (first.vanished, first.snapshot_changes) == ([known], {"b": replace(known, gone=True)})
    assert (second.vanished, [head.count for head in second.unchanged]) == ([], [1])


def test_a_file_that_is_gone_is_not_told_again_when_its_segment_changes() -> None:
    """It vanished before this run."""
    shop = synced({"a": b"1", "b": b"2"})
    shop.memory.remove("b")
    shop.scan()
    shop.memory.write("a", b"3")

    (part,) = shop.scan()

    assert (steps([part]), part.vanished, part.snapshot_changes) == ({"a": "hash-then-replace"}, [], {})


def test_a_file_that_comes_back_is_compared_like_a_known_one() -> None:
    """It is managed still."""
    shop = synced({"a": b"1", "b": b"2"})
    shop.memory.remove("b")
    shop.scan()
    shop.memory.write("b", b"2")

    (part,) = shop.scan()

    assert steps([part]) == {"b": "hash-then-replace"}


def test_a_file_that_comes_back_as_it_was_is_kept() -> None:
    """And is not gone any more."""
    shop = synced({"a": b"1"})
    known = shop.snapshots.known("a")
    assert known is not None
    shop.snapshots.change("", {"a": replace(known, gone=True)})

    (part,) = shop.scan()

    assert (part.actions, part.snapshot_changes) == ([], {"a": known})


def test_what_filters_leave_out_has_not_vanished() -> None:
    """Neither files nor folders; they are counted."""
    shop = synced({"a.tmp": b"1", "b": b"2", "cache/c": b"3", "d/cache/e": b"4"})
    shop.rules = replace(shop.rules, filters=Filters(exclude=("*.tmp", "cache/")))

    parts = shop.scan()

    assert steps(parts) == {}
    assert folders(parts) == ["", "d"]
    assert [part.excluded for part in parts] == [2, 1]
    assert [part.vanished or part.vanished_folders for part in parts] == [[], []]


def test_excluded_entries_are_counted_once_however_a_folder_is_cut() -> None:
    """Also when the budget ends between them."""
    shop = Workshop(source=MemorySource({f"{number:02}{'.x' * (number % 3 > 0)}": b"" for number in range(60)}))
    shop.rules = Rules(destination=ROOT, filters=Filters(exclude=("*.x",)), part_entries=2)
    shop.budget = Budget(entries=1, seconds=10**9)

    parts = shop.scan()

    assert len(parts) > 5
    assert sum(part.excluded for part in parts) == 40
    assert len(steps(parts)) == 20
