"""The pages of a PDF as pixels, drawn by PDFium. Runs in the child process only."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pypdfium2 as pdfium

from lading.cv.engine.errors import Broken
from lading.cv.engine.extract.limits import Limits

#: dots for a point: 108 an inch, on which the small print of a CV can be read
_SCALE = 1.5
_LESS = 0.98
#: points that a page's corner may be off
_NEAR = 0.5


def pages(content: bytes, limits: Limits) -> Iterator[tuple[int, int, int, bytes]]:
    """
    Yield number, width, height and pixels (red, green, blue; rows from the top) of each page, up to the limit.

    A page that is turned, or whose corner is not the origin, is left out: places of text are counted from the corner of the
    paper, and marks would stand elsewhere. Raise `Broken`.
    """
    try:
        document = pdfium.PdfDocument(content)
        for index in range(min(len(document), limits.drawn_pages)):
            page = document[index]
            if _is_plain(page):
                yield (index + 1, *_drawn(page, limits))
            page.close()
    except pdfium.PdfiumError as error:
        raise Broken("The PDF cannot be drawn") from error


def _is_plain(page: pdfium.PdfPage) -> bool:
    left, bottom, right, top = page.get_bbox()
    width, height = page.get_size()
    is_here = abs(left) < _NEAR and abs(bottom) < _NEAR
    is_whole = abs(right - width) < _NEAR and abs(top - height) < _NEAR
    return bool(page.get_rotation() == 0 and is_here and is_whole and width >= 1 and height >= 1)


def _drawn(page: pdfium.PdfPage, limits: Limits) -> tuple[int, int, bytes]:
    width, height = page.get_size()
    scale = min(_SCALE, math.sqrt(limits.pixels / (width * height)))
    while math.ceil(width * scale) * math.ceil(height * scale) > limits.pixels:  # PDFium rounds each side up
        scale *= _LESS
    bitmap = page.render(scale=scale, rev_byteorder=True)
    row, stride, raw = 3 * bitmap.width, bitmap.stride, bytes(bitmap.buffer)
    pixels = b"".join(raw[at * stride : at * stride + row] for at in range(bitmap.height))
    return bitmap.width, bitmap.height, pixels
