"""What is put on paper: a resume as headings, entries and points, without any format's marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lading.cv.engine.improve.by_form import heading_of
from lading.cv.engine.improve.date_forms import ISO, forms_in, spelt
from lading.cv.engine.structure.dates import find_period
from lading.cv.engine.values import (
    Document,
    Education,
    Item,
    Language,
    Period,
    Resume,
    Section,
    SectionKind,
    Text,
    Work,
)

#: sections in the order that readers expect, where the resume has no order of its own
_ORDER = (
    SectionKind.SUMMARY,
    SectionKind.WORK,
    SectionKind.EDUCATION,
    SectionKind.SKILLS,
    SectionKind.LANGUAGES,
    SectionKind.PROJECTS,
    SectionKind.VOLUNTEER,
    SectionKind.CERTIFICATES,
    SectionKind.AWARDS,
    SectionKind.PUBLICATIONS,
    SectionKind.INTERESTS,
    SectionKind.REFERENCES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A point of an entry."""

    text: str
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A position, a course of study, a project."""

    title: str
    #: employer or institution, with its place
    organisation: str = ""
    dates: str = ""
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section: entries, or lines of text."""

    kind: SectionKind
    heading: str
    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole resume, ready to be set."""

    language: Language
    name: str
    label: str
    #: place, phone, e-mail, addresses
    contact: tuple[str, ...]
    parts: tuple[Part, ...]


def sheet_of(resume: Resume, document: Document | None = None) -> Sheet:
    """Return a resume as it is set; of a `document` also the sections that were not understood, as they stand there."""
    basics = resume.basics
    contact = [text.value for text in (basics.location, basics.phone, basics.email) if text]
    urls = list(dict.fromkeys(profile.url.value for profile in basics.profiles))
    return Sheet(
        language=resume.language,
        name=_value(basics.name),
        label=_value(basics.label),
        contact=(*contact, *urls),
        parts=tuple(_parts(resume, document)),
    )


def _parts(resume: Resume, document: Document | None) -> Iterator[Part]:
    done: set[SectionKind] = {SectionKind.BASICS}
    for section in resume.sections:
        part = _part(section.kind, _heading(section, resume.language), resume)
        if section.kind not in done and (part.entries or part.lines):
            done.add(section.kind)
            yield part
        elif section.kind not in done and document is not None:
            yield _verbatim(section, document)
    for kind in _ORDER:
        part = _part(kind, heading_of(kind, resume.language), resume)
        if kind not in done and (part.entries or part.lines):
            yield part


def _heading(section: Section, language: Language) -> str:
    is_key = section.heading in {"", section.kind.value}
    return heading_of(section.kind, language) if is_key else section.heading


def _verbatim(section: Section, document: Document) -> Part:
    numbers = set(section.lines)
    lines = tuple(line.text.replace("\t", "  ") for line in document.visible if line.number in numbers)
    return Part(kind=section.kind, heading=section.heading, lines=lines)


def _part(kind: SectionKind, heading: str, resume: Resume) -> Part:
    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()
    if kind is SectionKind.SUMMARY:
        lines = (resume.basics.summary.value,) if resume.basics.summary else ()
    elif kind in {SectionKind.WORK, SectionKind.VOLUNTEER}:
        known = resume.work if kind is SectionKind.WORK else resume.volunteer
        entries = tuple(_work(work, resume.language) for work in known)
    elif kind is SectionKind.EDUCATION:
        entries = tuple(_education(school, resume.language) for school in resume.education)
    elif kind is SectionKind.SKILLS:
        lines = tuple(_skills(resume))
    elif kind is SectionKind.LANGUAGES:
        spoken = [
            f"{one.language.value} ({one.fluency.value})" if one.fluency else one.language.value
            for one in resume.languages
        ]
        lines = (", ".join(spoken),) if spoken else ()
    else:
        entries = tuple(_item(item, resume.language) for item in resume.items if item.kind is kind)
    return Part(kind=kind, heading=heading, entries=entries, lines=lines)


def _skills(resume: Resume) -> Iterator[str]:
    """Yield a line for each group, and one for the skills without."""
    alone = [skill.name.value for skill in resume.skills if not skill.keywords]
    if alone:
        yield ", ".join(alone)
    for skill in resume.skills:
        if skill.keywords:
            yield f"{skill.name.value}: " + ", ".join(word.value for word in skill.keywords)


def _work(work: Work, language: Language) -> Entry:
    return Entry(
        title=_value(work.position) or _value(work.employer),
        organisation=_joined(work.employer if work.position else None, work.location),
        dates=dates_of(work.period, language),
        paragraphs=_paragraphs(work),
    )


def _education(school: Education, language: Language) -> Entry:
    study = " ".join(text.value for text in (school.study_type, school.area) if text)
    return Entry(
        title=study or _value(school.institution),
        organisation=_joined(school.institution if study else None, school.location),
        dates=dates_of(school.period, language),
        paragraphs=_paragraphs(school),
    )


def _item(item: Item, language: Language) -> Entry:
    return Entry(title=item.name.value, dates=dates_of(item.period, language), paragraphs=_paragraphs(item))


def _paragraphs(entry: Work | Education | Item) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=point.text, listed=point.listed) for point in entry.highlights)


def _joined(*texts: Text | None) -> str:
    return ", ".join(text.value for text in texts if text)


def _value(text: Text | None) -> str:
    return text.value if text else ""


def dates_of(period: Period | None, language: Language) -> str:
    """Return a period as it is written; spelt out where that is a computer's way, or no period by itself."""
    if period is None:
        return ""
    found = find_period(period.written)
    reads = found is not None and (found.start, found.end, found.ongoing) == (period.start, period.end, period.ongoing)
    if period.written and ISO not in forms_in(period.written) and (reads or not (period.start or period.end)):
        return period.written
    now = {Language.GERMAN: "heute"}.get(language, "present")
    form = "03/2021" if language is Language.GERMAN else "Mar 2021"
    ends = [spelt(date, form, language) for date in (period.start, period.end) if date]
    return " \u2013 ".join([*ends, *([now] if period.ongoing else [])])
