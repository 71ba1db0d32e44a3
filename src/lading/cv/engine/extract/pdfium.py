"""The primary reader of PDFs: characters with place, size and colour, by PDFium. Runs in the child process only."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from lading.cv.engine.document import Box, Hidden, Link, Picture
from lading.cv.engine.errors import Broken, Encrypted, TooLarge, TooManyPages
from lading.cv.engine.extract.limits import Limits

#: letters under this height are read by no person
_TINY = 4.0
#: per channel; less is no contrast
_CONTRAST = 24
_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
_BOLD = 600
#: names of bold fonts; those of TeX end in bx and their size
_BOLD_NAMES = re.compile(rb"bold|black|heavy|(?:cm|ec|sf|tc)(?:ss)?bx\d")
_BREAKS = frozenset({10, 13})
_SPACE = 32
#: what PDFium gives for a hyphen at the end of a line
_HYPHEN = 2
_SURROGATES = range(0xD800, 0xE000)

Colour = tuple[int, int, int]
_PAPER: Colour = (255, 255, 255)


class Glyph(NamedTuple):
    """One character on a page, in points from the upper left corner. A page has thousands: a tuple is made quickest."""

    text: str
    box: Box
    #: of the baseline
    base: float
    size: float
    bold: bool
    hidden: Hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page as PDFium sees it, its characters in the order of the file."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    pictures: tuple[Picture, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Area:
    """Something painted under the text; a picture has no single colour."""

    box: Box
    colour: Colour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """How one piece of text is drawn; asked once for all of its characters."""

    size: float
    bold: bool
    colour: Colour
    #: 0 to 255
    alpha: int
    is_drawn: bool

    def on(self, ground: Colour) -> Hidden:
        """Say whether it is seen on a ground of that colour."""
        if self.size < _TINY:
            return Hidden.TINY
        if not self.is_drawn:
            return Hidden.NOT_DRAWN
        differs = max(abs(one - other) for one, other in zip(self.colour, ground, strict=True))
        return Hidden.COLOUR if self.alpha <= _CONTRAST or differs <= _CONTRAST else Hidden.NO


def sheets(content: bytes, limits: Limits) -> Iterator[Sheet]:
    """Yield the pages; raise `Encrypted`, `Broken`, `TooManyPages` or `TooLarge`."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise Encrypted("The PDF needs a password", hint="Save a copy without a password and give that") from error
        raise Broken("The PDF is damaged", hint="Export it again from where it was written") from error
    if len(document) > limits.pages:
        raise TooManyPages(
            f"The PDF has {len(document)} pages; at most {limits.pages} are read",
            hint="Give the CV alone, as its own file",
        )
    characters = 0
    for index in range(len(document)):
        sheet = _sheet(document, index, limits)
        characters += len(sheet.glyphs)
        if characters > limits.characters:
            raise TooLarge(f"The PDF has more than {limits.characters} characters", hint="Give the CV alone")
        yield sheet


def _sheet(document: pdfium.PdfDocument, index: int, limits: Limits) -> Sheet:
    try:
        page = document[index]
        text = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise Broken(f"Page {index + 1} of the PDF is damaged", hint="Export it again") from error
    width, height = page.get_size()
    areas, pictures = _painted(page, index + 1, height, limits)
    if text.count_chars() > 2 * limits.characters:
        raise TooLarge(f"The PDF has more than {limits.characters} characters", hint="Give the CV alone")
    glyphs = tuple(_glyphs(text, width, height, areas))
    return Sheet(
        number=index + 1,
        width=round(width, 2),
        height=round(height, 2),
        glyphs=glyphs,
        pictures=tuple(pictures),
        links=tuple(_links(page, text, index + 1)),
    )


def _painted(page: pdfium.PdfPage, number: int, height: float, limits: Limits) -> tuple[list[_Area], list[Picture]]:
    """Return what is painted under the text, lowest first."""
    areas: list[_Area] = []
    pictures: list[Picture] = []
    if raw.FPDFPage_CountObjects(page) > limits.objects:
        raise TooLarge(f"Page {number} draws more than {limits.objects} objects", hint="Export it without drawings")
    for item in page.get_objects(max_depth=3):
        if item.type not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
            continue
        left, bottom, right, top = item.get_bounds()
        box = Box(left=left, top=height - top, right=right, bottom=height - bottom)
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            areas.append(_Area(box, None))
            pictures.append(Picture(page=number, width=round(right - left, 1), height=round(top - bottom, 1)))
        elif _is_filled(item):
            areas.append(_Area(box, _fill(item)))
    return areas, pictures


def _is_filled(item: pdfium.PdfObject) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroke)
    return bool(mode.value != raw.FPDF_FILLMODE_NONE)


def _fill(item: pdfium.PdfObject) -> Colour:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return red.value, green.value, blue.value


def _glyphs(page_text: pdfium.PdfTextPage, width: float, height: float, areas: list[_Area]) -> Iterator[Glyph]:
    inks: dict[int, tuple[_Ink, Hidden]] = {}
    last: Glyph | None = None
    rectangle, across, up = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    # asked for each character: what the wrapper would convert with every call is converted once
    text, count = page_text.raw, page_text.count_chars()
    to_rectangle, to_across, to_up = (ctypes.byref(each) for each in (rectangle, across, up))
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _BREAKS or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        raw.FPDFText_GetLooseCharBox(text, index, to_rectangle)
        raw.FPDFText_GetCharOrigin(text, index, to_across, to_up)
        left, top, right, bottom = rectangle.left, height - rectangle.top, rectangle.right, height - rectangle.bottom
        box = Box(left=left, top=top, right=right, bottom=bottom)
        base = height - up.value
        if code == _SPACE and last is not None:
            # nobody sees one; what runs from the right has some of a size of their own, smaller than any letter
            yield last._replace(text=" ", box=box, base=base)
            continue
        drawn = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(drawn.contents) if drawn else 0
        if key not in inks:
            made = _ink(text, index, drawn)
            inks[key] = made, made.on(_PAPER)
        ink, hidden = inks[key]
        x, y = (left + right) / 2, (top + bottom) / 2
        if not (0 <= x <= width and 0 <= y <= height):
            hidden = Hidden.OFF_PAGE
        elif areas:
            hidden = _hidden_over(ink, areas, (x, y))
        last = Glyph(_character(text, index, code), box, base, ink.size, ink.bold, hidden)
        yield last


def _character(text: raw.FPDF_TEXTPAGE, index: int, code: int) -> str:
    """Return a character; U+FFFD where the font does not say which it is."""
    if code == _HYPHEN:
        return "-"
    unmapped = code == 0 or code in _SURROGATES or raw.FPDFText_HasUnicodeMapError(text, index) == 1
    return "\ufffd" if unmapped else chr(code)


def _ink(text: raw.FPDF_TEXTPAGE, index: int, drawn: object) -> _Ink:
    """Return how the piece of text is drawn that this character is of."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    return _Ink(
        size=_size(text, index),
        bold=raw.FPDFText_GetFontWeight(text, index) >= _BOLD or _named_bold(text, index),
        colour=(red.value, green.value, blue.value),
        alpha=alpha.value,
        is_drawn=not drawn or raw.FPDFTextObj_GetTextRenderMode(drawn) != _INVISIBLE,
    )


def _size(text: raw.FPDF_TEXTPAGE, index: int) -> float:
    """Return the height of the letters as drawn: the size of the font times what the page does to it."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    scale = float((matrix.c**2 + matrix.d**2) ** 0.5)
    return round(float(raw.FPDFText_GetFontSize(text, index)) * (scale or 1.0), 2)


def _named_bold(text: raw.FPDF_TEXTPAGE, index: int) -> bool:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, buffer, 128, flags)
    return bool(_BOLD_NAMES.search(buffer.value.lower()))


def _hidden_over(ink: _Ink, areas: list[_Area], middle: tuple[float, float]) -> Hidden:
    """Say whether it is seen where it stands over what was painted."""
    under = next((area for area in reversed(areas) if _within(area.box, middle)), None)
    if under is None:
        return ink.on(_PAPER)
    if under.colour is None:
        # over a picture: what contrast it has is not known, and a scan has its text there
        return Hidden.TINY if ink.size < _TINY else Hidden.NO
    return ink.on(under.colour)


def _within(box: Box, point: tuple[float, float]) -> bool:
    return box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom


def _links(page: pdfium.PdfPage, text: pdfium.PdfTextPage, number: int) -> Iterator[Link]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, position, link):
        buffer = ctypes.create_string_buffer(2048)
        action = raw.FPDFLink_GetAction(link)
        if not action or not raw.FPDFAction_GetURIPath(page.pdf, action, buffer, 2048):
            continue
        where = raw.FS_RECTF()
        raw.FPDFLink_GetAnnotRect(link, where)
        shown = text.get_text_bounded(where.left, where.bottom, where.right, where.top)
        yield Link(url=buffer.value.decode("utf-8", "replace"), text=" ".join(shown.split()), page=number)
