"""Whatever is filtered, changed and removed in whatever order: what the source still has never counts as vanished."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.clock import FixedClock
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Kind
from tests.unit.engine.workshop import ROOT, Workshop

NAMES = ("a", "a.tmp", "b", "d/a", "d/b.tmp", "d/e/c", "f/a")
#: contents on both sides of the size that is filtered
SIZES = (1, 5, 9)
FILTERS = (
    Filters(max_size=6, ignore_file=".i"),
    Filters(quiet=4, ignore_file=".i"),
    Filters(min_age=4, max_age=30, min_size=2),
    Filters(done_marker="f"),
    Filters(done_marker="*.tmp"),
    Filters(rules=("+ *.tmp", "- d/**"), max_size=6),
)
IGNORED = (b"", b"*.tmp\n", b"d/\n", b"a\n!d/a\n", b"/d/e/\n")


@dataclass(frozen=True)
class Change:
    """One thing that happens at the source."""

    path: str
    size: int | None
    seconds: int


CHANGES = st.builds(
    Change, path=st.sampled_from(NAMES), size=st.sampled_from((None, *SIZES)), seconds=st.integers(0, 10)
)
RUNS = st.lists(st.tuples(st.lists(CHANGES, max_size=5), st.sampled_from(IGNORED), st.booleans()), max_size=6)


def there(source: MemorySource, folder: str = "") -> set[str]:
    """Return every path of the source, by its port alone."""
    found = set()
    for entry in source.list(folder):
        path = f"{folder}/{entry.name}" if folder else entry.name
        found |= {path, *(there(source, path) if entry.kind is Kind.FOLDER else ())}
    return found


def happen(source: MemorySource, change: Change) -> None:
    present = there(source)
    if change.size is not None:
        source.write(change.path, b"x" * change.size)
    elif change.path in present:
        source.remove(change.path)


@settings(max_examples=200)
@given(filters=st.sampled_from(FILTERS), runs=RUNS)
def test_what_the_source_has_never_vanished(filters: Filters, runs: list[tuple[list[Change], bytes, bool]]) -> None:
    """And each entry is accounted for once: brought, skipped, kept, unchanged, failed, excluded, or a folder."""
    source = MemorySource({"keep": b"x"})
    now = source.stat("keep").ctime_ns / 1e9
    of = Workshop(source=source, rules=Rules(destination=ROOT, filters=filters, part_entries=3))
    for changes, ignored, applies in runs:
        for change in changes:
            happen(source, change)
            now += change.seconds
        if filters.ignore_file:
            source.write(filters.ignore_file, ignored)
        of.clock = FixedClock(now)
        present = there(source)
        parts = of.scan()

        vanished = {f"{part.folder}/{known.name}".strip("/") for part in parts for known in part.vanished}
        assert vanished.isdisjoint(present)
        assert {path for part in parts for path in part.vanished_folders}.isdisjoint(present)
        for part in parts:
            told = len(part.actions) + len(part.skips) + len(part.kept) + sum(head.count for head in part.unchanged)
            folders = part.entries - told - len(part.failures) - part.excluded
            assert 0 <= folders <= 3
        for folder in of.snapshots.folders.keys() & {path for part in parts for path in part.forgotten_folders}:
            del of.snapshots.folders[folder]
        if applies:
            of.sync()


@settings(max_examples=100)
@given(filters=st.sampled_from(FILTERS), changes=st.lists(CHANGES, max_size=8), ignored=st.sampled_from(IGNORED))
def test_what_waits_comes_in_the_end(filters: Filters, changes: list[Change], ignored: bytes) -> None:
    """Once everything is old and has its marker, a run brings the same as a new job would."""
    source = MemorySource({"keep": b"xxx"})
    of, other = (Workshop(source=source, rules=Rules(destination=ROOT, filters=filters)) for _ in range(2))
    for change in changes:
        happen(source, change)
        of.clock = FixedClock(source.stat("keep").ctime_ns / 1e9 + change.seconds)
        of.sync()
    if filters.ignore_file:
        source.write(filters.ignore_file, ignored)
    of.clock = other.clock = FixedClock(source.stat("keep").ctime_ns / 1e9 + 29)
    of.sync()
    other.sync()

    assert other.stored().items() <= of.stored().items()
    assert [] == of.sync()
