"""Reads what was rendered with the reader that reads any CV, and compares it field by field."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lading.cv.engine.extract import extract_bytes
from lading.cv.engine.extract.plain import leaves
from lading.cv.engine.improve.places import places_of
from lading.cv.engine.render.rendered import Rendered
from lading.cv.engine.resume import WORK
from lading.cv.engine.structure import structure
from lading.cv.engine.structure.dates import parse_date
from lading.cv.engine.values import Document, Education, Item, Period, Resume, Work

#: fields that are compared in another way, or not: a network is known by its address
_OTHERWISE = ("/period", "/network", "/studyType", "/area")
#: share of a line's words that have to be found again
_ENOUGH = 0.6
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """One field that did not come back as it was."""

    #: JSON Pointer into the resume
    pointer: str
    expected: str
    #: "" where nothing was found
    found: str
    #: a program that only selects text does not find it either
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a reader recovers of a rendered resume."""

    #: fields that were compared
    compared: int
    lost: tuple[Lost, ...]
    #: lines of the original file that are not in what was rendered
    left_behind: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every field came back and no line was left behind."""
        return not self.lost and not self.left_behind


def read_back(rendered: Rendered, resume: Resume, *, original: Document | None = None) -> ReadBack:
    """Return which fields of a resume come back from its rendered file; raise a `DocumentRefused` where it is unreadable."""
    document = extract_bytes(rendered.content)
    expected, found = dict(_fields(resume)), dict(_fields(structure(document)))
    texts = [_bare(document.text), *(_bare("\n".join(reading.lines)) for reading in document.readings)]
    lost = tuple(
        Lost(
            pointer=pointer,
            expected=value,
            found=found.get(pointer, ""),
            is_gone=not all(_is_in(pointer, value, text) for text in texts),
        )
        for pointer, value in expected.items()
        if not _is_same(value, found.get(pointer, ""))
    )
    return ReadBack(compared=len(expected), lost=lost, left_behind=_left_behind(original, document))


def _is_in(pointer: str, value: str, text: str) -> bool:
    """Say whether the letters of a field are in a text; of a period, which is written in many ways, its years."""
    parts = _YEAR.findall(value) if pointer.endswith("/period") else [_bare(value)]
    return all(part in text for part in parts)


def _fields(resume: Resume) -> Iterator[tuple[str, str]]:
    """Yield what is compared: every text but headings, dates as they are understood, skills and languages as sets."""
    for pointer, place in places_of(resume).items():
        part = pointer.split("/")[1]
        if part not in {"sections", "skills", "languages"} and not pointer.endswith(_OTHERWISE):
            yield pointer, place.text
    dated: list[tuple[str, Work | Education | Item]] = [
        *((f"{WORK}/{number}", work) for number, work in enumerate(resume.work)),
        *((f"/education/{number}", school) for number, school in enumerate(resume.education)),
    ]
    for pointer, entry in dated:
        if entry.period:
            yield f"{pointer}/period", _dates(entry.period)
    for number, school in enumerate(resume.education):
        # many CVs do not part degree and subject
        study = [text.value for text in (school.study_type, school.area) if text]
        if study:
            yield f"/education/{number}/studyType", " ".join(study)
    for skill in resume.skills:
        for word in skill.keywords or (skill.name,):
            yield f"/skills: {word.value}", word.value
    for spoken in resume.languages:
        yield f"/languages: {spoken.language.value}", spoken.language.value


def _dates(period: Period) -> str:
    return f"{period.start or ''} to {'now' if period.ongoing else period.end or period.start or ''}"


def _bare(text: str) -> str:
    """Return the letters and digits of a text: blanks, line breaks and joined letters say nothing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _is_same(expected: str, found: str) -> bool:
    """Say whether a program that files the field files the same letters."""
    return _bare(expected) == _bare(found) or not _bare(expected)


def _left_behind(original: Document | None, document: Document) -> tuple[str, ...]:
    """Return the lines of the original most of whose words are nowhere in what was rendered."""
    if original is None:
        return ()
    known = set(_words(document.text))
    lines = [(text, _words(text)) for text in _told(original)]
    return tuple(text for text, words in lines if words and sum(word in known for word in words) < _ENOUGH * len(words))


def _told(document: Document) -> Iterator[str]:
    """Yield the lines that tell something of the person; a date alone is compared as a date."""
    about_the_file = ("/$schema", "/meta/")
    pointers = [pointer for pointer, _ in leaves(json.loads(document.source))] if document.source else []
    for number, line in enumerate(document.visible):
        pointer = pointers[number] if number < len(pointers) else ""
        if parse_date(line.text) is None and not pointer.startswith(about_the_file):
            yield line.text


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
