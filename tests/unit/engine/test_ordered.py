"""The order of a folder's entries."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.errors import SourceVanished
from lading.base.paths import from_bytes, to_bytes
from lading.ingest.engine.ordered import names_in_order, ordered
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind

NAMES = st.sets(
    st.binary(min_size=1, max_size=8).filter(lambda raw: b"/" not in raw and b"\0" not in raw).map(from_bytes),
    max_size=40,
)


class EndlessNames(MemorySource):
    """A folder of very many files that nobody made."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        return (self.stat(name) for name in self.names(folder))

    def names(self, folder: str) -> Iterator[str]:
        # 7919 is a prime that divides no count used here: every number once, in no order
        return (f"image_{number * 7919 % self.count:08}.tif" for number in range(self.count))

    def stat(self, path: str) -> Entry:
        return Entry(path, Kind.FILE, 1, 1, 1, 1)


@settings(max_examples=60, deadline=None)
@given(names=NAMES, after=NAMES, keep=st.integers(0, 50), in_order=st.booleans())
def test_entries_come_in_order_of_bytes_after_the_given_name(
    names: set[str], after: set[str], keep: int, in_order: bool
) -> None:
    """Whatever the source's order, and whether the folder is large or small."""
    source = MemorySource({f"folder/{name}": b"" for name in names}, ordered=in_order)
    source.add("folder", Kind.FOLDER)
    floor = min(after, default="")
    expected = sorted((name for name in names if to_bytes(name) > to_bytes(floor)), key=to_bytes)

    found = [entry.name for entry in ordered(source, "folder", after=floor, keep=keep)]

    assert found == expected


@pytest.mark.parametrize("limit", [1, 200, 5_000, 1_000_000])
def test_several_passes_give_the_same_names(limit: int) -> None:
    """However little is kept at a time, each name comes once and in order."""
    source = EndlessNames(500)

    found = list(names_in_order(source, "", b"image_00000099.tif", limit=limit))

    assert found == [f"image_{number:08}.tif".encode() for number in range(100, 500)]


def test_a_file_that_vanishes_between_name_and_look_is_left_out() -> None:
    """In a large folder the names come first."""
    source = MemorySource({"a": b"", "b": b"", "c": b""})
    found = ordered(source, "", keep=1)
    first = next(found)
    source.remove("b")

    assert [first.name, *(entry.name for entry in found)] == ["a", "c"]


def test_case_29_a_large_folder_that_is_renamed_while_it_is_read_has_vanished_as_a_whole() -> None:
    """Its children are not each taken for vanished."""
    source = MemorySource({"d/a": b"", "d/b": b"", "d/c": b""})
    found = ordered(source, "d", keep=1)
    assert "a" == next(found).name
    source.remove("d")

    with pytest.raises(SourceVanished):
        list(found)


def test_a_huge_folder_takes_little_memory() -> None:
    """Fifty thousand names take a twentieth of what a million may."""
    tracemalloc.start()
    try:
        count = sum(1 for _ in ordered(EndlessNames(50_000), ""))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 50_000
    assert peak < 6 * 1024 * 1024
