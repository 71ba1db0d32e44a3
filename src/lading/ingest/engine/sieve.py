"""The entries of a folder on their way to the snapshot: what is not brought is counted, or set aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lading.base.paths import to_bytes
from lading.ingest.engine.filters import Left
from lading.ingest.engine.selecting import Selection
from lading.ingest.engine.values import Entry, Kind


class Sieve:
    """
    Lets through what the selection takes.

    An entry whose name is not taken is dropped and counted. One that is not brought for another reason goes along as
    `Kind.ASIDE`, so that nobody takes it for vanished, until `aside` is asked for it.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        #: how many excluded entries came right before a taken one; they count once that one was handled
        self._excluded: deque[tuple[bytes, int]] = deque()
        self._aside: dict[str, tuple[Entry, Left]] = {}
        self._left_out = 0

    def sifted(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """Return what goes on, in the order of `entries`."""
        return entries if self._selection.takes_all else self._sifted(entries)

    def _sifted(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        selection, excluded = self._selection, 0
        for entry in entries:
            if not selection.takes_name(entry.name, folder=entry.kind is Kind.FOLDER):
                excluded += 1
                continue
            if excluded:
                self._excluded.append((to_bytes(entry.name), excluded))
                excluded = 0
            why = selection.left(entry)
            if why is not None:
                self._aside[entry.name] = (entry, why)
            yield entry if why is None else entry._replace(kind=Kind.ASIDE)
        self._excluded.append((b"", excluded))

    def aside(self, name: str) -> tuple[Entry, Left]:
        """Return an entry that was set aside, once, and why; one that is excluded counts from now on."""
        entry, why = self._aside.pop(name)
        self._left_out += not why.is_pending
        return entry, why

    def counted(self, last: bytes, *, ended: bool) -> tuple[int, int]:
        """
        Return how many entries were left out since it was asked before: by their names, and for other reasons.

        Those by name count as far as the entry `last` was handled; when the folder has `ended`, all.
        """
        named = 0
        while self._excluded and (ended or b"" < self._excluded[0][0] <= last):
            named += self._excluded.popleft()[1]
        left_out, self._left_out = self._left_out, 0
        return named, left_out
