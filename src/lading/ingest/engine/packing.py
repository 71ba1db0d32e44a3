"""
How the entries of a segment lie in one compressed value.

Version 1: the byte 1; four bytes, big-endian, with the length of the next part; zlib (level 1) of a JSON list of
columns; the SHA-256 digests as they are, since random bytes do not compress. In the columns ctime is stored as the
difference to mtime and an inode as the difference to the one before; both are mostly small. Integers of any size and
names with lone surrogates survive.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

_VERSION = 1
_HEAD = 5
_SHA256 = "sha2:"
_DIGEST = 32


class Row(NamedTuple):
    """One entry as it is stored."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    checksum: str
    tag: str
    flags: int


def packed(rows: Sequence[Row]) -> bytes:
    """Return the value for these rows."""
    digests = [_digest(row.checksum) for row in rows]
    inodes = [row.inode for row in rows]
    columns = [
        [row.name for row in rows],
        [row.size for row in rows],
        [row.mtime_ns for row in rows],
        [row.ctime_ns - row.mtime_ns for row in rows],
        [inode - before for inode, before in zip(inodes, [0, *inodes], strict=False)],
        [0 if digest else row.checksum for row, digest in zip(rows, digests, strict=True)],
        [row.tag for row in rows],
        [row.flags for row in rows],
    ]
    text = zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 1)
    return b"".join((bytes([_VERSION]), len(text).to_bytes(_HEAD - 1, "big"), text, *digests))


def unpacked(value: bytes) -> list[Row]:
    """Return the rows of a value; raise `ValueError` if it is of a version that is not known."""
    if value[:1] != bytes([_VERSION]):
        raise ValueError(f"a snapshot segment of version {value[:1].hex()} cannot be read")
    end = _HEAD + int.from_bytes(value[1:_HEAD], "big")
    names, sizes, mtimes, later, steps, checksums, tags, flags = json.loads(zlib.decompress(value[_HEAD:end]))
    ctimes = map(int.__add__, mtimes, later)
    whole = _checksums(checksums, value[end:])
    columns: Iterable[tuple[str, int, int, int, int, str, str, int]]
    columns = zip(names, sizes, mtimes, ctimes, accumulate(steps), whole, tags, flags, strict=True)
    return list(map(Row._make, columns))


def _digest(checksum: str) -> bytes:
    """Return the raw digest, or nothing where the checksum is not the usual text of a SHA-256."""
    if not checksum.startswith(_SHA256):
        return b""
    try:
        raw = a2b_base64(checksum[len(_SHA256) :])
    except (Error, ValueError):
        return b""
    return raw if len(raw) == _DIGEST and _text(raw) == checksum else b""


def _text(digest: bytes) -> str:
    """Return the checksum as the catalogue writes it."""
    return _SHA256 + b64encode(digest).decode()


def _checksums(column: Iterable[str | int], digests: bytes) -> Iterator[str]:
    """Yield the checksums in order, the digests put back where the column has a zero."""
    raw = (digests[start : start + _DIGEST] for start in range(0, len(digests), _DIGEST))
    for value in column:
        yield value if isinstance(value, str) else _text(next(raw))
