"""PDF with reportlab: one column, two columns, and what is meant to deceive."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.corpus.cv.writers.layout import Kind, Row

_FONTS = "/usr/share/fonts/truetype/dejavu/"
#: kind -> (font, size, space before)
_LOOK = {
    Kind.NAME: ("Bold", 20.0, 0.0),
    Kind.LABEL: ("Plain", 12.0, 2.0),
    Kind.CONTACT: ("Plain", 9.5, 2.0),
    Kind.HEADING: ("Bold", 13.0, 12.0),
    Kind.ROLE: ("Bold", 10.0, 6.0),
    Kind.LINE: ("Plain", 10.0, 1.0),
    Kind.BULLET: ("Plain", 10.0, 1.0),
}


def _canvas(out: io.BytesIO) -> Canvas:
    pdfmetrics.registerFont(TTFont("Plain", _FONTS + "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", _FONTS + "DejaVuSans-Bold.ttf"))
    return Canvas(out, pagesize=A4, invariant=1)


class _Column:
    """Places rows from the top down."""

    def __init__(self, canvas: Canvas, left: float, right: float, top: float = 60) -> None:
        self.canvas, self.left, self.right, self.top = canvas, left, right, top

    def put(self, row: Row) -> None:
        """Place one row, broken into lines."""
        font, size, before = _LOOK[row.kind]
        self.top += before
        if self.top > A4[1] - 70:
            self.canvas.showPage()
            self.top = 60
        text, _, aside = row.text.partition("\t")
        indent = 14 if row.kind is Kind.BULLET else 0
        wide = self.right - self.left - indent - (130 if aside else 0)
        self.canvas.setFont(font, size)
        for number, line in enumerate(simpleSplit(text, font, size, wide)):
            base = A4[1] - self.top - size
            if indent and not number:
                self.canvas.drawString(self.left, base, "•")
            self.canvas.drawString(self.left + indent, base, line)
            if aside and not number:
                self.canvas.drawRightString(self.right, base, aside)
            self.top += size * 1.35


def _dates_left(canvas: Canvas, column: _Column, row: Row) -> None:
    when, _, what = row.text.partition("\t")
    canvas.setFont("Plain", 10)
    canvas.drawString(column.left, A4[1] - column.top - 6 - 10, when)
    inner = _Column(canvas, column.left + 130, column.right, column.top)
    inner.put(Row(Kind.ROLE, what))
    column.top = inner.top


def one_column(rows: list[Row], *, dates_left: bool = False, extra: str = "") -> bytes:
    """Write one column; `extra` is text in white."""
    out = io.BytesIO()
    canvas = _canvas(out)
    column = _Column(canvas, 56, A4[0] - 56)
    for row in rows:
        if dates_left and row.kind is Kind.ROLE:
            _dates_left(canvas, column, row)
        else:
            column.put(row)
    if extra:
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont("Plain", 9)
        canvas.drawString(56, 40, extra)
    canvas.save()
    return out.getvalue()


def two_columns(rows: list[Row], *, interleaved: bool = False) -> bytes:
    """Write a narrow column beside a wide one; `interleaved` writes them in turns, as a table does."""
    out = io.BytesIO()
    canvas = _canvas(out)
    head = _Column(canvas, 40, A4[0] - 40, 40)
    for row in rows[:2]:
        head.put(row)
    side = _Column(canvas, 40, 195, head.top + 20)
    main = _Column(canvas, 220, A4[0] - 40, head.top + 20)
    narrow = [row for row in rows[2:] if row.side]
    wide = [row for row in rows[2:] if not row.side]
    if interleaved:
        for number in range(max(len(narrow), len(wide))):
            for column, part in ((side, narrow), (main, wide)):
                if number < len(part):
                    column.put(part[number])
    else:
        for column, part in ((side, narrow), (main, wide)):
            for row in part:
                column.put(row)
    canvas.save()
    return out.getvalue()
