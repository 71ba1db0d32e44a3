"""HTML, and what Chromium prints of it; LibreOffice reads the same HTML."""

from __future__ import annotations

import base64
import io
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

from tests.corpus.cv.writers.layout import Kind, Row

_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
_STYLE = """
@page { size: A4; margin: 18mm }
body { font: 10.5pt "DejaVu Sans", sans-serif; margin: 0 }
h1 { font-size: 21pt; margin: 0 } h2 { font-size: 13pt; margin: 12pt 0 3pt }
p { margin: 2pt 0 } p.role { font-weight: bold } p.label { font-size: 12pt }
span.aside { float: right } ul { margin: 2pt 0; padding-left: 14pt }
"""
_TAGS = {Kind.NAME: "h1", Kind.HEADING: "h2"}


def _body(rows: list[Row], *, dates_left: bool = False) -> str:
    return "\n".join(_blocks(rows, dates_left=dates_left))


def _blocks(rows: list[Row], *, dates_left: bool) -> Iterator[str]:
    listed: list[str] = []
    for row in [*rows, Row(Kind.LINE, "")]:
        if row.kind is Kind.BULLET:
            listed.append(f"<li>{escape(row.text)}</li>")
            continue
        if listed:
            yield "<ul>" + "".join(listed) + "</ul>"
            listed = []
        if row.text:
            yield _block(row, dates_left=dates_left)


def _block(row: Row, *, dates_left: bool) -> str:
    text, _, aside = (escape(part) for part in row.text.partition("\t"))
    tag = _TAGS.get(row.kind, "p")
    if dates_left and aside:
        return f'<table><tr><td width="130">{text}</td><td class="role"><b>{aside}</b></td></tr></table>'
    span = f'<span class="aside">{aside}</span>' if aside else ""
    return f'<{tag} class="{row.kind}">{span}{text}</{tag}>'


def _page(body: str, style: str = "", *, direction: str = "ltr") -> str:
    return (
        f'<!DOCTYPE html><html dir="{direction}"><head><meta charset="utf-8"><title></title>'
        f"<style>{_STYLE}{style}</style></head><body>{body}</body></html>"
    )


def page(rows: list[Row]) -> str:
    """Return one column as HTML, for those who convert it."""
    return _page(_body(rows))


def chromium(html: str) -> bytes:
    """Print a page to PDF."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "cv.html"), Path(folder, "cv.pdf")
        source.write_text(html, encoding="utf-8")
        subprocess.run(
            [*_CHROMIUM, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return target.read_bytes()


def one_column(rows: list[Row]) -> bytes:
    """Print one column."""
    return chromium(page(rows))


def spaced(rows: list[Row]) -> bytes:
    """Print headings in spaced capitals and a name in small ones, with justified text."""
    style = "h2 { letter-spacing: 0.3em; text-transform: uppercase } h1 { font-variant: small-caps } p, li { text-align: justify }"
    return chromium(_page(_body(rows), style))


def sidebar(*, right: bool = False) -> Callable[[list[Row]], bytes]:
    """Return a writer of a coloured narrow column beside a wide one."""

    def write(rows: list[Row]) -> bytes:
        head, narrow, wide = rows[:2], [row for row in rows[2:] if row.side], [row for row in rows[2:] if not row.side]
        columns = [f'<div class="narrow">{_body(narrow)}</div>', f'<div class="wide">{_body(wide)}</div>']
        sizes = "2fr 1fr" if right else "1fr 2fr"
        style = (
            f".grid {{ display: grid; grid-template-columns: {sizes}; gap: 16pt }}"
            ".narrow { background: #204060; color: white; padding: 8pt; overflow-wrap: anywhere }"
        )
        body = "".join(reversed(columns) if right else columns)
        return chromium(_page(f'{_body(head)}<div class="grid">{body}</div>', style))

    return write


def dates_left(rows: list[Row]) -> bytes:
    """Print entries as tables: dates left, the rest right."""
    return chromium(_page(_body(rows, dates_left=True)))


def icons(rows: list[Row]) -> bytes:
    """Print contact data behind signs of an icon font, one a line."""
    signs = ("\ue062", "\ue182", "\u2709", "\ue144")
    style = "i { font: 10pt 'GLYPHICONS Halflings'; margin-right: 6pt }"
    lines: list[str] = []
    for row in rows:
        if row.kind is Kind.CONTACT:
            parts = row.text.split(" | ")
            lines += [f"<p><i>{sign}</i>{escape(part)}</p>" for sign, part in zip(signs, parts, strict=False)]
        else:
            lines.append(_body([row]))
    return chromium(_page("\n".join(lines), style))


def photo(rows: list[Row]) -> bytes:
    """Print a portrait (drawn, of nobody) at the top right."""
    picture = Image.new("RGB", (240, 320), "#a0b0c0")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 50, 180, 190), fill="#e0c0a0")
    pen.rectangle((40, 200, 200, 320), fill="#405060")
    out = io.BytesIO()
    picture.save(out, "PNG")
    data = base64.b64encode(out.getvalue()).decode()
    return chromium(_page(f'<img style="float: right; width: 90pt" src="data:image/png;base64,{data}">{_body(rows)}'))


def from_the_right(rows: list[Row]) -> bytes:
    """Print a page whose base direction is right to left."""
    return chromium(_page(_body(rows), "span.aside { float: left }", direction="rtl"))


def hiding(text: str, how: str) -> Callable[[list[Row]], bytes]:
    """Return a writer that hides a text: white, tiny, or off the page."""
    style = {
        "white": "color: white",
        "tiny": "font-size: 1px",
        "off the page": "position: absolute; left: -3000px; top: 100px; white-space: nowrap",
    }[how]

    def write(rows: list[Row]) -> bytes:
        return chromium(_page(f'{_body(rows)}<p style="{style}">{escape(text)}</p>'))

    return write
