"""How a CV says what it says: headings, the order of an entry, the form of a date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.corpus.cv.writers.people import Job, Month, Person, Study

_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DE = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]


class Kind(StrEnum):
    """What a row is; a writer decides how it looks."""

    NAME = "name"
    LABEL = "label"
    CONTACT = "contact"
    HEADING = "heading"
    ROLE = "role"  # bold; a tab sends the rest to the right
    LINE = "line"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CV. `side` says that a layout of two columns puts it into the narrow one."""

    kind: Kind
    text: str
    side: bool = False


#: form of a date -> month to text
DATES: dict[str, Callable[[Month], str]] = {
    "short": lambda m: f"{_EN[m[1] - 1][:3]} {m[0]}",
    "long": lambda m: f"{_EN[m[1] - 1]} {m[0]}",
    "slash": lambda m: f"{m[1]:02}/{m[0]}",
    "dot": lambda m: f"{m[1]:02}.{m[0]}",
    "iso": lambda m: f"{m[0]}-{m[1]:02}",
    "year": lambda m: str(m[0]),
    "apostrophe": lambda m: f"{_EN[m[1] - 1][:3]} '{m[0] % 100:02}",
    "german": lambda m: f"{_DE[m[1] - 1]} {m[0]}",
    "german short": lambda m: f"{_DE[m[1] - 1][:3]}. {m[0]}",
}

HEADINGS = {
    "plain": (
        "Summary|Experience|Education|Skills|Languages",
        "Profil|Berufserfahrung|Ausbildung|Kenntnisse|Sprachen",
    ),
    "long": (
        "Professional Summary|Work Experience|Education and Training|Technical Skills|Languages",
        "Kurzprofil|Beruflicher Werdegang|Bildungsweg|Fachkenntnisse|Sprachkenntnisse",
    ),
    "capitals": (
        "PROFILE|EMPLOYMENT HISTORY|ACADEMIC BACKGROUND|CORE COMPETENCIES|LANGUAGE SKILLS",
        "ÜBER MICH|PRAKTISCHE ERFAHRUNG|STUDIUM UND SCHULE|EDV-KENNTNISSE|FREMDSPRACHEN",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The choices of one CV."""

    entry: str = "position first"
    dates: str = "short"
    headings: str = "plain"
    dash: str = " \N{EN DASH} "
    contact: str = "one line"
    skills: str = "commas"


def span(start: Month, end: Month | None, style: Style, person: Person) -> str:
    """Write a period."""
    form = DATES[style.dates]
    return f"{form(start)}{style.dash}{form(end) if end else 'heute' if person.german else 'Present'}"


def _entry(style: Style, when: str, what: str, where: str, city: str) -> Iterator[Row]:
    shapes: dict[str, tuple[tuple[Kind, str], ...]] = {
        "position first": ((Kind.ROLE, f"{what}\t{when}"), (Kind.LINE, f"{where}, {city}")),
        "employer first": ((Kind.ROLE, f"{where}, {city}\t{when}"), (Kind.LINE, what)),
        "at": ((Kind.ROLE, f"{what} at {where} ({when})"),),
        "pipes": ((Kind.ROLE, f"{when} | {what} | {where} | {city}"),),
        "dash": ((Kind.ROLE, f"{where} — {what}"), (Kind.LINE, f"{when} · {city}")),
        "dates left": ((Kind.ROLE, f"{when}\t{what}, {where}, {city}"),),
        "three lines": ((Kind.LINE, when), (Kind.ROLE, what), (Kind.LINE, f"{where}, {city}")),
        "dates below": ((Kind.ROLE, f"{what}, {where}"), (Kind.LINE, when)),
        "brackets": ((Kind.ROLE, f"{where} ({city}), {when}"), (Kind.LINE, what)),
        "colon": ((Kind.ROLE, f"{when}: {what}, {where}"),),
        "own lines": ((Kind.ROLE, where), (Kind.LINE, what), (Kind.LINE, when)),
    }
    for kind, text in shapes[style.entry]:
        yield Row(kind, text)


def _jobs(person: Person, style: Style) -> Iterator[Row]:
    job: Job
    for job in person.jobs:
        yield from _entry(style, span(job.start, job.end, style, person), job.position, job.employer, job.city)
        for bullet in job.bullets:
            yield Row(Kind.BULLET, bullet)


def _studies(person: Person, style: Style) -> Iterator[Row]:
    study: Study
    for study in person.studies:
        yield from _entry(
            style, span(study.start, study.end, style, person), study.study, study.institution, study.city
        )


def _contact(person: Person, style: Style) -> Iterator[Row]:
    parts = (person.location, person.phone, person.email, person.url)
    if style.contact == "one line":
        yield Row(Kind.CONTACT, " | ".join(parts), side=True)
    elif style.contact == "two lines":
        yield Row(Kind.CONTACT, " · ".join(parts[:2]), side=True)
        yield Row(Kind.CONTACT, " · ".join(parts[2:]), side=True)
    else:
        labels = ("Wohnort", "Telefon", "E-Mail", "Web") if person.german else ("Address", "Phone", "Email", "Web")
        for label, part in zip(labels, parts, strict=True):
            yield Row(Kind.CONTACT, f"{label}: {part}", side=True)


def _skills(person: Person, style: Style) -> Iterator[Row]:
    if style.skills == "commas":
        yield Row(Kind.LINE, ", ".join(person.skills), side=True)
    elif style.skills == "bullets":
        yield from (Row(Kind.BULLET, skill, side=True) for skill in person.skills)
    else:
        half = len(person.skills) // 2
        first, second = ("Schwerpunkte", "Weitere") if person.german else ("Main", "Other")
        yield Row(Kind.LINE, f"{first}: {', '.join(person.skills[:half])}", side=True)
        yield Row(Kind.LINE, f"{second}: {', '.join(person.skills[half:])}", side=True)


def rows(person: Person, style: Style) -> list[Row]:
    """Return the whole CV."""
    about, work, education, skills, languages = HEADINGS[style.headings][person.german].split("|")
    return [
        Row(Kind.NAME, person.name),
        Row(Kind.LABEL, person.label),
        *_contact(person, style),
        Row(Kind.HEADING, about),
        Row(Kind.LINE, person.summary),
        Row(Kind.HEADING, work),
        *_jobs(person, style),
        Row(Kind.HEADING, education),
        *_studies(person, style),
        Row(Kind.HEADING, skills, side=True),
        *_skills(person, style),
        Row(Kind.HEADING, languages, side=True),
        Row(Kind.LINE, ", ".join(f"{name} ({level})" for name, level in person.languages), side=True),
    ]
