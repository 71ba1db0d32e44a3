"""What a scan batch carries, as bytes in its row: ranges of the tree, or single paths."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from lading.ingest.engine.scan import Range
from lading.ingest.engine.verifywalk import Stretch

#: where a run begins: the whole source
ROOT = Range()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPayload:
    """What a scan batch has to look at."""

    ranges: tuple[Range, ...] = ()
    #: entries that it may read
    entries: int = 0
    #: single paths, instead of ranges
    paths: tuple[str, ...] = ()


def pack_ranges(ranges: Sequence[Range], entries: int) -> bytes:
    """Return ranges and the budget of entries as bytes; lone surrogates survive as JSON escapes."""
    return _packed({"entries": entries, "ranges": [astuple(part) for part in ranges]})


def pack_paths(paths: Sequence[str]) -> bytes:
    """Return single paths as bytes."""
    return _packed({"paths": list(paths)})


def pack_stretches(stretches: Sequence[Stretch], entries: int) -> bytes:
    """Return what is to be compared, and the budget of entries, as bytes."""
    return _packed({"entries": entries, "stretches": [astuple(part) for part in stretches]})


def unpack_stretches(payload: bytes) -> tuple[list[Stretch], int]:
    """Return what `pack_stretches` was given."""
    value = json.loads(zlib.decompress(payload))
    return [Stretch(*row) for row in value["stretches"]], value["entries"]


def unpack(payload: bytes) -> ScanPayload:
    """Return what was packed."""
    value = json.loads(zlib.decompress(payload))
    return ScanPayload(
        ranges=tuple(Range(*row) for row in value.get("ranges", ())),
        entries=value.get("entries", 0),
        paths=tuple(value.get("paths", ())),
    )


def _packed(value: dict[str, object]) -> bytes:
    return zlib.compress(json.dumps(value).encode(), 1)
