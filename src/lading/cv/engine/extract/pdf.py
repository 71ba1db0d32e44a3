"""PDF by two readers. Runs in the child process only."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdf
from pypdf.errors import PyPdfError

from lading.cv.engine.document import Document, Format, Hidden, Line, Page, Reading
from lading.cv.engine.errors import Empty, NoTextLayer
from lading.cv.engine.extract.identity import identified
from lading.cv.engine.extract.layout import Fragment, fragments, reading_order, rows
from lading.cv.engine.extract.limits import Limits
from lading.cv.engine.extract.marks import parted
from lading.cv.engine.extract.pdfium import Sheet, sheets

#: a page with a picture and fewer characters than this is a scan
_SCAN = 20


def read_pdf(content: bytes, limits: Limits) -> Document:
    """Return the document; raise a `DocumentRefused`."""
    seen = list(sheets(content, limits))
    if sum(len(sheet.glyphs) for sheet in seen) < _SCAN:
        if any(sheet.pictures for sheet in seen):
            raise NoTextLayer(
                "The pages are pictures: no text can be selected, and software that reads CVs sees nothing",
                hint="Export the CV from where it was written, or run text recognition over the scan",
            )
        raise Empty("The PDF has no text", hint="Export it again from where it was written")
    lines: list[Line] = []
    pages: list[Page] = []
    across: list[str] = []
    for sheet in seen:
        parts = fragments(sheet.glyphs)
        visible = [part for part in parts if not part.hidden]
        ordered, columns = reading_order(visible)
        lines += _lines(ordered, sheet, len(lines))
        lines += _lines(rows([part for part in parts if part.hidden]), sheet, len(lines))
        across += [parted(part.text)[0].replace("\t", " ") for part in rows(visible)]
        pages.append(Page(number=sheet.number, width=sheet.width, height=sheet.height, columns=columns))
    concealed = [line.text for line in lines if line.hidden]
    return identified(
        content,
        Document(
            format=Format.PDF,
            sha256="",
            size=len(content),
            lines=tuple(lines),
            reader="pypdfium2",
            pages=tuple(pages),
            pictures=tuple(picture for sheet in seen for picture in sheet.pictures),
            links=tuple(link for sheet in seen for link in sheet.links),
            readings=(*_second(content, concealed), Reading(reader="pypdfium2, rows of the page", lines=tuple(across))),
        ),
    )


def _lines(parts: list[Fragment], sheet: Sheet, before: int) -> Iterator[Line]:
    for number, part in enumerate(parts, before + 1):
        text, bullet = parted(part.text)
        yield Line(
            number=number,
            text=text,
            page=sheet.number,
            box=part.box,
            size=part.size,
            bold=part.bold,
            bullet=bullet,
            hidden=Hidden(part.hidden),
        )


def _second(content: bytes, concealed: list[str]) -> Iterator[Reading]:
    """Yield what the second reader sees, less what is hidden; nothing where it cannot read the file."""
    try:
        found = [
            line for page in pypdf.PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()
        ]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return
    kept = (parted(_without(line, concealed))[0] for line in found)
    yield Reading(reader="pypdf, order of the file", lines=tuple(" ".join(line.split()) for line in kept if line))


def _without(line: str, concealed: list[str]) -> str:
    """Return a line less the hidden text that stands in it: the second reader joins what is on one height."""
    if "".join(line.split()) in {"".join(text.split()) for text in concealed}:
        return ""
    for text in concealed:
        line = line.removesuffix(text) if line.endswith(text) else line.removeprefix(text)
    return line
