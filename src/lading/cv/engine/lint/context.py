"""What the rules look at: the document, the resume, today's date, and views of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lading.cv.engine.lint.findings import Passage, Where
from lading.cv.engine.lint.words import Vocabulary, vocabulary
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Bullet, Document, Format, Item, Language, Line, Period, Resume, Text, Work

#: so many publications make a CV an academic one
_ACADEMIC_PUBLICATIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Passage):
    """A point of an entry."""

    #: a list item; False for a paragraph of running text
    is_listed: bool
    #: the entry has ended
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated(Passage):
    """A period and the entry it belongs to."""

    period: Period


@dataclass(frozen=True, kw_only=True)
class Context:
    """One CV on one day."""

    document: Document
    resume: Resume
    today: date

    def where(self, lines: tuple[int, ...]) -> Where:
        """Return the place of the first of some lines; JSON Resume has none but its pointers."""
        if not lines or self.has_fields:
            return Where()
        line = self._by_number.get(lines[0])
        return Where(page=line.page if line else 0, line=lines[0])

    def passage(self, pointer: str, text: Text) -> Passage:
        """Return a field with its place."""
        return Passage(pointer=pointer, text=text.value, where=self.where(text.lines))

    def at(self, line: Line) -> Passage:
        """Return a line as a passage; it points at the document as a whole."""
        where = Where() if self.has_fields else Where(page=line.page, line=line.number)
        return Passage(pointer="", text=line.text, where=where)

    @property
    def has_fields(self) -> bool:
        """Whether the file has fields whose order means nothing, in place of lines."""
        return self.document.format is Format.JSON_RESUME

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The visible lines; those of a file with fields in an order that does not depend on the order of its keys."""
        visible = self.document.visible
        return tuple(sorted(visible, key=lambda line: line.text)) if self.has_fields else visible

    @cached_property
    def words(self) -> Vocabulary | None:
        """The word lists of the CV's language, or None where it is not known."""
        language = self.resume.language
        return None if language is Language.UNKNOWN else vocabulary(language.value)

    @cached_property
    def roles(self) -> tuple[tuple[str, Work], ...]:
        """Positions and voluntary work, with their pointers."""
        paid = [(f"{WORK}/{number}", work) for number, work in enumerate(self.resume.work)]
        return (*paid, *((f"/volunteer/{number}", work) for number, work in enumerate(self.resume.volunteer)))

    @cached_property
    def items(self) -> tuple[tuple[str, Item], ...]:
        """Projects, awards and their like, with pointers that count within their section."""
        counts: dict[str, int] = {}
        found = []
        for item in self.resume.items:
            number = counts.get(item.kind, 0)
            counts[item.kind] = number + 1
            found.append((f"/{item.kind}/{number}", item))
        return tuple(found)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The points of positions, voluntary work and projects."""
        of_roles = [p for pointer, role in self.roles for p in self._points(pointer, role.highlights, role.period)]
        projects = [(pointer, item) for pointer, item in self.items if item.kind == "projects"]
        of_items = [p for pointer, item in projects for p in self._points(pointer, item.highlights, item.period)]
        return (*of_roles, *of_items)

    @cached_property
    def bullets(self) -> tuple[Point, ...]:
        """The points that are list items."""
        return tuple(point for point in self.points if point.is_listed)

    @cached_property
    def skills(self) -> tuple[Passage, ...]:
        """Each skill that is listed, without the names of groups."""
        found: list[Passage] = []
        for number, skill in enumerate(self.resume.skills):
            if not skill.keywords:
                found.append(self.passage(f"/skills/{number}/name", skill.name))
            for place, keyword in enumerate(skill.keywords):
                found.append(self.passage(f"/skills/{number}/keywords/{place}", keyword))
        return tuple(found)

    @cached_property
    def told(self) -> tuple[Passage, ...]:
        """Every text that tells what was done: summary, positions, education, projects and their points."""
        return tuple(self._told())

    @cached_property
    def dated(self) -> tuple[Dated, ...]:
        """The periods of all positions, voluntary work and education."""
        schools = [(f"/education/{number}", school.period) for number, school in enumerate(self.resume.education)]
        pairs = [*((pointer, role.period) for pointer, role in self.roles), *schools]
        return tuple(
            Dated(pointer=pointer, text=period.written, where=self.where(period.lines), period=period)
            for pointer, period in pairs
            if period is not None
        )

    @cached_property
    def text(self) -> str:
        """The visible text; of a document without lines, all texts of the resume."""
        if self.document.lines:
            return self.document.text
        return "\n".join(passage.text for passage in (*self.told, *self.skills))

    @cached_property
    def is_academic(self) -> bool:
        """Whether the CV lists at least three publications."""
        return sum(item.kind == "publications" for item in self.resume.items) >= _ACADEMIC_PUBLICATIONS

    @cached_property
    def _by_number(self) -> dict[int, Line]:
        return {line.number: line for line in self.document.lines}

    def _points(self, pointer: str, bullets: tuple[Bullet, ...], period: Period | None) -> Iterator[Point]:
        is_past = period is not None and not period.ongoing and period.end is not None
        for number, bullet in enumerate(bullets):
            yield Point(
                pointer=f"{pointer}/highlights/{number}",
                text=bullet.text,
                where=self.where(bullet.lines),
                is_listed=bullet.listed,
                is_past=is_past,
            )

    def _told(self) -> Iterator[Passage]:
        if self.resume.basics.summary:
            yield self.passage("/basics/summary", self.resume.basics.summary)
        yield from self.points
        for pointer, role in self.roles:
            if role.position:
                yield self.passage(f"{pointer}/position", role.position)
        for pointer, item in self.items:
            if item.kind in {"projects", "certificates", "publications", "awards"}:
                yield self.passage(f"{pointer}/name", item.name)
        for number, school in enumerate(self.resume.education):
            for field, value in (("studyType", school.study_type), ("area", school.area)):
                if value:
                    yield self.passage(f"/education/{number}/{field}", value)
            yield from self._points(f"/education/{number}", school.highlights, school.period)
