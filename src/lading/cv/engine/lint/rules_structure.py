"""Rules about sections, entries and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lading.cv.engine.lint import months
from lading.cv.engine.lint.asking import Gate, Questions, named, needs_work
from lading.cv.engine.lint.context import Context, Dated
from lading.cv.engine.lint.findings import Passage, Skip, Where, not_applicable, not_assessed
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Format, Language, Line, PartialDate, Period, SectionKind

QUESTIONS = Questions()

#: months between two entries above which a reader asks
_GAP = 6
#: months that two positions may overlap, for a hand-over
_OVERLAP = 3

#: how a date is written, by its form; a year alone is a rule of its own
_FORMS = {
    "03/2021": re.compile(r"(?<![\d/])\d{1,2}/\d{4}(?!\d)"),
    "03.2021": re.compile(r"(?<![\d.])\d{1,2}\.\d{4}(?!\d)"),
    "03-2021": re.compile(r"(?<![\d-])\d{1,2}-\d{4}(?!\d)"),
    "2021-03": re.compile(r"(?<!\d)\d{4}-\d{2}(?![\d-])"),
    "15.03.2021": re.compile(r"(?<!\d)\d{1,2}\.\d{1,2}\.\d{4}(?!\d)"),
    "15/03/2021": re.compile(r"(?<!\d)\d{1,2}/\d{1,2}/\d{4}(?!\d)"),
    "2021-03-15": re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"),
    "Mar 2021": re.compile(r"(?<!\w)[^\W\d_]{3,4}\.? \d{4}(?!\d)"),
    "March 2021": re.compile(r"(?<!\w)[^\W\d_]{5,9} \d{4}(?!\d)"),
}
#: short names that are whole: they go with either way of writing
_EITHER = re.compile(r"\b(?:may|mai|märz|june?|juni|july?|juli) \d{4}", re.IGNORECASE)


def _headings_known(cv: Context) -> Skip | None:
    known = cv.document.format is Format.JSON_RESUME or cv.resume.language is not Language.UNKNOWN
    return None if known else not_assessed("the headings of this language are not known")


def _looked_for(section: str) -> Gate:
    """Ask where the section was found, or its heading would have been understood."""

    def gate(cv: Context) -> Skip | None:
        found = {
            "work": cv.roles,
            "education": cv.resume.education,
            "skills": cv.resume.skills,
        }[section]
        return None if found else _headings_known(cv)

    return gate


@QUESTIONS.rule("NO_EXPERIENCE", _looked_for("work"))
def no_experience(cv: Context) -> Iterator[Passage]:
    """No position."""
    if not cv.resume.work and not cv.resume.volunteer:
        yield Passage(pointer=WORK, text="")


@QUESTIONS.rule("NO_EDUCATION", _looked_for("education"))
def no_education(cv: Context) -> Iterator[Passage]:
    """No course of study."""
    if not cv.resume.education:
        yield Passage(pointer="/education", text="")


@QUESTIONS.rule("NO_SKILLS", _looked_for("skills"))
def no_skills(cv: Context) -> Iterator[Passage]:
    """No list of skills."""
    if not cv.resume.skills:
        yield Passage(pointer="/skills", text="")


def _has_headings(cv: Context) -> Skip | None:
    if cv.document.format is Format.JSON_RESUME:
        return not_applicable(f"{named(cv.document.format)} has no headings")
    if any(section.heading for section in cv.resume.sections):
        return None
    return not_assessed("no headings were recovered")


def _marked(cv: Context) -> list[Line]:
    """Return the lines that the file marks as headings of sections and that were not understood as such."""
    name = cv.resume.basics.name
    headings = {line.number: line for line in cv.lines if line.heading and not (name and line.number in name.lines)}
    known = {section.line for section in cv.resume.sections if section.heading}
    # deeper headings are titles of entries
    level = min((headings[number].heading for number in known & set(headings)), default=None)
    if level is None:
        level = min((line.heading for line in headings.values()), default=0)
    return [line for number, line in headings.items() if line.heading == level and number not in known]


def _has_marked_headings(cv: Context) -> Skip | None:
    return None if _marked(cv) else _has_headings(cv)


@QUESTIONS.rule("NONSTANDARD_HEADING", _has_marked_headings, _headings_known)
def nonstandard_heading(cv: Context) -> Iterator[Passage]:
    """A heading that parsers do not know, or that the file marks as one and no section begins with."""
    yield from (cv.at(line) for line in _marked(cv))
    for section in cv.resume.sections:
        if section.heading and (section.kind is SectionKind.OTHER or not section.standard):
            yield Passage(pointer="", text=section.heading, where=cv.where((section.line,)))


@QUESTIONS.rule("EMPTY_SECTION", _has_headings)
def empty_section(cv: Context) -> Iterator[Passage]:
    """A heading and nothing under it."""
    for section in cv.resume.sections:
        if section.heading and not section.lines:
            yield Passage(pointer="", text=section.heading, where=cv.where((section.line,)))


def _has_entries(cv: Context) -> Skip | None:
    return None if cv.roles or cv.resume.education else not_assessed("no entries were recovered")


@QUESTIONS.rule("ENTRY_INCOMPLETE", _has_entries)
def entry_incomplete(cv: Context) -> Iterator[Passage]:
    """A position without employer or title, an education without institution or subject."""
    for pointer, role in cv.roles:
        for field, value, other in (("name", role.employer, role.position), ("position", role.position, role.employer)):
            if value is None:
                yield _missing(cv, f"{pointer}/{field}", other.lines if other else (), other.value if other else "")
    for number, school in enumerate(cv.resume.education):
        subject, place = school.study_type or school.area, school.institution
        for field, value, other in (("institution", place, subject), ("studyType", subject, place)):
            if value is None:
                pointer = f"/education/{number}/{field}"
                yield _missing(cv, pointer, other.lines if other else (), other.value if other else "")


def _missing(cv: Context, pointer: str, lines: tuple[int, ...], beside: str) -> Passage:
    """Return a field that is not there, with what stands beside it."""
    return Passage(pointer=pointer, text=beside, where=cv.where(lines))


@QUESTIONS.rule("MISSING_DATE", needs_work)
def missing_date(cv: Context) -> Iterator[Passage]:
    """A position without a beginning."""
    for number, work in enumerate(cv.resume.work):
        period = work.period
        if period is None or (period.start is None and not _unreadable(period.written, period.start, period.end)):
            beside = work.position or work.employer
            lines = beside.lines if beside else ()
            yield _missing(cv, f"{WORK}/{number}/startDate", lines, beside.value if beside else "")


def _has_dates(cv: Context) -> Skip | None:
    return None if cv.dated else not_assessed("no dates were recovered")


@QUESTIONS.rule("UNPARSEABLE_DATE", _has_dates)
def unparseable_date(cv: Context) -> Iterator[Passage]:
    """Something where a date should be."""
    for dated in cv.dated:
        if _unreadable(dated.period.written, dated.period.start, dated.period.end):
            yield dated


def _unreadable(written: str, start: PartialDate | None, end: PartialDate | None) -> bool:
    return bool(written.strip()) and start is None and end is None


@QUESTIONS.rule("DATE_WITHOUT_MONTH", needs_work, _has_dates)
def date_without_month(cv: Context) -> Iterator[Passage]:
    """A year alone in a position."""
    for dated in _of_work(cv):
        if any(end is not None and not end.month for end in (dated.period.start, dated.period.end)):
            yield dated


def _of_work(cv: Context) -> list[Dated]:
    return [dated for dated in cv.dated if dated.pointer.startswith(f"{WORK}/")]


@QUESTIONS.rule("REVERSED_PERIOD", _has_dates)
def reversed_period(cv: Context) -> Iterator[Passage]:
    """An end before the beginning."""
    for dated in cv.dated:
        start, end = dated.period.start, dated.period.end
        # a year alone may hold any of its months: 2019-04 to 2019 is in order
        if (
            start
            and end
            and (start.year, start.month if end.month else 0) > (end.year, end.month if start.month else 0)
        ):
            yield dated


@QUESTIONS.rule("FUTURE_DATE", _has_dates)
def future_date(cv: Context) -> Iterator[Passage]:
    """A beginning after today."""
    today = PartialDate(year=cv.today.year, month=cv.today.month, day=cv.today.day)
    yield from (dated for dated in cv.dated if dated.period.start and dated.period.start > today)


@QUESTIONS.rule("MIXED_DATE_FORMATS", _has_dates)
def mixed_date_formats(cv: Context) -> Iterator[Passage]:
    """More than one way of writing a month."""
    seen: dict[str, Dated] = {}
    for dated in cv.dated:
        text = _EITHER.sub("", dated.text)
        for form, pattern in _FORMS.items():
            if pattern.search(text):
                seen.setdefault(form, dated)
    if len(seen) > 1:
        yield from seen.values()


@QUESTIONS.rule("NOT_REVERSE_CHRONOLOGICAL", needs_work, _has_dates)
def not_reverse_chronological(cv: Context) -> Iterator[Passage]:
    """A position that began after the one above it."""
    begun = [dated for dated in _of_work(cv) if dated.period.start]
    for above, below in pairwise(begun):
        if sorts(below.period) > sorts(above.period):
            yield below


def sorts(period: Period) -> tuple[int, int]:
    """Return end and start as years: what goes on is latest; within a year nothing is out of order."""
    end = 9999 if period.ongoing else (period.end or period.start or PartialDate(year=0)).year
    return end, period.start.year if period.start else 0


def _months_known(cv: Context) -> Skip | None:
    if any(months.span(dated.period, cv.today) is None for dated in _of_work(cv)):
        return not_assessed("not every position has month and year at both ends")
    return None


@QUESTIONS.rule("GAP", needs_work, _has_dates, _months_known)
def gap(cv: Context) -> Iterator[Passage]:
    """Time that no entry covers."""
    spans = [span for dated in cv.dated if (span := _covered(cv, dated))]
    for (_, before), (after, _) in pairwise(months.union(spans)):
        if after - before - 1 > _GAP:
            yield Passage(pointer=WORK, text=f"{months.spelt(before)} to {months.spelt(after)}", where=Where())


def _covered(cv: Context, dated: Dated) -> months.Span | None:
    """Return the months that an entry covers; years alone are taken at their widest, so that no gap is imagined."""
    exact = months.span(dated.period, cv.today)
    if exact is not None:
        return exact
    start, end = dated.period.start, dated.period.end
    if start is None and end is None:
        return None
    first = start or end
    last = end or start
    assert first is not None
    assert last is not None
    return first.year * 12 + max(first.month - 1, 0), last.year * 12 + (last.month - 1 if last.month else 11)


@QUESTIONS.rule("OVERLAP", needs_work, _has_dates, _months_known)
def overlap(cv: Context) -> Iterator[Passage]:
    """Two positions at once."""
    works = _of_work(cv)
    for number, one in enumerate(works):
        for other in works[number + 1 :]:
            first, second = months.span(one.period, cv.today), months.span(other.period, cv.today)
            assert first is not None
            assert second is not None
            shared = min(first[1], second[1]) - max(first[0], second[0]) + 1
            if shared > _OVERLAP:
                yield Passage(pointer=other.pointer, text=f"{one.text} / {other.text}", where=other.where)
