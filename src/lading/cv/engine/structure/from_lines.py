"""From lines to a resume."""

from __future__ import annotations

from collections.abc import Iterator

from lading.cv.engine.document import Document, Part
from lading.cv.engine.resume import Education, Period, Resume, Section, SectionKind, Sure, Text, Work
from lading.cv.engine.structure.contact import basics_of
from lading.cv.engine.structure.entries import Entry, entries_of, only_end, value_of
from lading.cv.engine.structure.identity import Ids
from lading.cv.engine.structure.language import language_of
from lading.cv.engine.structure.lists import items_of, languages_of, skills_of
from lading.cv.engine.structure.rows import Row, rows_of
from lading.cv.engine.structure.sections import sections_of
from lading.cv.engine.structure.words import degree_weight, position_weight

_KEPT = (
    SectionKind.PROJECTS,
    SectionKind.AWARDS,
    SectionKind.CERTIFICATES,
    SectionKind.PUBLICATIONS,
    SectionKind.INTERESTS,
    SectionKind.REFERENCES,
)


def from_lines(document: Document) -> Resume:
    """Return what the visible lines say."""
    sections = sections_of(document)
    ids = Ids()

    def rows(kind: SectionKind) -> list[Row]:
        return [row for section in _of(sections, kind) for row in rows_of(document, section.lines)]

    def entries(kind: SectionKind, *, study: bool = False) -> Iterator[Entry]:
        for section in _of(sections, kind):
            yield from entries_of(rows_of(document, section.lines), degree_weight if study else position_weight, ids)

    numbers = {number for section in _of(sections, SectionKind.BASICS) for number in section.lines}
    contact = [line for line in document.visible if line.number in numbers or line.part in {Part.HEADER, Part.FOOTER}]
    others = {number for section in _of(sections, SectionKind.REFERENCES) for number in section.lines} | numbers
    elsewhere = [line for line in document.visible if line.number not in others]
    return Resume(
        language=language_of(document.text),
        basics=basics_of(contact, _summary(rows(SectionKind.SUMMARY)), elsewhere),
        work=tuple(_work("work", entry, ids) for entry in entries(SectionKind.WORK)),
        volunteer=tuple(_work("volunteer", entry, ids) for entry in entries(SectionKind.VOLUNTEER)),
        education=tuple(_education(entry, ids) for entry in entries(SectionKind.EDUCATION, study=True)),
        skills=skills_of(rows(SectionKind.SKILLS), ids),
        languages=languages_of(rows(SectionKind.LANGUAGES), ids),
        items=tuple(item for kind in _KEPT for item in items_of(kind, rows(kind), ids)),
        sections=sections,
    )


def _of(sections: tuple[Section, ...], kind: SectionKind) -> Iterator[Section]:
    return (section for section in sections if section.kind is kind)


def _summary(rows: list[Row]) -> Text | None:
    if not rows:
        return None
    numbers = tuple(number for row in rows for number in row.numbers)
    return Text(value=" ".join(row.text for row in rows), lines=numbers, sure=Sure.INFERRED)


def _start(period: Period | None) -> str:
    return str(period.start or period.end) if period else ""


def _work(kind: str, entry: Entry, ids: Ids) -> Work:
    head = entry.head
    return Work(
        id=ids.of(kind, value_of(head.role), value_of(head.organisation), _start(entry.period)),
        employer=head.organisation,
        position=head.role,
        location=head.place,
        period=entry.period,
        highlights=entry.highlights,
    )


def _education(entry: Entry, ids: Ids) -> Education:
    head = entry.head
    return Education(
        id=ids.of("education", value_of(head.role), value_of(head.organisation), _start(entry.period)),
        institution=head.organisation,
        study_type=head.role,
        location=head.place,
        period=only_end(entry.period),
        highlights=entry.highlights,
    )
