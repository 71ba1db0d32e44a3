"""Reading a file so that nobody takes a torn copy for a good one: it is looked at before, and again after the last byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lading.base.errors import SourceChanged, SourceUnreadable
from lading.base.paths import shown
from lading.ingest.engine.destinations.checksums import catalogue_form, new_hash
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Entry

#: what is read of a large file at once
CHUNK = 4 * 1024 * 1024


def whole(source: Source, path: str, entry: Entry) -> bytes:
    """
    Return the bytes of a file that is as `entry` says, before and after; raise `SourceChanged` otherwise.

    They are read in one piece: what is put together from chunks is in memory twice.
    """
    with source.open(path) as opened:
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
    with source.open(path) as opened:
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


def hash_of(checksum: str) -> str:
    """Return the name of the hash that a catalogue checksum was made with."""
    return "sha256" if checksum.startswith("sha2:") else "md5"


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
