"""A scan of folders against snapshot and catalogue."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lading.base.cancellation import Switch
from lading.base.errors import Cancelled, SourceMissing, SourceUnreadable, ZoneUnreachable
from lading.base.paths import from_bytes
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.parts import TYPE_CHANGED
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget, Failure, FolderPart, Range
from lading.ingest.engine.snapshot import Known, Proof, pack
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind, Operation
from tests.unit.engine.workshop import ROOT, Workshop, steps


def synced(files: dict[str, bytes]) -> Workshop:
    """Return a job whose files are all at the destination."""
    shop = Workshop(source=MemorySource(files))
    shop.sync()
    return shop


def folders(parts: list[FolderPart]) -> list[str]:
    return [part.folder for part in parts]


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
    shop.rules = replace_filters(shop.rules, Filters(exclude=("*.tmp", "cache/")))

    parts = shop.scan()

    assert steps(parts) == {}
    assert folders(parts) == ["", "d"]
    assert [part.excluded for part in parts] == [2, 1]
    assert [part.vanished or part.vanished_folders for part in parts] == [[], []]


def replace_filters(rules: Rules, filters: Filters) -> Rules:
    return replace(rules, filters=filters)


def test_excluded_entries_are_counted_once_however_a_folder_is_cut() -> None:
    """Also when the budget ends between them."""
    shop = Workshop(source=MemorySource({f"{number:02}{'.x' * (number % 3 > 0)}": b"" for number in range(60)}))
    shop.rules = Rules(destination=ROOT, filters=Filters(exclude=("*.x",)), part_entries=2)
    shop.budget = Budget(entries=1, seconds=10**9)

    parts = shop.scan()

    assert len(parts) > 5
    assert sum(part.excluded for part in parts) == 40
    assert len(steps(parts)) == 20


def test_a_vanished_folder_is_told_once_as_a_whole() -> None:
    """Not each file below it."""
    shop = synced({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    shop.memory.remove("d")

    parts = shop.scan()

    assert [(part.folder, part.vanished_folders, part.vanished) for part in parts] == [("", ["d"], [])]


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

    def list(self, folder: str) -> Iterator[Entry]:
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


def test_a_failure_is_a_value() -> None:
    """Path, code and a sentence."""
    assert Failure("a", "CODE", "why") == Failure(path="a", code="CODE", reason="why")
