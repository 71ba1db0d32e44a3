"""A scan within limits: budgets, cut folders, depth, size, cancelling."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from lading.base.cancellation import Switch
from lading.base.errors import Cancelled, ZoneUnreachable
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget
from lading.ingest.engine.snapshot import Known, Proof
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind
from tests.unit.engine.workshop import ROOT, Workshop, folders, steps, synced


def test_the_budget_leaves_ranges_over_that_continue_the_scan() -> None:
    """Each file is in exactly one part, whichever budget cuts the tree."""
    files = {f"{a}/{b}/{c}": b"" for a in "xyz" for b in "12" for c in "pqrs"} | {"top": b"", "zz": b""}
    shop = Workshop(source=MemorySource(files), budget=Budget(entries=5, seconds=10**9))
    shop.rules = Rules(destination=ROOT, part_entries=3)
    scan = shop.scanning()

    first = list(scan.run())

    assert scan.leftover != []
    rest = shop.scan(*scan.leftover)
    names = [f"{part.folder}/{action.entry.name}".lstrip("/") for part in first + rest for action in part.actions]
    assert sorted(names) == sorted(files)


def test_the_budget_counts_time() -> None:
    """By the clock that is given."""

    class Running:
        time = 0.0

        def now(self) -> float:
            self.time += 1
            return self.time

    shop = Workshop(source=MemorySource({"a/1": b"", "b/1": b""}), clock=Running(), budget=Budget(10**9, 1.5))
    scan = shop.scanning()

    assert folders(list(scan.run())) == ["", "a"]
    assert [left.folder for left in scan.leftover] == ["b"]


def test_a_folder_that_is_cut_before_it_has_a_snapshot_is_listed_again() -> None:
    """What its first half wrote into the snapshot does not speak for the second half."""
    shop = synced({f"{number:02}": b"x" for number in range(20)})
    shop.snapshots.folders.clear()
    shop.rules, shop.budget = Rules(destination=ROOT, part_entries=10), Budget(entries=5, seconds=10**9)
    scan = shop.scanning()
    (first,) = scan.run()
    for work in group([first], shop.rules):
        shop.apply(work)

    assert [left.fresh for left in scan.leftover] == [True]
    assert set(steps(shop.scan(*scan.leftover)).values()) == {"adopt-by-checksum"}


def test_a_range_that_resumes_in_a_changed_folder_compares_the_rest() -> None:
    """Vanished files are told on either side of the cut, each once."""
    shop = synced({f"{number:02}": b"x" for number in range(40)})
    shop.rules, shop.budget = Rules(destination=ROOT, part_entries=10), Budget(entries=5, seconds=10**9)
    for name in ("05", "09", "10", "33", "39"):
        shop.memory.remove(name)
    shop.memory.write("20", b"yy")

    parts = shop.scan()

    assert sorted(known.name for part in parts for known in part.vanished) == ["05", "09", "10", "33", "39"]
    assert steps(parts) == {"20": "replace"}
    assert sum(len(part.kept) for part in parts) == 34


def test_vanished_folders_are_told_on_either_side_of_a_cut() -> None:
    """Each once."""
    shop = synced({f"{number:02}/x": b"" for number in range(20)})
    shop.rules, shop.budget = Rules(destination=ROOT, part_entries=4), Budget(entries=1, seconds=10**9)
    for name in ("03", "04", "11", "19"):
        shop.memory.remove(name)

    parts = shop.scan()

    assert sorted(name for part in parts for name in part.vanished_folders) == ["03", "04", "11", "19"]


def test_only_a_folder_without_any_action_is_made_for_itself() -> None:
    """Parts of links after a part of files make nothing."""
    shop = Workshop(rules=Rules(destination=ROOT, part_entries=2))
    for number in range(4):
        shop.memory.write(f"files/a{number}", b"")
        shop.memory.add(f"files/link{number}", Kind.LINK)
        shop.memory.add(f"links/link{number}", Kind.LINK)

    parts = shop.scan()

    assert [part.make_collection for part in parts if part.folder == "files"] == [True, True, False, False, False]
    assert [part.make_collection for part in parts if part.folder == "links"] == [False, False, True]


def test_depth_is_no_limit() -> None:
    """One thousand folders deep, no recursion."""
    deep = "/".join("d" for _ in range(500))
    shop = Workshop(source=MemorySource({f"{deep}/file": b""}), rules=Rules(destination="/z"))

    parts = shop.scan()

    assert (len(parts), parts[-1].actions[0].entry.name) == (501, "file")


def test_beyond_the_longest_path_nothing_is_entered() -> None:
    """A source may be deeper than iRODS can be."""
    source = MemorySource()
    folder = "/".join("d" for _ in range(1000))
    source.add(folder, Kind.FOLDER)

    parts = Workshop(source=source, rules=Rules(destination="/z")).scan()

    assert [failure.code for part in parts for failure in part.failures] == ["NAME_REFUSED"]
    assert max(part.folder.count("/") for part in parts) < 600


def test_a_cancelled_token_ends_the_scan() -> None:
    """Before the next part."""
    switch = Switch()
    shop = Workshop(source=MemorySource({"a/1": b"", "b/1": b""}), token=switch)
    parts = shop.scanning().run()
    next(parts)
    switch.cancel("stopped")

    with pytest.raises(Cancelled, match="stopped"):
        next(parts)


def test_a_zone_that_is_not_reachable_concerns_the_whole_scan() -> None:
    """It is no failure of a folder."""
    shop = Workshop(source=MemorySource({"a": b""}))
    shop.destination.fail(Call.LIST_OBJECTS, None, ZoneUnreachable("no answer"))

    with pytest.raises(ZoneUnreachable):
        shop.scan()


class HugeFolder(MemorySource):
    """One folder of very many files that nobody made, in no order."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.changed: set[str] = set()

    def names(self, folder: str) -> Iterator[str]:
        return (f"image_{number * 7919 % self.count:08}.tif" for number in range(self.count))

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        return (self.stat(name) for name in self.names(folder))

    def stat(self, path: str) -> Entry:
        return Entry(path, Kind.FILE, 1 + (path in self.changed), 1, 1, 1)


def test_a_huge_folder_comes_in_parts_and_takes_little_memory() -> None:
    """The first part comes at once; neither the entries nor the actions are kept."""
    source = HugeFolder(50_000)
    shop = Workshop(source=source)
    tracemalloc.start()
    try:
        sizes = [len(part.actions) for part in shop.scanning().run()]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sum(sizes) == 50_000
    assert max(sizes) <= 2000
    assert peak < 12 * 1024 * 1024


def test_scattered_changes_in_a_huge_folder_load_only_their_segments() -> None:
    """All others are recognised by their fingerprints."""
    source = HugeFolder(30_000)
    shop = Workshop(source=source)
    names = sorted(source.names(""))
    for start in range(0, len(names), 2000):
        facts = [source.stat(name) for name in names[start : start + 2000]]
        shop.snapshots.change("", {f.name: Known(f.name, 1, 1, 1, 1, "", "", Proof.VERIFIED) for f in facts})
    source.changed = {names[7], names[15_000]}

    parts = shop.scan()

    assert steps(parts).keys() == source.changed
    assert len(shop.snapshots.loaded) == 2
    assert sum(head.count for part in parts for head in part.unchanged) + sum(len(p.kept) for p in parts) == 29_998


def test_a_folder_of_many_folders_gets_its_snapshot() -> None:
    """Though it has no file, and comes in several parts: the next scan asks for nothing."""
    of = Workshop(
        source=MemorySource({"a/x": b"1", "b/x": b"2", "c/x": b"3"}), rules=Rules(destination=ROOT, part_entries=1)
    )
    for _ in range(2):
        of.sync()
    before = of.sessions

    assert [] == of.sync()
    assert before == of.sessions
