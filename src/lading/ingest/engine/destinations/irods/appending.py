"""
Bytes that are written behind those of an object that is there.

The server is told at the last opening which checksum the whole has to have, and finds the replica stale if it has another
one. An opening before that one is never closed: a close would make good whatever is there. Its connection ends instead, and
servers take what was open on it for stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lading.base.errors import ChecksumMismatch
from lading.ingest.engine.destinations.base import Tail
from lading.ingest.engine.destinations.irods import objects
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.replica import OpenReplica, open_again, open_behind
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

        All but the last piece are written over a connection that leaves the replica stale; the last one, once the tail
        has ended well and the checksum is known, under an opening of its own. A tail of one piece takes one opening.
        """
        try:
            last = self._all_but_the_last(tail, progress)
            refuse_other_size(self._target.path, self._size, self._at + len(last))
            checksum = tail.checksum()
            self._finish(last, checksum)
        except ChecksumMismatch:
            raise
        except BaseException:
            self._line.drop()
            raise
        progress(len(last))
        objects.decorate(self._line, self._target)
        return Stored(size=self._size, checksum=checksum)

    def _all_but_the_last(self, tail: Tail, progress: Callable[[int], None]) -> bytes:
        """Write every piece that has another one behind it; return the last."""
        pieces = _pieces(tail.chunks(), self._line.settings.chunk_bytes)
        last = next(pieces, b"")
        for piece in pieces:
            self._open = self._open or open_behind(self._line, self._target.path, self._there, {})
            self._open.write(self._at, (last,))
            self._at += len(last)
            progress(len(last))
            last = piece
        return last

    def _finish(self, last: bytes, checksum: str) -> None:
        """Write the last piece; the server compares the whole when the replica is closed."""
        path, there = self._target.path, self._there
        if self._open is None:
            replica = open_behind(self._line, path, there, {"verifyChksum": checksum})
        else:
            self._line.drop()
            replica = open_again(self._line, path, there.resource, checksum)
        replica.write(self._at, (last,))
        replica.finish(self._line.settings.time_for(self._size))


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
