"""What was understood: the sections of JSON Resume, each field with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: JSON Resume pointer of the section of paid positions
WORK = "/work"


class Language(StrEnum):
    """The language of a CV, as far as the rules know languages."""

    ENGLISH = "en"
    GERMAN = "de"
    UNKNOWN = "und"


class Sure(StrEnum):
    """How a value was found."""

    #: the file names it: a field of JSON, a label, a pattern that is nothing else
    STATED = "stated"
    #: it stands where such a value stands
    INFERRED = "inferred"
    #: another reading is as good
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One value with its origin."""

    value: str
    #: numbers of the lines that it came from; empty for JSON Resume, whose pointer is its place
    lines: tuple[int, ...] = ()
    sure: Sure = Sure.STATED


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PartialDate:
    """A year, a month of a year, or a day. Unknown parts are 0, so that a year sorts before its months."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """Return it as JSON Resume writes it: `2019`, `2019-04`, `2019-04-30`."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when, and how the CV writes it."""

    start: PartialDate | None = None
    end: PartialDate | None = None
    #: the CV says that it goes on ("present", "heute"), or gives a start and an open end
    ongoing: bool = False
    #: as it stands in the CV; kept where no date could be made of it too
    written: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """One point of an entry."""

    id: str
    text: str
    lines: tuple[int, ...] = ()
    #: a list item; False for a paragraph of running text
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One place on the web."""

    url: Text
    #: such as "GitHub"; None for a site of one's own
    network: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """Who it is and how to reach them."""

    name: Text | None = None
    label: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    location: Text | None = None
    summary: Text | None = None
    profiles: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One position, paid or not (`work` and `volunteer` of JSON Resume)."""

    id: str
    employer: Text | None = None
    position: Text | None = None
    location: Text | None = None
    period: Period | None = None
    highlights: tuple[Bullet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """One course of study or training."""

    id: str
    institution: Text | None = None
    #: "BSc", "Ausbildung", with the subject where the CV does not part them
    study_type: Text | None = None
    area: Text | None = None
    location: Text | None = None
    period: Period | None = None
    highlights: tuple[Bullet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill, or a group of skills with its name."""

    id: str
    #: the name of the group; of the skill itself where there is no group
    name: Text
    keywords: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One language, and how well it is spoken, in the words of the CV."""

    id: str
    language: Text
    fluency: Text | None = None


class SectionKind(StrEnum):
    """What a section is about: the keys of JSON Resume, and what it has no key for."""

    BASICS = "basics"
    SUMMARY = "summary"
    WORK = "work"
    VOLUNTEER = "volunteer"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    PROJECTS = "projects"
    AWARDS = "awards"
    CERTIFICATES = "certificates"
    PUBLICATIONS = "publications"
    INTERESTS = "interests"
    REFERENCES = "references"
    #: a heading that is understood as one, with a meaning that is not known
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section as the CV has it."""

    kind: SectionKind
    #: as it stands in the CV; "" for what comes before the first heading
    heading: str = ""
    #: number of the heading's line; 0 where there is none
    line: int = 0
    #: numbers of the lines under the heading
    lines: tuple[int, ...] = ()
    #: the heading is one that parsers know word for word
    standard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section that is kept as it stands: project, award, certificate, publication, interest."""

    id: str
    kind: SectionKind
    name: Text
    period: Period | None = None
    highlights: tuple[Bullet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """What a CV was understood as. Sequences keep the order of the CV."""

    language: Language = Language.UNKNOWN
    basics: Basics = Basics()
    work: tuple[Work, ...] = ()
    volunteer: tuple[Work, ...] = ()
    education: tuple[Education, ...] = ()
    skills: tuple[Skill, ...] = ()
    languages: tuple[Spoken, ...] = ()
    items: tuple[Item, ...] = ()
    sections: tuple[Section, ...] = ()
