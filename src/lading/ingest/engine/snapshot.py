"""
What the last successful run saw in a folder, in segments.

A folder's entries lie in order of the bytes of their names, cut into segments. A segment reaches from its `lo` to the
`lo` of the next one; the first `lo` is empty. Its head carries the count and a fingerprint of the live entries, so an
unchanged folder is recognised by heads alone. Entries that vanished at the source but are still managed at the
destination (`gone`) lie in the segments too; neither count nor fingerprint knows of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import blake2b
from itertools import pairwise

from lading.base.paths import to_bytes
from lading.ingest.engine import packing
from lading.ingest.engine.values import Entry

#: what a segment is cut into once it holds more than `CUT_ABOVE`: small enough that scattered changes rewrite little
USUAL_SEGMENT = 1024
CUT_ABOVE = 1536
#: a fingerprint that no listing has: every entry is looked at
NO_PROOF = b"\x00" * 16
#: bits of a stored entry's flags
_VERIFIED, _GONE, _PLAIN = 1, 2, 4


class Proof(IntEnum):
    """How sure it is that the destination holds these bytes."""

    UNVERIFIED = 0  # adopted by size, or registered: nobody compared a checksum
    VERIFIED = 1


@dataclass(frozen=True, slots=True)
class Known:
    """One file as it was when the destination last agreed with it."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    #: in the catalogue's form; "" where there is none
    checksum: str
    tag: str
    proof: Proof
    #: vanished at the source, still managed at the destination
    gone: bool = False
    #: its object may lack metadata and permissions that the job's templates say by now
    is_plain: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether the object may be damaged: managed, but equal to no entry."""
        return self.size < 0


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """Where a segment begins and what its live entries look like."""

    lo: bytes
    count: int
    #: 16 bytes
    fingerprint: bytes
    #: entries that vanished at the source and are still managed
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it is stored."""

    head: SegmentHead
    packed: bytes
    #: live entries that nobody compared by checksum
    unverified: int = 0


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What has to be stored for a folder: `delete` first, then `write` (which replaces by `lo`)."""

    delete: list[bytes]
    write: list[Segment]


class Fingerprint:
    """The fingerprint of entries that are added in order of their names."""

    __slots__ = ("_lines", "count")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.count = 0

    def add(self, entry: Entry | Known) -> None:
        """Add the next file."""
        tag = entry.tag
        # no name holds a slash and the tag's length goes ahead of it: two lists of entries never give one text
        self._lines.append(
            f"{entry.name}/{entry.size}/{entry.mtime_ns}/{entry.ctime_ns}/{entry.inode}/{len(tag)}/{tag}"
        )
        self.count += 1

    def digest(self) -> bytes:
        """Return the 16 bytes for what was added so far."""
        return blake2b(to_bytes("".join(self._lines)), digest_size=16).digest()


def known_from(entry: Entry, checksum: str, proof: Proof) -> Known:
    """Return what the snapshot says of an entry that the destination agrees with."""
    name, _, size, mtime_ns, ctime_ns, inode, tag = entry
    return Known(name, size, mtime_ns, ctime_ns, inode, checksum, tag, proof)


def doubted(known: Known) -> Known:
    """Return what the snapshot says of a managed object that may be damaged."""
    return replace(known, size=-1, checksum="", proof=Proof.UNVERIFIED)


def as_plain(segment: Segment) -> Segment:
    """Return the segment with entries whose metadata have to be applied again."""
    return pack([replace(entry, is_plain=True) for entry in unpack(segment)], segment.head.lo)


def pack(entries: Sequence[Known], lo: bytes = b"") -> Segment:
    """Return the segment from `lo` for entries in order of their names."""
    fingerprint = Fingerprint()
    for entry in entries:
        if not entry.gone:
            fingerprint.add(entry)
    is_settled = not any(entry.is_plain for entry in entries)
    digest = fingerprint.digest() if is_settled else NO_PROOF
    head = SegmentHead(lo, fingerprint.count, digest, len(entries) - fingerprint.count)
    unverified = sum(entry.proof is Proof.UNVERIFIED for entry in entries if not entry.gone)
    return Segment(head, packing.packed([_row(entry) for entry in entries]), unverified)


def unpack(segment: Segment | bytes) -> list[Known]:
    """Return the entries of a segment in order; raise `ValueError` for bytes of a version that is not known."""
    rows = packing.unpacked(segment if isinstance(segment, bytes) else segment.packed)
    return [
        Known(*row[:-1], Proof(row.flags & _VERIFIED), bool(row.flags & _GONE), bool(row.flags & _PLAIN))
        for row in rows
    ]


def heads_for(names: Iterable[str], heads: Sequence[SegmentHead]) -> list[bytes]:
    """
    Return the `lo` of each segment (`heads` in order) in whose range one of the names lies, in order.

    For no names it is the first segment, so that nobody takes a folder that has one for a new folder.
    """
    los = [head.lo for head in heads]
    return sorted({los[bisect_right(los, to_bytes(name)) - 1] for name in names}) or los[:1] if los else []


def merged(segments: Sequence[Segment], changes: Mapping[str, Known | None]) -> Rewrite:
    """
    Return what to store so that the folder's snapshot says `changes`; None forgets the name.

    `segments` are those that `heads_for` names for the changes, in order; without any the folder is new and gets its
    first segment, even an empty one. A segment that lost all entries is deleted unless it is the first: the one before
    it reaches over its range.
    """
    if not segments:
        return Rewrite([], _cut(b"", _applied([], changes)))
    delete: list[bytes] = []
    write: list[Segment] = []
    for segment, own in zip(segments, _dealt(segments, changes), strict=True):
        entries = _applied(unpack(segment), own)
        if entries or not segment.head.lo:
            write += _cut(segment.head.lo, entries)
        else:
            delete.append(segment.head.lo)
    return Rewrite(delete, write)


def _row(known: Known) -> packing.Row:
    """Return the entry as it is stored."""
    flags = known.proof | (_GONE if known.gone else 0) | (_PLAIN if known.is_plain else 0)
    return packing.Row(
        known.name, known.size, known.mtime_ns, known.ctime_ns, known.inode, known.checksum, known.tag, flags
    )


def _dealt(segments: Sequence[Segment], changes: Mapping[str, Known | None]) -> list[dict[str, Known | None]]:
    """Deal the changes out to the segments in whose range they lie."""
    los = [segment.head.lo for segment in segments]
    dealt: list[dict[str, Known | None]] = [{} for _ in segments]
    for name, known in changes.items():
        dealt[max(bisect_right(los, to_bytes(name)) - 1, 0)][name] = known
    return dealt


def _applied(entries: Sequence[Known], changes: Mapping[str, Known | None]) -> list[Known]:
    """Return the entries with the changes made, in order."""
    by_name: dict[str, Known | None] = {entry.name: entry for entry in entries}
    by_name.update(changes)
    left = [entry for entry in by_name.values() if entry is not None]
    return sorted(left, key=lambda entry: to_bytes(entry.name))


def _cut(lo: bytes, entries: Sequence[Known]) -> list[Segment]:
    """Return one segment, or several of equal size if it would be too large; the first keeps `lo`."""
    if len(entries) <= CUT_ABOVE:
        return [pack(entries, lo)]
    pieces = -(-len(entries) // USUAL_SEGMENT)
    edges = [len(entries) * piece // pieces for piece in range(pieces + 1)]
    return [pack(entries[start:end], to_bytes(entries[start].name) if start else lo) for start, end in pairwise(edges)]
