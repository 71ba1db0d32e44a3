"""Objects that are open: their bytes in order, from one request or from several at a time, and proved at their end."""

from __future__ import annotations

import io
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, cast

from lading.base.errors import SourceChanged
from lading.base.paths import shown
from lading.ingest.engine.reading import CHUNK
from lading.ingest.engine.sources.errors import SourceDamaged, SourceUnavailable
from lading.ingest.engine.sources.s3 import failures
from lading.ingest.engine.sources.s3.asking import Bucket, Item
from lading.ingest.engine.sources.s3.proof import Claim, Proof

_MIB = 1024 * 1024
#: pieces under way or waiting for their turn beyond the first of each object, over all that this process reads
_WINDOW_OF_ALL = 8
_REQUESTS_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranging:
    """How large objects are read by several requests at a time."""

    #: size in bytes from which on they are
    above: int = 32 * _MIB
    #: what one request brings
    piece: int = 8 * _MIB
    #: pieces of one object that are under way or wait for their turn
    window: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One object as it was when it was opened."""

    item: Item
    path: str
    answer: Mapping[str, Any]

    @property
    def condition(self) -> dict[str, str]:
        """What makes the store refuse another version."""
        return {"IfMatch": f'"{self.item.etag}"'} if self.item.etag else {}


class Reader(Protocol):
    """Bytes in order."""

    def read(self, size: int) -> bytes:
        """Return up to `size` more bytes, none at the end only."""

    def close(self) -> None:
        """Let go of what is under way."""


class Stream:
    """A range of an object by one request; where it breaks off another one goes on."""

    def __init__(self, bucket: Bucket, version: Version, start: int, end: int, body: Any = None) -> None:  # noqa: ANN401
        self._bucket = bucket
        self._version = version
        self._at = start
        self._end = end
        self._body = body

    def read(self, size: int) -> bytes:
        """Read on, from a new request where the last one failed."""
        tries = 0
        while True:
            size = min(size, self._end - self._at)
            if size <= 0:
                return b""
            try:
                if self._body is None:
                    self._body = self._opened()
                data: bytes = self._body.read(size)
            except failures.FAULTS as error:
                met, cause = failures.meaning(error, self._bucket.asked(self._version.path)), cast("Exception", error)
            else:
                if data:
                    self._at += len(data)
                    return data
                met, cause = SourceUnavailable(f"{shown(self._version.path)} broke off"), EOFError()
            self.close()
            tries += 1
            self._bucket.recover(met, tries, cause)

    def _opened(self) -> Any:  # noqa: ANN401 - the library's own body
        version = self._version
        words = version.condition | {"Range": f"bytes={self._at}-{self._end - 1}"}
        answer = self._bucket.get(version.item.key, version.path, **words)
        refuse_another(answer, version.item.etag, version.path)
        if answer["ContentLength"] != self._end - self._at:
            raise SourceChanged(f"{shown(version.path)} is {answer['ContentLength']} bytes from {self._at} on")
        return answer["Body"]

    def close(self) -> None:
        """Give the connection up: what is left on it is not read."""
        if self._body is not None:
            self._body.close()
        self._body = None


def refuse_another(answer: Mapping[str, Any], etag: str, path: str) -> None:
    """Raise `SourceChanged` if an answer is about another version: not every store knows conditions."""
    found = str(answer.get("ETag", "")).strip('"')
    if etag and found != etag:
        raise SourceChanged(f"{shown(path)} was overwritten")


#: how many pieces may be read ahead
_spare = threading.BoundedSemaphore(_WINDOW_OF_ALL)


class Ranges:
    """A large object by several requests at a time, handed out in order, in a window that is the same for any size."""

    def __init__(self, bucket: Bucket, version: Version, ranging: Ranging) -> None:
        self._bucket = bucket
        self._version = version
        self._ranging = ranging
        self._next = 0
        self._coming: deque[tuple[Future[deque[bytes]], bool]] = deque()
        #: what is left of the piece whose turn it is
        self._chunks: deque[bytes] = deque()
        self._is_over = threading.Event()

    def read(self, size: int) -> bytes:
        """Return bytes of the piece whose turn it is; those who ask for whole chunks get them without a copy."""
        if not self._chunks:
            self._chunks = self._taken()
        if not self._chunks:
            return b""
        found = self._chunks.popleft()
        if len(found) > size:
            self._chunks.appendleft(found[size:])
            found = found[:size]
        return found

    def _taken(self) -> deque[bytes]:
        self._ask()
        if not self._coming:
            return deque()
        future, is_spare = self._coming.popleft()
        try:
            return future.result()
        finally:
            if is_spare:
                _spare.release()

    def _ask(self) -> None:
        """Fill the window; the piece that is wanted now needs nobody's leave."""
        size = self._version.item.size
        while self._next < size and len(self._coming) < self._ranging.window:
            is_spare = bool(self._coming)
            if is_spare and not _spare.acquire(blocking=False):
                return
            end = min(self._next + self._ranging.piece, size)
            self._coming.append((_executor().submit(self._fetch, self._next, end), is_spare))
            self._next = end

    def _fetch(self, start: int, end: int) -> deque[bytes]:
        found: deque[bytes] = deque()
        stream = Stream(self._bucket, self._version, start, end)
        try:
            while not self._is_over.is_set() and (chunk := stream.read(CHUNK)):
                found.append(chunk)
            return found
        finally:
            stream.close()

    def close(self) -> None:
        """Let go of pieces that are not wanted any more."""
        self._is_over.set()
        while self._coming:
            future, is_spare = self._coming.popleft()
            future.cancel()
            if is_spare:
                _spare.release()


class Opened(io.RawIOBase):
    """An object that is read once, from the beginning. Its last bytes are handed out only if all of them are proved."""

    def __init__(self, version: Version, reader: Reader, proof: Proof, refuted: Callable[[Claim], None]) -> None:
        self.version = version
        self._reader = reader
        self._proof = proof
        self._refuted = refuted
        self._position = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, all that are left if it is negative; raise `SourceDamaged` at the end."""
        left = self.version.item.size - self._position
        if size is None or size < 0 or size > left:
            size = left
        data = self._reader.read(size)
        while len(data) < size and (more := self._reader.read(size - len(data))):
            data += more
        self._position += len(data)
        self._proof.update(data)
        if self._position == self.version.item.size:
            self._prove()
        return data

    def _prove(self) -> None:
        for claim in self._proof.broken():
            self._refuted(claim)
            raise SourceDamaged(
                f"{shown(self.version.path)} has another {claim.kind} than the store says, of {self._position} bytes",
                hint="It was damaged on its way, or lies damaged in the store",
            )

    def close(self) -> None:
        """Close the connections."""
        if not self.closed:
            self._reader.close()
        super().close()


_threads: ThreadPoolExecutor | None = None


def _executor() -> ThreadPoolExecutor:
    """Return the threads of this process that read pieces."""
    global _threads  # noqa: PLW0603 - made when first wanted, and anew in a child process
    if _threads is None:
        _threads = ThreadPoolExecutor(_REQUESTS_AT_ONCE, thread_name_prefix="s3-range")
    return _threads


def _begin_anew() -> None:
    global _threads, _spare
    _threads, _spare = None, threading.BoundedSemaphore(_WINDOW_OF_ALL)


os.register_at_fork(after_in_child=_begin_anew)
