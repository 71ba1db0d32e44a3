"""A file that grew: what is at the destination is compared with its beginning while it is read on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

from lading.ingest.engine import reading
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.destinations.base import Session, Tail
from lading.ingest.engine.values import Entry, Listed

#: code of a file of which only the tail was sent
APPENDED: Final = "APPENDED"
#: bytes of a tail that are in memory at once: pieces on their way and what is read ahead
_IN_MEMORY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A file, and the object that may be its beginning."""

    #: relative path at the source
    path: str
    entry: Entry
    logical_path: str
    there: Listed

    @property
    def tail_size(self) -> int:
        """How many bytes the object lacks."""
        return self.entry.size - self.there.size


@contextmanager
def proven(growth: Growth, session: Session, circumstances: Circumstances) -> Iterator[Tail | None]:
    """Lend what comes behind the object's size, None if the file does not begin with the object's bytes."""
    of, there = circumstances, growth.there
    checksum = there.checksum or session.checksum(growth.logical_path)
    beginning = reading.Beginning(size=there.size, checksum=checksum)
    hash_name = of.destination.traits().hash_name
    held = min(growth.tail_size, _IN_MEMORY)
    with (
        of.budget.hold(held, of.token) if held else nullcontext(),
        reading.behind(of.source, growth.path, growth.entry, beginning, hash_name) as tail,
    ):
        yield tail
