"""
What a batch found unchanged, as bytes in its row: never one row for each path.

A *segment line* stands for the live entries of one stored range of names; a *name line* for files that a transfer
batch found to be the same after all. A manifest is expanded from them as long as the snapshot still says the same.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lading.ingest.engine.snapshot import SegmentHead


@dataclass(frozen=True, slots=True, kw_only=True)
class UnchangedRange:
    """Unchanged entries of one folder: a whole stored range (`fingerprint`), or some names."""

    folder: str
    count: int
    lo: bytes = b""
    fingerprint: bytes = b""
    names: tuple[str, ...] = ()
    #: what else there is to say of them
    code: str = ""


def of_segment(folder: str, head: SegmentHead) -> UnchangedRange:
    """Return the line for a segment whose fingerprint is the stored one."""
    return UnchangedRange(folder=folder, count=head.count, lo=head.lo, fingerprint=head.fingerprint)


def of_names(folder: str, names: Sequence[str], code: str = "") -> UnchangedRange:
    """Return the line for single files."""
    return UnchangedRange(folder=folder, count=len(names), names=tuple(names), code=code)


def encode(ranges: Iterable[UnchangedRange]) -> bytes:
    """Return the lines as bytes; b"" for none."""
    rows = [
        [part.folder, part.count, part.lo.hex(), part.fingerprint.hex(), list(part.names), part.code] for part in ranges
    ]
    return zlib.compress(json.dumps(rows).encode(), 1) if rows else b""


def decode(result: bytes) -> list[UnchangedRange]:
    """Return what `encode` was given."""
    if not result:
        return []
    return [
        UnchangedRange(
            folder=folder,
            count=count,
            lo=bytes.fromhex(lo),
            fingerprint=bytes.fromhex(mark),
            names=tuple(names),
            code=code[0] if code else "",
        )
        for folder, count, lo, mark, names, *code in json.loads(zlib.decompress(result))
    ]
