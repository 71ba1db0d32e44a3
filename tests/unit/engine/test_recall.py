"""Entries side by side with what the snapshot remembers."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import to_bytes
from lading.ingest.engine.recall import Finding, Missing, Seen, Unchanged, recall
from lading.ingest.engine.snapshot import Known, Proof, Segment, SegmentHead, known_from, pack
from lading.ingest.engine.values import Entry, Kind


def file(name: str, size: int = 1) -> Entry:
    return Entry(name, Kind.FILE, size, 1, 1, 1)


def folder(name: str) -> Entry:
    return Entry(name, Kind.FOLDER, 0, 1, 1, 1)


def known(name: str, *, gone: bool = False) -> Known:
    return replace(known_from(file(name), "sum", Proof.VERIFIED), gone=gone)


class Memory:
    """Segments cut by their lowest names, and which of them were loaded."""

    def __init__(self, *segments: list[Known]) -> None:
        self.segments: dict[bytes, list[Known]] = {
            to_bytes(entries[0].name) if position else b"": entries for position, entries in enumerate(segments)
        }
        self.loaded: list[bytes] = []

    @property
    def heads(self) -> list[SegmentHead]:
        return [self.stored(lo).head for lo in sorted(self.segments)]

    def stored(self, lo: bytes) -> Segment:
        return pack(self.segments[lo], lo)

    def load(self, lo: bytes) -> list[Known]:
        self.loaded.append(lo)
        return self.segments[lo]


def test_an_unchanged_segment_is_recognised_without_being_loaded() -> None:
    """Folders and links in its range are handed on."""
    memory = Memory([known("a"), known("c", gone=True)], [known("m")])
    entries = [file("a"), folder("b"), file("m")]

    found = list(recall(entries, memory.heads, memory.load))

    assert found == [Unchanged(memory.heads[0], [folder("b")], "b"), Unchanged(memory.heads[1], [], "m")]
    assert memory.loaded == []


def test_only_the_changed_segment_is_loaded() -> None:
    """And compared name by name."""
    memory = Memory([known("a")], [known("m"), known("n")], [known("x")])
    entries = [file("a"), file("m", 2), file("o"), file("x")]

    found = list(recall(entries, memory.heads, memory.load))

    assert found == [
        Unchanged(memory.heads[0], [], "a"),
        Seen(file("m", 2), known("m")),
        Missing(known("n")),
        Seen(file("o"), None),
        Unchanged(memory.heads[2], [], "x"),
    ]
    assert memory.loaded == [b"m"]


def test_a_segment_in_which_too_many_folders_lie_is_compared() -> None:
    """Not all of them are kept in memory until its end."""
    memory = Memory([known("z")])
    entries = [*(folder(f"d{number:05}") for number in range(5000)), file("z")]

    found = list(recall(entries, memory.heads, memory.load))

    assert found == [*(Seen(entry, None) for entry in entries[:-1]), Seen(file("z"), known("z"))]


def test_without_a_snapshot_everything_is_new() -> None:
    """Nothing is loaded."""
    memory = Memory()

    assert list(recall([file("a")], [], memory.load)) == [Seen(file("a"), None)]
    assert memory.loaded == []


def test_an_empty_folder_that_was_empty_is_unchanged() -> None:
    """Its one segment says so."""
    memory = Memory([])

    assert list(recall([], memory.heads, memory.load)) == [Unchanged(memory.heads[0], [], "")]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), trust=st.booleans(), resumed=st.booleans())
def test_entries_and_known_files_are_each_told_once(seed: int, trust: bool, resumed: bool) -> None:
    """However the snapshot is cut, and wherever the range begins: all of them, in order, properly paired."""
    chance = random.Random(seed)
    names = [f"{number:03}" for number in range(60)]
    remembered = sorted(chance.sample(names, chance.randrange(60)))
    changed = {name: chance.random() < 0.05 for name in names}
    there = [name for name in names if chance.random() < 0.05 or (name in remembered and chance.random() < 0.97)]
    cuts = sorted(chance.sample(range(1, max(len(remembered), 2)), min(3, max(len(remembered) - 1, 0))))
    edges = [0, *cuts, len(remembered)]
    pieces = [[known(n) for n in remembered[a:b]] for a, b in pairwise(edges)]
    memory = Memory(*(pieces if remembered else []))
    after = chance.choice(names) if resumed else ""
    entries = [file(name, 2 if changed[name] else 1) for name in there if name > after]

    found = list(recall(entries, memory.heads, memory.load, after=to_bytes(after), trust=trust))

    told = [pair for finding in found for pair in pairs(finding, memory)]
    shown = {entry.name: entry for entry in entries}
    expected = sorted({*shown, *(name for name in remembered if name > after)})
    assert told == [(name, shown.get(name), known(name) if name in remembered else None) for name in expected]
    assert trust or not any(isinstance(finding, Unchanged) for finding in found)


def pairs(finding: Finding, memory: Memory) -> list[tuple[str, Entry | None, Known | None]]:
    """Return what a finding says of each name."""
    match finding:
        case Unchanged(head):
            return [(one.name, file(one.name), one) for one in memory.segments[head.lo]]
        case Seen(entry, one):
            return [(entry.name, entry, one)]
        case Missing(one):
            return [(one.name, None, one)]
