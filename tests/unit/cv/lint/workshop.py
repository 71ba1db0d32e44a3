"""A sound CV of a made-up person, and the means to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lading.cv.engine.lint.report import Report
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.values import (
    Basics,
    Box,
    Bullet,
    Document,
    Education,
    Format,
    Item,
    Language,
    Line,
    Page,
    PartialDate,
    Period,
    Profile,
    Reading,
    Resume,
    Section,
    SectionKind,
    Skill,
    Spoken,
    Text,
    Work,
)

TODAY = date(2026, 11, 21)

SUMMARY = (
    "Engineer for measuring networks with nine years of practice, from the first sketch on paper to the night "
    "shift in the control room of a harbour, looking for a place where data are taken seriously."
)
NEW = (
    "Built a Python service that takes in 40 million readings a day from 312 buoys along the coast",
    "Reduced the time from measurement to warning from 25 minutes to 90 seconds for six harbours",
    "Led the move of 18 databases to PostgreSQL over 7 months without losing one reading on the way",
    "Trained 24 colleagues of four offices in the use of Docker for testing before the yearly release",
    "Designed an alarm plan with three levels that cut false alarms at night by 60 percent in one year",
)
OLD = (
    "Repaired 140 tide gauges on two islands and kept 98 percent of them running through five winters",
    "Wrote the handbook of 80 pages that new staff of the station still use in their first two weeks",
    "Introduced a spare parts store worth 30 000 euros that paid for itself within its second year",
    "Sailed on 11 campaigns of three weeks each and wrote the daily report for the ministry on board",
)
EXTRA = tuple(
    f"Note {number} on the voyage: the sea was calm, the readings were good and nobody fell ill"
    for number in range(1, 9)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cv:
    """A document and what it was understood as."""

    document: Document
    resume: Resume

    def drawn(self, **changes: Any) -> Cv:
        """Return it with another document."""
        return replace(self, document=replace(self.document, **changes))

    def told(self, **changes: Any) -> Cv:
        """Return it with another resume."""
        return replace(self, resume=replace(self.resume, **changes))

    def basics(self, **changes: Any) -> Cv:
        """Return it with other contact data."""
        return self.told(basics=replace(self.resume.basics, **changes))

    def work(self, number: int, **changes: Any) -> Cv:
        """Return it with another position."""
        works = list(self.resume.work)
        works[number] = replace(works[number], **changes)
        return self.told(work=tuple(works))

    def bullets(self, *texts: str, number: int = 0) -> Cv:
        """Return it with other bullets of one position."""
        return self.work(number, highlights=points(*texts))

    def period(self, written: str, start: str, end: str, number: int = 0) -> Cv:
        """Return it with another period of one position; dates as JSON Resume writes them, "" for none."""
        return self.work(number, period=period(written, start, end))

    def lines(self, *texts: str, **changes: Any) -> Cv:
        """Return it with more lines at the end."""
        last = len(self.document.lines)
        added = [Line(number=last + place, text=text, page=1, **changes) for place, text in enumerate(texts, 1)]
        return self.drawn(lines=(*self.document.lines, *added))

    def on_top(self, text: str, **changes: Any) -> Cv:
        """Return it with one more line, understood as contact data."""
        cv = self.lines(text, **changes)
        top = cv.resume.sections[0]
        section = replace(top, lines=(*top.lines, len(cv.document.lines)))
        return cv.told(sections=(section, *cv.resume.sections[1:]))

    def review(self, **options: Any) -> Report:
        """Return its report with all advice."""
        return review(self.document, self.resume, today=TODAY, **{"advice": Advice.ALL, **options})


#: makes another CV of one
Change = Callable[[Cv], Cv]


def text(value: str, *lines: int) -> Text:
    """Return a value from these lines."""
    return Text(value=value, lines=lines)


def points(*texts: str, first: int = 0, listed: bool = True) -> tuple[Bullet, ...]:
    """Return bullets, from the line `first` on."""
    return tuple(
        Bullet(id=f"b{place}", text=content, lines=(first + place,) if first else (), listed=listed)
        for place, content in enumerate(texts)
    )


def day(value: str) -> PartialDate | None:
    """Return a partial date."""
    parts = [int(part) for part in value.split("-")] if value else []
    return PartialDate(year=parts[0], month=[*parts, 0][1]) if parts else None


def period(written: str, start: str, end: str) -> Period:
    """Return a period; `now` as its end means that it goes on."""
    return Period(start=day(start), end=None if end == "now" else day(end), ongoing=end == "now", written=written)


def skills(*names: str) -> tuple[Skill, ...]:
    """Return a list of skills without groups."""
    return tuple(Skill(id=f"s{number}", name=text(name)) for number, name in enumerate(names))


def items(kind: SectionKind, *names: str) -> tuple[Item, ...]:
    """Return entries of a section."""
    return tuple(Item(id=f"i{number}", kind=kind, name=text(name)) for number, name in enumerate(names))


def sound() -> Cv:
    """Return a CV that no rule has anything against."""
    texts = (
        "Marlene Beispiel",
        "marlene@beispiel.example",
        "+49 431 5550123",
        "Kiel, Germany",
        "https://github.com/marlene-beispiel",
        "Summary",
        SUMMARY,
        "Experience",
        "Senior engineer, Nordlicht Messnetze",
        "Mar 2021 - present",
        *NEW,
        "Engineer, Pegelamt Sandbank",
        "Sep 2017 - Feb 2021",
        *OLD,
        "Education",
        "MSc Oceanography, University of Sandbank",
        "Oct 2012 - Aug 2017",
        "Skills",
        "Python, PostgreSQL, Docker",
        "Languages",
        "German",
        *EXTRA,
    )
    number = {content: place for place, content in enumerate(texts, 1)}
    lines = tuple(
        Line(
            number=place,
            text=content,
            page=1,
            size=10.5,
            box=Box(left=60, top=40 + 14 * place, right=500, bottom=52 + 14 * place),
        )
        for place, content in enumerate(texts, 1)
    )
    return Cv(document=_document(lines), resume=_resume(number))


def _document(lines: tuple[Line, ...]) -> Document:
    plain = tuple(line.text for line in lines)
    return Document(
        format=Format.PDF,
        sha256="0" * 64,
        size=1000,
        lines=lines,
        reader="pypdfium2",
        pages=(Page(number=1, width=595, height=842),),
        readings=(Reading(reader="order of the file", lines=plain), Reading(reader="order on the page", lines=plain)),
    )


def _resume(number: dict[str, int]) -> Resume:
    return Resume(
        language=Language.ENGLISH,
        basics=Basics(
            name=text("Marlene Beispiel", 1),
            email=text("marlene@beispiel.example", 2),
            phone=text("+49 431 5550123", 3),
            location=text("Kiel, Germany", 4),
            summary=text(SUMMARY, number[SUMMARY]),
            profiles=(Profile(url=text("https://github.com/marlene-beispiel", 5)),),
        ),
        work=(
            Work(
                id="w0",
                employer=text("Nordlicht Messnetze", 9),
                position=text("Senior engineer", 9),
                period=replace(period("Mar 2021 - present", "2021-03", "now"), lines=(10,)),
                highlights=points(*NEW, first=number[NEW[0]]),
            ),
            Work(
                id="w1",
                employer=text("Pegelamt Sandbank", 16),
                position=text("Engineer", 16),
                period=replace(period("Sep 2017 - Feb 2021", "2017-09", "2021-02"), lines=(17,)),
                highlights=points(*OLD, first=number[OLD[0]]),
            ),
        ),
        education=(
            Education(
                id="e0",
                institution=text("University of Sandbank", 23),
                study_type=text("MSc Oceanography", 23),
                period=replace(period("Oct 2012 - Aug 2017", "2012-10", "2017-08"), lines=(24,)),
            ),
        ),
        skills=skills("Python", "PostgreSQL", "Docker"),
        languages=(Spoken(id="l0", language=text("German", 28)),),
        sections=_sections(number),
    )


def _sections(number: dict[str, int]) -> tuple[Section, ...]:
    def section(kind: SectionKind, heading: str, last: int) -> Section:
        first = number[heading]
        return Section(kind=kind, heading=heading, line=first, lines=tuple(range(first + 1, last + 1)))

    return (
        Section(kind=SectionKind.BASICS, lines=(1, 2, 3, 4, 5)),
        section(SectionKind.SUMMARY, "Summary", 7),
        section(SectionKind.WORK, "Experience", 21),
        section(SectionKind.EDUCATION, "Education", 24),
        section(SectionKind.SKILLS, "Skills", 26),
        section(SectionKind.LANGUAGES, "Languages", 28),
    )
