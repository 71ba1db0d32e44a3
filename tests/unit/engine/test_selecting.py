"""What of a folder is brought now: sizes, ages, types, quiet files, done markers; and what that means for a snapshot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.clock import FixedClock
from lading.base.errors import UsageError
from lading.ingest.engine.filters import EntryType, Filters, Left, rules_in
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind
from tests.unit.engine.workshop import ROOT, Workshop, steps

_SECOND = 1_000_000_000
NOW = 1_700_001_000.0


def entry(age: float = 100.0, *, size: int = 10, changed: float | None = None) -> Entry:
    """Return a file that was modified so many seconds ago, and changed as long ago unless told otherwise."""
    mtime_ns, ctime_ns = (int((NOW - one) * _SECOND) for one in (age, changed or age))
    return Entry("a", Kind.FILE, size, mtime_ns, ctime_ns, 1)


def shop(files: dict[str, bytes], filters: Filters, *, now: float = NOW) -> Workshop:
    """Return a job with filters; the files of a tree in memory are from about 1,000 seconds before `NOW`."""
    return Workshop(source=MemorySource(files), rules=Rules(destination=ROOT, filters=filters), clock=FixedClock(now))


def skipped(of: Workshop) -> dict[str, str]:
    """Scan, and return the codes of what is skipped."""
    return {skip.entry.name: skip.code for part in of.scan() for skip in part.skips}


@pytest.mark.parametrize(
    ("filters", "file", "left"),
    [
        (Filters(min_size=11), entry(), Left.EXCLUDED),
        (Filters(min_size=10), entry(), None),
        (Filters(max_size=9), entry(), Left.EXCLUDED),
        (Filters(max_size=10), entry(), None),
        (Filters(max_size=0), entry(size=0), None),
        (Filters(max_age=99), entry(), Left.EXCLUDED),
        (Filters(max_age=100), entry(), None),
        (Filters(min_age=101), entry(), Left.TOO_YOUNG),
        (Filters(min_age=100), entry(), None),
        (Filters(quiet=101), entry(), Left.NOT_QUIET),
        (Filters(quiet=100), entry(), None),
        (Filters(quiet=60), entry(changed=30), Left.NOT_QUIET),
        (Filters(quiet=60), entry(30, changed=100), Left.NOT_QUIET),
        (Filters(quiet=60), entry(-1e9, changed=100), None),
        (Filters(quiet=60), entry(-1e9, changed=-5), Left.NOT_QUIET),
        (Filters(exclude_types=frozenset({EntryType.FILE})), entry(), Left.EXCLUDED),
        (Filters(exclude_types=frozenset({EntryType.LINK})), entry()._replace(kind=Kind.LINK), Left.EXCLUDED),
        (Filters(min_size=11, quiet=1e6), entry()._replace(kind=Kind.LINK), None),
    ],
)
def test_what_an_entry_itself_says(filters: Filters, file: Entry, left: Left | None) -> None:
    """Ages are by mtime; a time in the future, which somebody gave, holds no quiet file back."""
    assert left is filters.left(file, NOW)


@pytest.mark.parametrize(
    ("tag", "kept"), [("socket", {EntryType.PIPE, EntryType.DEVICE}), ("pipe", {EntryType.SOCKET, EntryType.DEVICE})]
)
def test_sockets_pipes_and_devices_are_told_apart(tag: str, kept: set[EntryType]) -> None:
    """Only the type that was named is left out."""
    other = Entry("x", Kind.OTHER, 0, 0, 0, 1, tag)

    assert Left.EXCLUDED is Filters(exclude_types=frozenset({EntryType(tag)})).left(other, NOW)
    assert Filters(exclude_types=frozenset(kept)).left(other, NOW) is None


@pytest.mark.parametrize(
    ("rules", "path", "takes"),
    [
        (("+ *.tif", "- *"), "d/a.tif", True),
        (("+ *.tif", "- *"), "a.txt", False),
        (("- draft*", "+ *.tif", "- *"), "draft.tif", False),
        (("- /a", "+ a"), "a", False),
        (("- /a", "+ a"), "d/a", True),
        (("- a",), "b", True),
    ],
)
def test_the_first_rule_that_matches_decides(rules: tuple[str, ...], path: str, takes: bool) -> None:
    """Without a match a file is brought."""
    assert takes is Filters(rules=rules).takes_file(path)


def test_a_rule_keeps_a_folder_out_only_if_nothing_below_could_be_taken_before() -> None:
    """Behind a `+` the folder is entered, and its files are judged one by one."""
    assert not Filters(rules=("- cache/", "+ *.tif")).takes_folder("cache")
    assert Filters(rules=("+ *.tif", "- **")).takes_folder("cache")


def test_a_filter_file_has_comments_and_empty_lines() -> None:
    """They say nothing; what is no rule is refused."""
    assert ("+ *.tif", "- *") == rules_in("# images\n\n+ *.tif\n  ; all else\n - *\n")
    with pytest.raises(UsageError, match="neither"):
        rules_in("*.tif")


def test_regular_expressions_match_whole_paths() -> None:
    """Not a part of one; beside globs."""
    filters = Filters(include_regex=(r"\d{4}/.*\.csv",), exclude=("draft*",), exclude_regex=(r"2025/.*",))

    taken = [filters.takes_file(path) for path in ("2026/a.csv", "x2026/a.csv", "2025/a.csv", "2026/draft.csv")]
    assert [True, False, False, False] == taken
    assert not filters.takes_folder("2025")
    with pytest.raises(UsageError, match="cannot be understood"):
        Filters(exclude_regex=("(",))


def test_a_file_too_young_waits_and_comes_later_although_nothing_changed() -> None:
    """It is skipped with a code and absent from the snapshot; once it is old enough it is sent."""
    of = shop({"a": b"1"}, Filters(min_age=2000))

    assert {"a": "TOO_YOUNG"} == skipped(of)
    assert of.sync() == []
    of.clock = FixedClock(NOW + 2000)
    assert {"a": b"1"} == (of.sync() and of.stored())
    assert [] == of.sync()


def test_a_young_change_of_a_file_that_was_brought_waits_and_has_not_vanished() -> None:
    """The object stays; the change comes with a later run."""
    of = shop({"a": b"1", "b": b"2"}, Filters(quiet=500))
    of.sync()
    of.memory.write("a", b"longer")
    of.clock = FixedClock(of.memory.stat("a").ctime_ns / _SECOND + 100)
    parts = of.scan()
    assert [("a", "NOT_QUIET")] == [(skip.entry.name, skip.code) for part in parts for skip in part.skips]
    assert not any(part.vanished for part in parts)
    assert {"a": b"1", "b": b"2"} == of.stored()
    of.clock = FixedClock(of.clock.now() + 500)
    of.sync()
    assert {"a": b"longer", "b": b"2"} == of.stored()


def test_a_file_that_was_brought_and_is_as_it_was_is_unchanged_even_if_it_looks_young() -> None:
    """A clock that was set back makes nothing pending."""
    of = shop({"a": b"1"}, Filters(quiet=500))
    of.sync()
    of.clock = FixedClock(NOW - 900)

    (part,) = of.scan()

    assert ([], ["a"]) == (part.skips, [action.entry.name for action in part.kept])


def test_a_file_that_grew_too_large_is_seen_and_left_out_not_missing() -> None:
    """It is counted; the snapshot forgets it, so that it is not taken for vanished later either."""
    of = shop({"a": b"1", "b": b"2"}, Filters(max_size=3))
    of.sync()
    of.memory.write("a", b"too large")

    (part,) = of.scan()
    assert (1, [], 2) == (part.excluded, part.vanished, part.entries)
    of.memory.remove("a")
    (part,) = of.scan()
    assert [] == part.vanished
    assert [1] == [head.count for head in part.unchanged]


def test_a_file_that_grew_too_old_is_left_out_and_never_missing() -> None:
    """Though nothing of it changed."""
    of = shop({"a": b"1"}, Filters(max_age=5000))
    of.sync()
    of.clock = FixedClock(NOW + 10_000)

    (part,) = of.scan()
    assert (1, []) == (part.excluded, part.vanished)
    of.memory.remove("a")
    assert [] == of.scan()[0].vanished
    assert {"a": b"1"} == of.stored()


def test_a_file_that_vanished_while_others_are_left_out_has_vanished() -> None:
    """Filters protect what they leave out, nothing else."""
    of = shop({"a": b"1", "b": b"too large"}, Filters(max_size=3))
    of.sync()
    of.memory.remove("a")

    (part,) = of.scan()

    assert ["a"] == [known.name for known in part.vanished]


def test_a_vanished_file_that_comes_back_pending_is_alive() -> None:
    """What was planned for it because it vanished has no ground any more."""
    of = shop({"a": b"1", "b": b"2"}, Filters(quiet=500))
    of.sync()
    of.memory.remove("a")
    of.scan()
    gone = of.snapshots.known("a")
    assert gone is not None
    assert gone.gone
    of.memory.write("a", b"again")
    of.clock = FixedClock(of.memory.stat("a").ctime_ns / _SECOND + 1)
    of.scan()

    known = of.snapshots.known("a")
    assert known is not None
    assert not known.gone


def test_a_vanished_file_that_comes_back_too_large_is_forgotten() -> None:
    """So that nothing deletes its object although the source has it."""
    of = shop({"a": b"1", "b": b"2"}, Filters(max_size=3))
    of.sync()
    of.memory.remove("a")
    of.scan()
    of.memory.write("a", b"too large")
    of.scan()

    assert of.snapshots.known("a") is None
    assert of.snapshots.known("b") is not None


def test_other_filters_together_with_a_vanished_file_delete_nothing() -> None:
    """Under other filters the snapshot proves nothing, as another digest says."""
    before = Rules(destination=ROOT, filters=Filters(exclude=("x",)))

    digests = {
        replace(before, filters=filters).digest
        for filters in (
            before.filters,
            Filters(),
            Filters(max_size=1),
            Filters(quiet=1),
            Filters(done_marker="x"),
            Filters(ignore_file="x"),
            Filters(exclude_types=frozenset({EntryType.LINK})),
            Filters(rules=("- x",)),
            Filters(exclude_regex=("x",)),
            Filters(done_marker="x", with_markers=True),
        )
    }
    assert 10 == len(digests)


def test_excluded_types_are_counted_and_have_no_outcome() -> None:
    """Links that are left out are not skipped one by one."""
    of = shop({"a": b"1", "d/b": b"2"}, Filters(exclude_types=frozenset({EntryType.LINK, EntryType.FOLDER})))
    of.memory.add("link", Kind.LINK)

    (part,) = of.scan()

    assert (2, []) == (part.excluded, part.skips)
    assert {"a": "create"} == steps([part])
