"""
Bytes that are written behind those of an object that is there.

The server is told the size that the object will have, and at the last opening the checksum of the whole. Before that
nothing it has of a new size is good: fewer bytes than announced make a replica stale, and so does another checksum.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from lading.base.errors import Cancelled, ChecksumMismatch, LadingError
from lading.ingest.engine.destinations.base import Tail
from lading.ingest.engine.destinations.irods import objects
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.replica import OpenReplica, open_behind
from lading.ingest.engine.destinations.naming import refuse_other_size
from lading.ingest.engine.values import Listed, Stored, Target


class Appending:
    """One object that grows."""

    def __init__(self, line: Line, target: Target, there: Listed, size: int) -> None:
        self._line = line
        self._target = target
        self._there = there
        self._size = size
        self._at = there.size
        self._open: OpenReplica | None = None

    def run(self, tail: Tail, progress: Callable[[int], None]) -> Stored:
        """
        Write the tail in large pieces and let the server compare the whole.

        All but the last piece are written under an opening that leaves the replica stale; the last one, once the tail
        has ended well and the checksum is known, under one of its own. A tail of one piece takes one opening.
        """
        try:
            last = self._all_but_the_last(tail, progress)
            refuse_other_size(self._target.path, self._size, self._at + len(last))
            checksum = tail.checksum()
            self._finish(last, checksum)
        except ChecksumMismatch:
            raise
        except BaseException as error:
            self._break_off(error)
            raise
        progress(len(last))
        objects.decorate(self._line, self._target)
        return Stored(size=self._size, checksum=checksum)

    def _all_but_the_last(self, tail: Tail, progress: Callable[[int], None]) -> bytes:
        """Write every piece that has another one behind it; return the last."""
        pieces = _pieces(tail.chunks(), self._line.settings.chunk_bytes)
        last = next(pieces, b"")
        for piece in pieces:
            replica = self._open or self._opened({})
            replica.write(self._at, (last,))
            self._at += len(last)
            progress(len(last))
            last = piece
        if self._open is not None:
            self._open.close(self._line.settings.read_timeout)
            self._open = None
        return last

    def _finish(self, last: bytes, checksum: str) -> None:
        """Write the last piece; the server compares the whole when the replica is closed."""
        replica = self._opened({"verifyChksum": checksum})
        replica.write(self._at, (last,))
        replica.finish(self._line.settings.time_for(self._size))

    def _opened(self, checking: Mapping[str, str]) -> OpenReplica:
        self._open = open_behind(self._line, self._target.path, self._there, self._size, checking)
        return self._open

    def _break_off(self, error: BaseException) -> None:
        """Close what is open, which the server finds incomplete; if it cannot be told, it notices by itself."""
        if self._open is not None and self._line.is_open and not isinstance(error, Cancelled):
            with contextlib.suppress(LadingError, Cancelled):
                self._open.close(self._line.settings.time_for(self._size))
        self._line.drop()


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the bytes in pieces of that size, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)
