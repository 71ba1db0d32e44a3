"""The entries of a folder in order of the bytes of their names, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

from lading.base.errors import SourceVanished
from lading.base.paths import from_bytes, join, to_bytes
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Entry

#: what a pass over a huge folder keeps; with lists and sorting a flat million of usual names fits in one pass
_NAMES_BYTES = 96 * 1024 * 1024
#: what a `bytes` object and its place in a list cost beside the bytes themselves
_NAME_OVERHEAD = 48


def ordered(source: Source, folder: str, *, after: str = "", keep: int = 20_000) -> Iterator[Entry]:
    """
    Yield the children of `folder` whose names come after `after`, in order of `to_bytes(name)`.

    A source that is ordered streams. Up to `keep` entries are sorted in memory after one listing; a larger folder is
    listed by names only, which are sorted (in several passes where even they are too many) and looked at one by one.
    """
    floor = to_bytes(after)
    if source.ordered:
        return (entry for entry in source.list(folder, after) if to_bytes(entry.name) > floor)
    if after:  # a huge folder is being continued: names before `after` must not cost a stat each time
        return _looked_at(source, folder, floor)
    return _sorted(source, folder, floor, keep)


def _sorted(source: Source, folder: str, floor: bytes, keep: int) -> Iterator[Entry]:
    """Sort the whole folder if it is small, else its names."""
    kept: list[tuple[bytes, Entry]] = []
    for entry in source.list(folder):
        name = to_bytes(entry.name)
        if name > floor:
            kept.append((name, entry))
            if len(kept) > keep:
                kept.clear()
                yield from _looked_at(source, folder, floor)
                return
    kept.sort()
    yield from (entry for _, entry in kept)


def _looked_at(source: Source, folder: str, floor: bytes) -> Iterator[Entry]:
    """Yield an entry for each name that is still there, as long as the folder is."""
    for name in names_in_order(source, folder, floor, limit=_NAMES_BYTES):
        try:
            yield source.stat(join(folder, from_bytes(name)))
        except SourceVanished:
            source.stat(folder)  # a folder that was renamed meanwhile has vanished itself


def names_in_order(source: Source, folder: str, floor: bytes, *, limit: int) -> Iterator[bytes]:
    """Yield the names after `floor` in order; at most about `limit` bytes of them are kept at a time."""
    while True:
        names, complete = _lowest(source, folder, floor, limit)
        yield from names
        if complete:
            return
        floor = names[-1]


def _lowest(source: Source, folder: str, floor: bytes, limit: int) -> tuple[list[bytes], bool]:
    """Return the lowest names after `floor` that fit in `limit`, in order, and whether they are all there are."""
    kept: list[bytes] = []
    size, ceiling = 0, None
    for text in source.names(folder):
        name = to_bytes(text)
        if name <= floor or (ceiling is not None and name >= ceiling):
            continue
        kept.append(name)
        size += len(name) + _NAME_OVERHEAD
        if size > limit and len(kept) > 1:
            kept.sort()
            ceiling = kept[len(kept) // 2]
            del kept[len(kept) // 2 :]
            size = sum(map(len, kept)) + _NAME_OVERHEAD * len(kept)
    kept.sort()
    return kept, ceiling is None
