"""Large files: parallel ranges through a bounded window, hashed in order beside."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lading.base import crash
from lading.base.errors import Cancelled, ChecksumMismatch, ConnectionLost, LadingError, ObjectLocked
from lading.ingest.engine.budget import IN_FLIGHT, ByteBudget
from lading.ingest.engine.destinations.checksums import catalogue_form, new_hash
from lading.ingest.engine.destinations.irods import query
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.objects import registered_checksum
from lading.ingest.engine.destinations.irods.replica import Access, OpenReplica, join, open_again, open_for, unlink
from lading.ingest.engine.destinations.naming import refuse_other_size
from lading.ingest.engine.values import PutMode, Stored, Target

#: how often an object that is still locked is tried to be deleted, and the seconds in between
_TRIES = 20
_PAUSE = 0.2


@dataclass(slots=True)
class Piece:
    """A range of the file that is written by one request."""

    offset: int
    parts: tuple[memoryview, ...]
    size: int
    #: the writer and the hasher
    holders: int = field(default=2)


class LargePut:
    """
    One transfer: the caller's thread reads, one thread for each connection writes, one hashes.

    The last piece is kept back until the source has ended well and all else is written. A transfer that breaks off, in
    whatever way, is never closed: its connections end, and the server takes the replica for stale.

    =====================  ==========================================================================================
    the object             ends with
    =====================  ==========================================================================================
    is new                 a close at which the server makes the checksum, which is compared; it is deleted if wrong
    was there, the server  an opening of its own for the last piece, with the checksum of the whole: what is wrong is
    emptied its replica    stale, and neither the object nor its other replicas are ever deleted
    =====================  ==========================================================================================
    """

    def __init__(self, line: Line, target: Target, size: int, hash_name: str) -> None:
        self._line = line
        self._settings = line.settings
        self._target = target
        self._size = size
        self._hash_name = hash_name
        self._hash = new_hash(hash_name)
        self._window = ByteBudget()
        self._limit = 0
        self._to_write: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._to_hash: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._replicas: list[OpenReplica] = []
        self._lock = threading.Lock()
        self._written = 0
        self._failure: BaseException | None = None
        self._is_new = target.mode is PutMode.CREATE
        self._ended = False

    def run(self, chunks: Iterable[bytes], spare_lines: list[Line], progress: Callable[[int], None]) -> Stored:
        """Store the chunks, over this line and the spare ones."""
        first = open_for(self._line, self._target, self._size)
        self._replicas.append(first)
        try:
            access = first.access()
            self._is_new = access.is_new
            self._replicas += self._joined(access, spare_lines)
            self._limit = self._settings.chunk_bytes * (len(self._replicas) + 2)
            try:
                checksum = self._transfer(chunks, progress, access)
            finally:
                IN_FLIGHT.give_back(self._window.held)  # what nobody took up any more after a failure
            self._ended = True
            self._replicas[0].finish(self._settings.time_for(self._size))
        except BaseException as error:
            self._abandon(error)
            raise
        if self._is_new:
            prove(self._line, self._target.path, checksum, self._settings.time_for(self._size))
        return Stored(size=self._size, checksum=checksum)

    def _transfer(self, chunks: Iterable[bytes], progress: Callable[[int], None], access: Access) -> str:
        """Write and hash everything; on return nothing is under way. Return the checksum."""
        self._start(self._hash_pieces)
        for replica in self._replicas:
            self._start(self._write_pieces, replica)
        told = 0
        last: Piece | None = None
        try:
            for piece in self._pieces(chunks):
                if last is not None:
                    self._to_write.put(last)
                self._hold(piece)
                self._to_hash.put(piece)
                last = piece
                written = self._written
                progress(written - told)
                told = written
        finally:
            self._end_threads()
        self._go_on()
        checksum = catalogue_form(self._hash_name, self._hash.digest())
        if not self._is_new:
            self._line.drop()
            self._replicas = [open_again(self._line, self._target.path, access.hierarchy, checksum)]
        if last is not None:
            self._replicas[0].write(last.offset, last.parts)
            self._let_go(last)
        progress(self._size - told)
        return checksum

    def _pieces(self, chunks: Iterable[bytes]) -> Iterator[Piece]:
        """Yield pieces of about the size of one request; raise `SourceChanged` if there are more or fewer bytes."""
        offset = 0
        parts: list[memoryview] = []
        held = 0
        for view in self._cut(chunks):
            if held and held + len(view) > self._settings.chunk_bytes:
                yield Piece(offset, tuple(parts), held)
                offset, parts, held = offset + held, [], 0
            parts.append(view)
            held += len(view)
            if offset + held > self._size:
                break
        refuse_other_size(self._target.path, self._size, offset + held)
        if held:
            yield Piece(offset, tuple(parts), held)

    def _cut(self, chunks: Iterable[bytes]) -> Iterator[memoryview]:
        """Yield views of the chunks that are no longer than one request takes."""
        longest = self._settings.chunk_bytes
        for chunk in chunks:
            view = memoryview(chunk)
            for start in range(0, len(view), longest):
                yield view[start : start + longest]

    def _hold(self, piece: Piece) -> None:
        self._go_on()
        self._window.take(piece.size, self._limit, self._go_on)
        try:
            IN_FLIGHT.take(piece.size, self._settings.bytes_in_flight, self._go_on)
        except BaseException:
            self._window.give_back(piece.size)
            raise

    def _let_go(self, piece: Piece) -> None:
        """Release the piece once both writer and hasher have done with it."""
        with self._lock:
            piece.holders -= 1
            if piece.holders:
                return
        piece.parts = ()
        self._window.give_back(piece.size)
        IN_FLIGHT.give_back(piece.size)

    def _go_on(self) -> None:
        """Return if nothing failed and the work may go on."""
        if self._failure is not None:
            raise self._failure
        self._line.token.check()

    def _start(self, work: Callable[..., None], *arguments: OpenReplica) -> None:
        thread = threading.Thread(target=self._guarded, args=(work, *arguments), name="large-put", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, work: Callable[..., None], *arguments: OpenReplica) -> None:
        try:
            work(*arguments)
        except BaseException as error:  # noqa: BLE001 - raised again by the caller's thread
            with self._lock:
                self._failure = self._failure or error

    def _hash_pieces(self) -> None:
        while (piece := self._to_hash.get()) is not None:
            for part in piece.parts:
                self._hash.update(part)
            self._let_go(piece)

    def _write_pieces(self, replica: OpenReplica) -> None:
        while (piece := self._to_write.get()) is not None:
            if self._failure is None:
                replica.write(piece.offset, piece.parts)
                crash.point("in_stream")
                with self._lock:
                    self._written += piece.size
            self._let_go(piece)
        if replica is not self._replicas[0]:
            replica.leave()

    def _end_threads(self) -> None:
        self._to_hash.put(None)
        for _ in self._replicas:
            self._to_write.put(None)
        for thread in self._threads:
            thread.join()

    def _joined(self, access: Access, spare_lines: list[Line]) -> list[OpenReplica]:
        """Open the replica on as many of the spare lines as the zone lets us."""
        joined = []
        for line in spare_lines:
            try:
                joined.append(join(line, self._target.path, access))
            except LadingError:
                line.drop()
                break
        return joined

    def _abandon(self, error: BaseException) -> None:
        """See to it that nothing is left that looks good."""
        for replica in self._replicas[1:]:
            replica.line.drop()
        self._line.drop()  # the server takes what is still open on it for stale
        if isinstance(error, Cancelled) or (self._ended and isinstance(error, ConnectionLost)):
            return  # nothing more may be sent, or all was sent and whether it arrived must be looked up
        if self._is_new:
            discard(self._line, self._target.path)


def prove(line: Line, path: str, checksum: str, seconds: float) -> None:
    """Compare what the server computed from an object that was just made with what was sent; delete it if that differs."""
    stored = registered_checksum(line, path, seconds)
    if stored != checksum:
        discard(line, path)
        raise ChecksumMismatch(f"{path}: {checksum} was sent, {stored} is stored; it was deleted")


def discard(line: Line, path: str) -> None:
    """Delete the object that a transfer made, unless somebody gave it another replica meanwhile."""
    for _ in range(_TRIES):
        with contextlib.suppress(LadingError, Cancelled):
            try:
                collection, name = query.split(path)
                if len(list(query.replicas_named(line, collection, [name]))) == 1:
                    unlink(line, path)
            except ObjectLocked:  # the server has not noticed yet that the connection is gone
                time.sleep(_PAUSE)
                continue
        return
