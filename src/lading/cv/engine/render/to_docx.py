"""A sheet as a word-processor file: plain paragraphs, headings and lists, nothing in tables or boxes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Length, Pt, RGBColor

from lading.cv.engine.render.rendered import Template
from lading.cv.engine.render.sheet import Entry, Part, Sheet

#: what is not a day of anybody's life: equal resumes give equal bytes
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_SIZES = {Template.COMPACT: 9.5, Template.CLASSIC: 11.0}
_MARGINS = {Template.COMPACT: 1.5}
_TEXT_WIDTH = 21.0
_TONE = RGBColor(0x1F, 0x4E, 0x79)


def to_docx(sheet: Sheet, template: Template) -> bytes:
    """Return the file; the same sheet gives the same bytes."""
    document = docx.Document()
    _set_up(document, sheet, template)
    _top(document, sheet, template)
    margin = _MARGINS.get(template, 2.0)
    for part in sheet.parts:
        _part(document, part, Cm(_TEXT_WIDTH - 2 * margin))
    stream = io.BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue())


def _set_up(document: Document, sheet: Sheet, template: Template) -> None:
    margin = Cm(_MARGINS.get(template, 2.0))
    for section in document.sections:
        section.page_width, section.page_height = Cm(_TEXT_WIDTH), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = margin
    normal = document.styles["Normal"]
    normal.font.name = "Calibri" if template in {Template.PLAIN, Template.ACCENT} else "Cambria"
    normal.font.size = Pt(_SIZES.get(template, 10.5))
    normal.paragraph_format.space_after = Pt(3)
    for name, size in (("Title", 18), ("Heading 1", 12)):
        font = document.styles[name].font
        font.name, font.size, font.bold = normal.font.name, Pt(size), True
        font.color.rgb = _TONE if template is Template.ACCENT else RGBColor(0, 0, 0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(sheet.name), "", ""
    properties.created = properties.modified = _EPOCH
    properties.last_modified_by, properties.revision = "", 1


def _top(document: Document, sheet: Sheet, template: Template) -> None:
    lines = [
        (sheet.name, "Title"),
        (sheet.label, "Normal"),
        (" | ".join(sheet.contact), "Normal"),
    ]
    for text, style in lines:
        if text:
            paragraph = document.add_paragraph(_clean(text), style=style)
            if template is Template.CLASSIC:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _part(document: Document, part: Part, width: Length) -> None:
    document.add_heading(_clean(part.heading), level=1)
    for line in part.lines:
        document.add_paragraph(_clean(line))
    for entry in part.entries:
        _entry(document, entry, width)


def _entry(document: Document, entry: Entry, width: Length) -> None:
    head = document.add_paragraph()
    head.add_run(_clean(entry.title)).bold = True
    if entry.dates:
        head.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        head.add_run(f"\t{_clean(entry.dates)}")
    head.paragraph_format.keep_with_next = bool(entry.paragraphs or entry.organisation)
    if entry.organisation:
        document.add_paragraph(_clean(entry.organisation))
    for one in entry.paragraphs:
        document.add_paragraph(_clean(one.text), style="List Bullet" if one.listed else "Normal")


def _clean(text: str) -> str:
    """Return a text on one line, without what XML cannot hold."""
    kept = "".join(char for char in text if char.isprintable() or char in "\t\u200e\u200f")
    return " ".join(kept.split())


def _timeless(content: bytes) -> bytes:
    """Return the package with the same time on every part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=_EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return stream.getvalue()
