"""
The pages of a PDF as a person sees them.

The file is drawn in the confined child process (`child`), which hands over nothing but pixels: what a browser gets was
encoded here, so a child that was taken over by what it drew can paint another picture and no more.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lading.cv.engine.document import Format
from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract.confined import draw_confined
from lading.cv.engine.extract.kinds import kind_of
from lading.cv.engine.extract.limits import Limits

#: drawing takes a tenth of a second a page; what takes so long is no CV
_SECONDS = 10.0
_DEFAULT = Limits(seconds=_SECONDS)
#: bytes of the line before the pixels
_HEAD = 100
_CHANNELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """One page, drawn."""

    #: counted from 1
    number: int
    #: pixels
    width: int
    height: int
    png: bytes


def draw(content: bytes, limits: Limits = _DEFAULT) -> Sequence[PagePicture]:
    """Return the pages of a PDF that could be drawn; none of what is no PDF, and of one that its limits have stopped."""
    try:
        is_pdf = len(content) <= limits.bytes and kind_of(content) is Format.PDF
    except DocumentRefused:
        return ()
    if not is_pdf:
        return ()
    most = limits.drawn_pages * (_CHANNELS * limits.pixels + _HEAD)
    return list(_pictures(draw_confined(content, limits, most), limits))


def _pictures(answer: bytes, limits: Limits) -> Iterator[PagePicture]:
    """Yield what the child drew, up to the first thing that is no page."""
    at, before = 0, 0
    while (end := answer.find(b"\n", at, at + _HEAD)) > 0:
        head = _head_of(answer[at:end])
        at, size = end + 1, _CHANNELS * head[1] * head[2]
        is_page = before < head[0] <= limits.pages and 0 < size <= _CHANNELS * limits.pixels
        if not is_page or at + size > len(answer):
            return
        yield PagePicture(number=head[0], width=head[1], height=head[2], png=_png(answer[at : at + size], *head[1:]))
        at, before = at + size, head[0]


def _head_of(line: bytes) -> tuple[int, int, int]:
    """Return number, width and height; zeros where the line says something else."""
    try:
        head = json.loads(line)
        number, width, height = (head[name] for name in ("number", "width", "height"))
    except (ValueError, KeyError, TypeError):
        return 0, 0, 0
    if not all(type(one) is int and 0 < one <= 1 << 20 for one in (number, width, height)):
        return 0, 0, 0
    return number, width, height


def _png(pixels: bytes, width: int, height: int) -> bytes:
    """Return pixels as PNG (ISO/IEC 15948): eight bits a channel, no filter."""
    row = _CHANNELS * width
    lines = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
