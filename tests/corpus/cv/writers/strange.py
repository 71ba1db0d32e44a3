"""Files that cannot be read, and text that nobody sees."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.corpus.cv.writers import pdf, word
from tests.corpus.cv.writers.layout import Row

_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def scanned(rows: list[Row]) -> bytes:
    """Write a page that is one picture of the text, at 75 dots an inch."""
    picture = Image.new("L", (620, 877), 250)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(_FONT, 11)
    for number, row in enumerate(rows):
        pen.text((50, 40 + 15 * number), row.text.replace("\t", "     "), font=font, fill=30)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(picture.rotate(0.7, fillcolor=250)), 0, 0, *A4)
    canvas.save()
    return out.getvalue()


def encrypted(rows: list[Row]) -> bytes:
    """Write a PDF that only opens with a password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf.one_column(rows)))
    writer.encrypt("a password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def broken_pdf(rows: list[Row]) -> bytes:
    """Write a PDF of which only the beginning arrived."""
    return pdf.one_column(rows)[:900]


def broken_docx(rows: list[Row]) -> bytes:
    """Write a DOCX of which the end is missing."""
    return word.by_python_docx(rows)[:-700]


def hiding(text: str, how: str) -> Callable[[list[Row]], bytes]:
    """Return a writer that hides a text: tiny, off the page, or not drawn."""

    def write(rows: list[Row]) -> bytes:
        under = io.BytesIO()
        canvas = Canvas(under, pagesize=A4, invariant=1)
        place = canvas.beginText(*((60, 40) if how != "off the page" else (60, -200)))
        place.setFont("Helvetica", 2 if how == "tiny" else 10)
        place.setTextRenderMode(3 if how == "not drawn" else 0)
        place.textLine(text)
        canvas.drawText(place)
        canvas.save()
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf.one_column(rows)))
        writer.pages[-1].merge_page(pypdf.PdfReader(under).pages[0])
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return write
