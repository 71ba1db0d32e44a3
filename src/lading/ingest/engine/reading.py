"""Reading a file so that nobody takes a torn copy for a good one: it is looked at before, and again after the last byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from lading.base.errors import SourceChanged, SourceUnreadable
from lading.base.paths import shown
from lading.ingest.engine.destinations.checksums import catalogue_form, hash_of, new_hash
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Entry

__all__ = ["CHUNK", "checksum_of", "chunks", "hash_of", "whole"]

#: what is read of a large file at once. The allocator gives blocks of 1 MiB and more back as soon as they are freed
#: (`orchestration.memory`), and mapping them anew costs as much as hashing a third of them; smaller ones are used again
CHUNK = 512 * 1024


def whole(source: Source, path: str, entry: Entry) -> bytes:
    """
    Return the bytes of a file that is as `entry` says, before and after; raise `SourceChanged` otherwise.

    They are read in one piece: what is put together from chunks is in memory twice.
    """
    with source.open(path, entry) as opened:
        _unchanged(source.describe(opened, entry.name), entry, path)
        data = _read(opened, entry.size, path)
        if len(data) < entry.size:  # a short read is rare, and an end before its time is a change
            data += b"".join(_rest(opened, entry.size - len(data), path))
        _unchanged(source.describe(opened, entry.name), entry, path)
    return data


def chunks(source: Source, path: str, entry: Entry) -> Iterator[bytes]:
    """
    Yield the bytes of a file in chunks.

    The end is reached only if the file is as `entry` says, before the first and after the last byte; otherwise
    `SourceChanged` is raised instead of the end.
    """
    with source.open(path, entry) as opened:
        _unchanged(source.describe(opened, entry.name), entry, path)
        yield from _rest(opened, entry.size, path)
        _unchanged(source.describe(opened, entry.name), entry, path)


def _rest(opened: BinaryIO, left: int, path: str) -> Iterator[bytes]:
    """Yield the next `left` bytes in chunks; raise `SourceChanged` if there are fewer."""
    while left:
        chunk = _read(opened, min(left, CHUNK), path)
        if not chunk:
            raise SourceChanged(f"{shown(path)} became shorter while it was read")
        left -= len(chunk)
        yield chunk


def checksum_of(source: Source, path: str, entry: Entry, hash_name: str) -> str:
    """Return the checksum of a file as the catalogue writes it, in constant memory."""
    hashed = new_hash(hash_name)
    for chunk in chunks(source, path, entry):
        hashed.update(chunk)
    return catalogue_form(hash_name, hashed.digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a file may begin with: so many bytes of that checksum."""

    size: int
    checksum: str


class OpenTail:
    """The bytes of a file behind its beginning, which was found to be what it should; read and hashed once."""

    def __init__(self, rest: Iterator[bytes], update: Callable[[bytes], None], checksum: Callable[[], str]) -> None:
        self._rest = rest
        self._update = update
        self._checksum = checksum

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes, once; raise `SourceChanged` instead of ending if the file is not what it was."""
        for chunk in self._rest:
            self._update(chunk)
            yield chunk

    def checksum(self) -> str:
        """Return the checksum of the whole file, once all chunks were taken."""
        return self._checksum()


@contextmanager
def behind(source: Source, path: str, entry: Entry, beginning: Beginning, hash_name: str) -> Iterator[OpenTail | None]:
    """
    Read a file as far as its beginning goes and hand out the rest; None if it does not begin like that.

    The file is read once, whatever the scheme of the beginning's checksum is; `hash_name` is that of the whole.
    """
    whole_hash, first_name = new_hash(hash_name), hash_of(beginning.checksum)
    first_hash = None if first_name == hash_name else new_hash(first_name)
    with source.open(path, entry) as opened:
        _unchanged(source.describe(opened, entry.name), entry, path)
        for chunk in _rest(opened, beginning.size, path):
            whole_hash.update(chunk)
            if first_hash is not None:
                first_hash.update(chunk)
        if catalogue_form(first_name, (first_hash or whole_hash).digest()) != beginning.checksum:
            yield None
            return

        def rest() -> Iterator[bytes]:
            yield from _rest(opened, entry.size - beginning.size, path)
            _unchanged(source.describe(opened, entry.name), entry, path)

        yield OpenTail(rest(), whole_hash.update, lambda: catalogue_form(hash_name, whole_hash.digest()))


def _read(opened: BinaryIO, size: int, path: str) -> bytes:
    """Read once; an error of the device concerns this file only."""
    try:
        return opened.read(size)
    except OSError as error:
        raise SourceUnreadable(f"{shown(path)} cannot be read: {error.strerror}") from error


def _unchanged(now: Entry, before: Entry, path: str) -> None:
    """Raise `SourceChanged` unless both are the same file with the same content, as far as its inode can say."""
    if now[2:6] != before[2:6]:  # size, mtime, ctime, inode
        raise SourceChanged(f"{shown(path)} changed while it was read")
