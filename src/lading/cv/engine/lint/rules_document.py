"""Rules about the file: what stands where no reader, or only some readers, look."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from lading.cv.engine.lint.asking import Gate, Questions, named, needs_layout, needs_lines, only
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage, Skip, Where, not_applicable, not_assessed
from lading.cv.engine.values import Format, Line, Part

QUESTIONS = Questions()

#: readers agree where this share of the words comes in the same order; spacing makes the rest
_SAME_ORDER = 0.95
#: share of the words of each reader that the other has too, from which on the rest is a matter of spaces and accents
_IN_BOTH = 0.7
#: beyond this many words the comparison may take short cuts
_MANY_WORDS = 5000
#: points; smaller type is hard to read
_SMALL = 9.0
#: share of letters that may be small: footnotes, exponents
_SMALL_SHARE = 0.05
#: share of words of one character above which a text has fallen apart, of at least so many words
_SINGLE_SHARE = 0.3
_SINGLE_WORDS = 20
_LIGATURES = frozenset("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06")
#: signs without meaning; icons of the private area are a rule of their own
_MEANINGLESS = ("\ufffd", "(cid:")


def _has_two_readings(cv: Context) -> Skip | None:
    return None if len(cv.document.readings) > 1 else not_assessed("only one of the two readers could read the file")


@QUESTIONS.rule("READERS_DISAGREE", needs_layout, _has_two_readings)
def readers_disagree(cv: Context) -> Iterator[Passage]:
    """The order of the file is not the order on the page. Words that only one reader has tell nothing of the order."""
    one, other = (" ".join(reading.lines).split() for reading in cv.document.readings[:2])
    both = set(one) & set(other)
    if len(both) >= _IN_BOTH * max(len(set(one)), len(set(other))):
        one, other = ([word for word in words if word in both] for words in (one, other))
    matcher = SequenceMatcher(None, one, other, autojunk=len(one) > _MANY_WORDS)
    if matcher.real_quick_ratio() < _SAME_ORDER or matcher.ratio() < _SAME_ORDER:
        pairs = enumerate(zip_longest(one, other, fillvalue=""))
        place = next((number for number, (first, second) in pairs if first != second), 0)
        yield Passage(pointer="", text=f"{_from(one, place)} / {_from(other, place)}")


def _from(words: list[str], place: int) -> str:
    return " ".join(words[max(0, place - 2) : place + 4])


@QUESTIONS.rule("TWO_COLUMNS", needs_layout)
def two_columns(cv: Context) -> Iterator[Passage]:
    """Text runs beside text."""
    for page in cv.document.pages:
        if page.columns > 1:
            yield Passage(pointer="", text=f"{page.columns} columns", where=Where(page=page.number))


def _names_parts(cv: Context) -> Skip | None:
    if cv.document.format in {Format.DOCX, Format.MARKDOWN}:
        return None
    if cv.document.format is Format.PDF:
        return not_assessed("a PDF does not say what is a table, a box or a header")
    return not_applicable(f"{named(cv.document.format)} has no such parts")


def _in_parts(cv: Context, *parts: Part) -> Iterator[Passage]:
    """Yield the first line of each run of lines in these parts; a page number alone is no text."""
    before = -1
    for line in cv.lines:
        if line.part in parts and any(char.isalpha() for char in line.text):
            if line.number != before + 1:
                yield cv.at(line)
            before = line.number


@QUESTIONS.rule("TEXT_IN_TABLES", _names_parts)
def text_in_tables(cv: Context) -> Iterator[Passage]:
    """Text in a table."""
    yield from _in_parts(cv, Part.TABLE)


@QUESTIONS.rule("TEXT_IN_HEADER_FOOTER", _names_parts)
def text_in_header_footer(cv: Context) -> Iterator[Passage]:
    """Text in a header or footer."""
    yield from _in_parts(cv, Part.HEADER, Part.FOOTER)


@QUESTIONS.rule("TEXT_BOXES", _names_parts)
def text_boxes(cv: Context) -> Iterator[Passage]:
    """Text in a text box."""
    yield from _in_parts(cv, Part.TEXT_BOX)


_CAN_HIDE: Gate = only(Format.PDF, Format.DOCX, Format.MARKDOWN)


@QUESTIONS.rule("HIDDEN_TEXT", _CAN_HIDE)
def hidden_text(cv: Context) -> Iterator[Passage]:
    """Text that nobody sees."""
    for line in cv.document.concealed:
        if line.text.strip():
            where = cv.at(line).where
            yield Passage(pointer="", text=f"{line.hidden.value}: {line.text}", where=where)


def _sizes_known(cv: Context) -> Skip | None:
    return None if any(line.size for line in cv.lines) else not_assessed("the size of the type is not known")


@QUESTIONS.rule("SMALL_FONT", only(Format.PDF, Format.DOCX), _sizes_known)
def small_font(cv: Context) -> Iterator[Passage]:
    """More than a footnote in small type."""
    sized = [line for line in cv.lines if line.size]
    small = [line for line in sized if line.size < _SMALL]
    if _letters(small) > _SMALL_SHARE * _letters(sized):
        where = cv.at(small[0]).where
        yield Passage(pointer="", text=f"{small[0].size:.1f} pt: {small[0].text}", where=where)


def _letters(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)


@QUESTIONS.rule("GARBLED_TEXT", needs_lines)
def garbled_text(cv: Context) -> Iterator[Passage]:
    """Signs without meaning, or words fallen apart."""
    for line in cv.lines:
        if any(sign in line.text for sign in _MEANINGLESS):
            yield cv.at(line)
    tokens = [token for token in cv.document.text.split() if any(char.isalpha() for char in token)]
    single = [token for token in tokens if len(token) == 1]
    if len(tokens) >= _SINGLE_WORDS and len(single) > _SINGLE_SHARE * len(tokens):
        yield Passage(pointer="", text=f"{len(single)} of {len(tokens)} words have one letter")


@QUESTIONS.rule("LIGATURES_LOST", needs_lines)
def ligatures_lost(cv: Context) -> Iterator[Passage]:
    """Joined letters in the text."""
    yield from (cv.at(line) for line in cv.lines if _LIGATURES & set(line.text))


@QUESTIONS.rule("ICON_FONT_CONTACTS", needs_lines)
def icon_font_contacts(cv: Context) -> Iterator[Passage]:
    """An icon in a line with contact data."""
    basics = cv.resume.basics
    fields = [basics.email, basics.phone, basics.location, *(profile.url for profile in basics.profiles)]
    contact = {number for field in fields if field for number in field.lines}
    for line in cv.lines:
        is_contact = line.number in contact or "@" in line.text
        if is_contact and any(unicodedata.category(char) == "Co" for char in line.text):
            yield cv.at(line)


@QUESTIONS.rule("PHOTO", only(Format.PDF, Format.DOCX))
def photo(cv: Context) -> Iterator[Passage]:
    """A picture, if only a decoration."""
    for picture in cv.document.pictures:
        size = f"{picture.width:.0f} x {picture.height:.0f} pt" if picture.width else "a picture"
        yield Passage(pointer="", text=size, where=Where(page=picture.page))
