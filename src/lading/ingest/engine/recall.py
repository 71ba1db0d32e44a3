"""A folder's entries read side by side with what the snapshot remembers of it: pure, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from lading.base.paths import to_bytes
from lading.ingest.engine.snapshot import Fingerprint, Known, SegmentHead
from lading.ingest.engine.values import Entry, Kind

#: folders, links and other things that may lie in a segment's range before it is compared entry by entry
_OTHERS = 4096


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A whole segment is as it was. `others` are the entries in its range that are no files."""

    head: SegmentHead
    others: list[Entry]
    #: name of the last entry in its range; "" if there is none
    last: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry, and what the snapshot knows of a file of that name."""

    entry: Entry
    known: Known | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that the snapshot knows and the source does not show."""

    known: Known


Finding = Unchanged | Seen | Missing
Load = Callable[[bytes], Sequence[Known]]


def recall(
    entries: Iterable[Entry], heads: Sequence[SegmentHead], load: Load, *, after: bytes = b"", trust: bool = True
) -> Iterator[Finding]:
    """
    Yield what entries and snapshot say together, in order of names.

    `entries` come in order and begin behind `after`. `load` is called only for segments that do not show as unchanged
    by count and fingerprint; without `trust` every segment is compared entry by entry.

    ====================  =========================  ==========================
    segment               its files                  yields
    ====================  =========================  ==========================
    whole, trusted        same count, fingerprint    Unchanged
    whole, trusted        other                      Seen, Missing one by one
    begun before `after`  any                        Seen, Missing one by one
    not trusted           any                        Seen, Missing one by one
    none stored           any                        Seen with nothing known
    ====================  =========================  ==========================
    """
    stream = _Stream(entries)
    for head, following in pairwise([*heads, None]):
        assert head is not None
        end = following.lo if following else None
        if end is not None and end <= after:
            continue
        inside = stream.before(end)
        compared: list[Entry] = []
        if trust and (head.lo > after or not after):
            compared, unchanged = _compared(inside, head)
            if unchanged is not None:
                yield unchanged
                continue
        yield from _joined(chain(compared, inside), load(head.lo), after)
    yield from _joined(stream.before(None), (), after)


class _Stream:
    """Entries in order, handed out range by range."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = iter(entries)
        self._next: Entry | None = next(self._entries, None)

    def before(self, end: bytes | None) -> Iterator[Entry]:
        """Yield the entries whose names come before `end`; all that are left for None."""
        while self._next is not None and (end is None or to_bytes(self._next.name) < end):
            entry, self._next = self._next, next(self._entries, None)
            yield entry


def _compared(inside: Iterator[Entry], head: SegmentHead) -> tuple[list[Entry], Unchanged | None]:
    """Read a segment's range until it cannot be unchanged any more; return what was read, or that it is unchanged."""
    entries: list[Entry] = []
    fingerprint = Fingerprint()
    for entry in inside:
        entries.append(entry)
        if entry.kind is Kind.FILE:
            fingerprint.add(entry)
        if fingerprint.count > head.count or len(entries) > head.count + _OTHERS:
            return entries, None
    if (fingerprint.count, fingerprint.digest()) != (head.count, head.fingerprint):
        return entries, None
    others = [entry for entry in entries if entry.kind is not Kind.FILE]
    return entries, Unchanged(head, others, entries[-1].name if entries else "")


def _joined(entries: Iterable[Entry], known: Sequence[Known], after: bytes) -> Iterator[Finding]:
    """Merge entries and known files, both in order, by name."""
    waiting = [(name, one) for one in known if (name := to_bytes(one.name)) > after]
    waiting.reverse()
    for entry in entries:
        name = to_bytes(entry.name)
        while waiting and waiting[-1][0] < name:
            yield Missing(waiting.pop()[1])
        yield Seen(entry, waiting.pop()[1] if waiting and waiting[-1][0] == name else None)
    while waiting:
        yield Missing(waiting.pop()[1])
