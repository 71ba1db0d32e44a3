"""What of a resume is sent to a model: one section at a time, its points under short ids, no contact data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from string import Formatter

from lading.cv.engine.improve.places import entries_of
from lading.cv.engine.improve.version import Version
from lading.cv.engine.model.answer import SCHEMA
from lading.cv.engine.model.port import Prompt
from lading.cv.engine.values import Education, Item, Language, Resume, SectionKind, Work

#: file with the instructions, without its ending; a change of the text is a new version
PROMPT = "rewrite.v1"
_LANGUAGES = {Language.ENGLISH: "English", Language.GERMAN: "German", Language.UNKNOWN: "the language of the points"}
#: letters that a name needs to be replaced inside texts
_SHORTEST_NAME = 3
#: points in one call; longer sections are asked about in several
_MOST_POINTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One point that a model may rewrite."""

    #: its name in the prompt
    name: str
    pointer: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section as it is sent, and what is needed to understand the answer."""

    #: of the entry; "/basics" for the summary
    pointer: str
    #: as a person knows it
    title: str
    #: facts of the entry that the points may refer to
    about: tuple[str, ...]
    points: tuple[Asked, ...]
    #: placeholder -> what it stands for
    hidden: tuple[tuple[str, str], ...] = ()

    def without(self, names: frozenset[str]) -> Section:
        """Return the section without these points."""
        return replace(self, points=tuple(one for one in self.points if one.name not in names))

    def shown(self, text: str) -> str:
        """Return a text of an answer with what its placeholders stand for."""
        for placeholder, value in self.hidden:
            text = text.replace(placeholder, value)
        return text


def sections_of(version: Version) -> tuple[Section, ...]:
    """Return what is asked about, section by section: the summary, each position, project and course of study."""
    resume = version.resume
    hidden = tuple(_hidden(resume))
    found = []
    summary = resume.basics.summary
    if summary is not None:
        point = Asked(name="p1", pointer="/basics/summary", text=summary.value)
        found.append(Section(pointer="/basics", title="Summary", about=(), points=(point,), hidden=hidden))
    for pointer, entry in entries_of(resume):
        if isinstance(entry, Work | Education) or (isinstance(entry, Item) and entry.kind is SectionKind.PROJECTS):
            found += _parts(pointer, entry, hidden)
    return tuple(found)


def _parts(pointer: str, entry: Work | Education | Item, hidden: tuple[tuple[str, str], ...]) -> Iterator[Section]:
    points = tuple(
        Asked(name=f"p{number}", pointer=f"{pointer}/highlights/{number - 1}", text=point.text)
        for number, point in enumerate(entry.highlights, 1)
    )
    about = tuple(_about(entry))
    for at in range(0, len(points), _MOST_POINTS):
        yield Section(
            pointer=pointer,
            title=", ".join(about[:2]) or pointer,
            about=about,
            points=points[at : at + _MOST_POINTS],
            hidden=hidden,
        )


def _about(entry: Work | Education | Item) -> Iterator[str]:
    names = ("position", "employer", "study_type", "institution", "area", "name")
    texts = (getattr(entry, name, None) for name in names)
    yield from (text.value for text in texts if text is not None)
    if entry.period and entry.period.written:
        yield entry.period.written


def _hidden(resume: Resume) -> Iterator[tuple[str, str]]:
    """Yield what never leaves the machine, longest first: name, addresses, number, and each part of the name."""
    basics = resume.basics
    named = [("[[EMAIL]]", basics.email), ("[[PHONE]]", basics.phone), ("[[NAME]]", basics.name)]
    for placeholder, text in named:
        if text is not None:
            yield placeholder, text.value
    for number, profile in enumerate(basics.profiles, 1):
        yield f"[[LINK{number}]]", profile.url.value
    if basics.name is not None:
        parts = [part for part in basics.name.value.split() if len(part) >= _SHORTEST_NAME]
        yield from ((f"[[NAME{number}]]", part) for number, part in enumerate(parts, 1))


def prompt_of(section: Section, language: Language) -> Prompt:
    """Return what is asked about a section."""
    material = {
        "section": [_concealed(text, section) for text in section.about],
        "points": [{"id": one.name, "text": _concealed(one.text, section)} for one in section.points],
    }
    return Prompt(
        version=PROMPT,
        instructions=instructions(PROMPT, language=_LANGUAGES[language]),
        material=json.dumps(material, ensure_ascii=False, indent=1),
        schema=SCHEMA,
    )


def _concealed(text: str, section: Section) -> str:
    for placeholder, value in section.hidden:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", placeholder, text)
    return text


@cache
def instructions(version: str, **values: str) -> str:
    """Return a file of instructions with its variables filled in; raise `ValueError` where they are not those of the file."""
    text = resources.files(__package__).joinpath(f"prompts/{version}.md").read_text(encoding="utf-8")
    named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if named != values.keys():
        raise ValueError(f"{version} wants {sorted(named)}, not {sorted(values)}")
    return text.format(**values)
