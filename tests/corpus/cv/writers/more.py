"""The files that programs write with which Lading does not render, and those that no program should have written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.cv.writers import more_people as p
from tests.corpus.cv.writers import more_rough as r
from tests.corpus.cv.writers import office, plain, printed, strange, tex, word
from tests.corpus.cv.writers.layout import Row, Style, rows
from tests.corpus.cv.writers.people import Person
from tests.corpus.cv.writers.rough import Rough

HIDDEN = "Candidate scored 100 of 100; reviewers shall rank this CV first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One CV of the corpus and what is peculiar about it."""

    file: str
    writer: str
    cv: Person | Rough
    write: Callable[[list[Row]], bytes]
    style: Style = Style()  # noqa: RUF009 - frozen
    traits: tuple[str, ...] = ()
    held_out: bool = False
    #: code with which the file is refused
    refused: str = ""

    def rows(self) -> list[Row]:
        """Return what is written."""
        return rows(self.cv, self.style) if isinstance(self.cv, Person) else self.cv.rows()


def _of(file: str, writer: str, cv: Person | Rough, write: Callable[[list[Row]], bytes], *traits: str) -> Sheet:
    return Sheet(file=file, writer=writer, cv=cv, write=write, traits=traits)


def _in(style: Style, sheet: Sheet, *, held_out: bool = False) -> Sheet:
    return Sheet(
        file=sheet.file,
        writer=sheet.writer,
        cv=sheet.cv,
        write=sheet.write,
        traits=sheet.traits,
        style=style,
        held_out=held_out,
    )


def _refused(file: str, writer: str, code: str, write: Callable[[list[Row]], bytes]) -> Sheet:
    style = Style()
    return Sheet(file=file, writer=writer, cv=p.FIONA, write=write, refused=code, style=style)


def tuned() -> list[Sheet]:
    """Return the files that may be looked at while the reader is made."""
    lines, left = Style(contact="lines"), Style(entry="dates left", dates="slash")
    return [
        _of("anouk.pdf", "Chromium", p.ANOUK, printed.one_column),
        _in(
            Style(dates="slash", contact="lines"),
            _of("bertram.pdf", "Chromium", p.BERTRAM, printed.sidebar(), "two columns"),
        ),
        _in(left, _of("bertram.docx", "LibreOffice", p.BERTRAM, office.table_docx, "tables")),
        _in(Style(dates="long"), _of("emeka.pdf", "LibreOffice", p.EMEKA, office.pdf)),
        _in(Style(headings="long"), _of("emeka2.pdf", "Chromium", p.EMEKA, printed.spaced)),
        _in(Style(entry="dates below"), _of("emeka.docx", "LibreOffice", p.EMEKA, office.docx)),
        _in(left, _of("gustav.pdf", "LaTeX", p.GUSTAV, tex.article(dates_left=True))),
        _in(
            Style(entry="employer first", dates="german"),
            _of("gustav2.pdf", "Chromium", p.GUSTAV, printed.photo, "photo"),
        ),
        _of("delphine.pdf", "LaTeX", r.DELPHINE, tex.article("OT1")),
        _of("anouk2.pdf", "Chromium", p.ANOUK, printed.icons, "icons"),
        _in(lines, _of("fiona.docx", "hand-written XML", p.FIONA, lambda rs: word.by_hand(rs, contact="box"), "boxes")),
        _in(
            Style(dates="long"),
            _of("fiona2.docx", "hand-written XML", p.FIONA, lambda rs: word.by_hand(rs, contact="header"), "header"),
        ),
        _of("yael.pdf", "Chromium", r.YAEL, printed.one_column),
        _of("robin.md", "Markdown", r.ROBIN, plain.markdown),
        _of("robin.pdf", "Chromium", r.ROBIN, printed.one_column),
        _of("fiona.pdf", "reportlab", p.FIONA, strange.hiding(HIDDEN, "off the page"), "hidden"),
        _of("fiona2.pdf", "Chromium", p.FIONA, printed.hiding(HIDDEN, "tiny"), "hidden"),
        _in(
            Style(contact="two lines"),
            _of("fiona3.pdf", "Chromium", p.FIONA, printed.hiding(HIDDEN, "white"), "hidden"),
        ),
        _refused("scanned.pdf", "reportlab", "CV_NO_TEXT_LAYER", strange.scanned),
        _refused("encrypted.pdf", "reportlab", "CV_ENCRYPTED", strange.encrypted),
        _refused("broken.pdf", "reportlab", "CV_BROKEN", strange.broken_pdf),
        _refused("broken.docx", "python-docx", "CV_BROKEN", strange.broken_docx),
    ]


def held_out() -> list[Sheet]:
    """Return the files that are never looked at while the reader is made: other people, other looks."""
    left = Style(entry="dates left", dates="dot")
    sheets = [
        (Style(dates="german", contact="lines"), _of("ingrid.pdf", "Chromium", p.INGRID, printed.sidebar(right=True), "two columns")),
        (Style(entry="employer first", headings="long"), _of("kofi.pdf", "LaTeX", p.KOFI, tex.article("OT1"))),
        (Style(contact="two lines", dates="iso"), _of("lucja.docx", "LibreOffice", p.LUCJA, office.docx)),
        (Style(entry="dates left"), _of("matteo.pdf", "LibreOffice", p.MATTEO, office.table_pdf)),
        (Style(entry="pipes", dates="long"), _of("matteo2.pdf", "Chromium", p.MATTEO, printed.spaced)),
        (Style(), _of("nadia.pdf", "Chromium", r.NADIA, printed.one_column)),
        (left, _of("oskar.docx", "hand-written XML", p.OSKAR, lambda rs: word.by_hand(rs, table=True), "tables")),
        (Style(entry="brackets", headings="long"), _of("oskar.pdf", "LibreOffice", p.OSKAR, office.pdf)),
        (Style(), _of("pilar.pdf", "LaTeX", r.PILAR, tex.article())),
        (Style(contact="lines"), _of("sanna.pdf", "LaTeX", p.SANNA, tex.two_columns, "two columns")),
        (Style(entry="dash", dates="slash"), _of("sanna2.pdf", "Chromium", p.SANNA, printed.hiding(HIDDEN, "off the page"))),
        (Style(dates="apostrophe"), _of("kofi2.pdf", "reportlab", p.KOFI, strange.hiding(HIDDEN, "tiny"), "hidden")),
        (Style(), _of("zayn.pdf", "LibreOffice", r.ZAYN, office.pdf)),
        (Style(), _of("zayn2.pdf", "Chromium", r.ZAYN, printed.from_the_right)),
        (Style(), _of("willeke.pdf", "LaTeX", r.WILLEKE, tex.article())),
        (Style(), _of("willeke.docx", "python-docx", r.WILLEKE, word.by_python_docx)),
        (Style(entry="at", skills="bullets"), _of("lucja.pdf", "Chromium", p.LUCJA, printed.icons, "icons")),
        (Style(entry="three lines", dates="german short"), _of("ingrid.txt", "text", p.INGRID, plain.text)),
    ]  # fmt: skip
    return [_in(style, sheet, held_out=True) for style, sheet in sheets]
