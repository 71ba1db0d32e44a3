"""
The places of a resume: every text by its JSON Pointer, and a resume with some of them changed.

Pointers are those of the lint. Two are not of JSON Resume: `period` in an entry is its period as the CV writes it, and
`/sections/0/heading` a heading. `highlights` in an entry counts paragraphs, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lading.cv.engine.improve.errors import AnswerUnreadable
from lading.cv.engine.resume import WORK as PAID
from lading.cv.engine.structure.dates import find_period
from lading.cv.engine.values import (
    Basics,
    Bullet,
    Education,
    Item,
    Period,
    Profile,
    Resume,
    Section,
    SectionKind,
    Skill,
    Spoken,
    Text,
    Work,
)

_T = TypeVar("_T")

#: JSON key -> field, of each kind of entry
BASICS = {key: key for key in ("name", "label", "email", "phone", "location", "summary")}
WORK = {"name": "employer", "position": "position", "location": "location"}
EDUCATION = {"institution": "institution", "studyType": "study_type", "area": "area", "location": "location"}
SPOKEN = {"language": "language", "fluency": "fluency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One text of a resume."""

    pointer: str
    text: str
    lines: tuple[int, ...]
    #: id of the entry or point that it belongs to; "" for contact data
    anchor: str = ""
    is_point: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Changes by pointer; all pointers are those of the resume before any of them."""

    replaced: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: list -> its old places in their new order
    moved: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


# --- reading ---------------------------------------------------------------------------------------------------


def places_of(resume: Resume) -> dict[str, Place]:
    """Return every text of a resume by its pointer."""
    return {place.pointer: place for place in _places(resume)}


def entries_of(resume: Resume) -> Iterator[tuple[str, Work | Education | Skill | Spoken | Item]]:
    """Yield every entry with its pointer."""
    for name, entries in _lists(resume).items():
        yield from ((f"/{name}/{number}", entry) for number, entry in enumerate(entries))


def anchor_of(resume: Resume, pointer: str) -> str:
    """Return what stays the same of a place when entries move: the ids on the way to it."""
    parts = pointer.split("/")
    entry = next((entry for at, entry in entries_of(resume) if at == "/".join(parts[:3])), None)
    if entry is None:
        return pointer
    rest = parts[3:]
    if rest[:1] == ["highlights"] and len(rest) > 1 and not isinstance(entry, Skill | Spoken):
        return f"{entry.id}/{entry.highlights[int(rest[1])].id}"
    return "/".join([entry.id, *rest])


def _lists(resume: Resume) -> dict[str, tuple[Work | Education | Skill | Spoken | Item, ...]]:
    found: dict[str, tuple[Work | Education | Skill | Spoken | Item, ...]] = {
        "work": resume.work,
        "volunteer": resume.volunteer,
        "education": resume.education,
        "skills": resume.skills,
        "languages": resume.languages,
    }
    for item in resume.items:
        found[item.kind.value] = (*found.get(item.kind.value, ()), item)
    return found


def _places(resume: Resume) -> Iterator[Place]:
    yield from _fields("/basics", resume.basics, BASICS, "")
    for number, profile in enumerate(resume.basics.profiles):
        yield from _fields(f"/basics/profiles/{number}", profile, {"url": "url", "network": "network"}, "")
    for pointer, entry in entries_of(resume):
        yield from _of_entry(pointer, entry)
    for number, section in enumerate(resume.sections):
        if section.heading:
            yield Place(pointer=f"/sections/{number}/heading", text=section.heading, lines=(section.line,))


def _of_entry(pointer: str, entry: Work | Education | Skill | Spoken | Item) -> Iterator[Place]:
    keys = {Work: WORK, Education: EDUCATION, Skill: {"name": "name"}, Spoken: SPOKEN, Item: {"name": "name"}}
    yield from _fields(pointer, entry, keys[type(entry)], entry.id)
    if isinstance(entry, Skill):
        for number, word in enumerate(entry.keywords):
            yield Place(pointer=f"{pointer}/keywords/{number}", text=word.value, lines=word.lines, anchor=entry.id)
    elif not isinstance(entry, Spoken):
        if entry.period and entry.period.written:
            lines = entry.period.lines
            yield Place(pointer=f"{pointer}/period", text=entry.period.written, lines=lines, anchor=entry.id)
        for number, point in enumerate(entry.highlights):
            at = f"{pointer}/highlights/{number}"
            yield Place(pointer=at, text=point.text, lines=point.lines, anchor=point.id, is_point=True)


def _fields(pointer: str, owner: object, keys: Mapping[str, str], anchor: str) -> Iterator[Place]:
    for key, name in keys.items():
        text: Text | None = getattr(owner, name)
        if text is not None:
            yield Place(pointer=f"{pointer}/{key}", text=text.value, lines=text.lines, anchor=anchor)


# --- writing ---------------------------------------------------------------------------------------------------


def edited(resume: Resume, edits: Edits) -> Resume:
    """Return the resume with these changes; raise `AnswerUnreadable` where a date is none."""
    items: dict[SectionKind, list[Item]] = {}
    for item in resume.items:
        items.setdefault(item.kind, []).append(item)
    return replace(
        resume,
        basics=_basics(resume.basics, edits),
        work=_list(PAID, resume.work, edits, _work),
        volunteer=_list("/volunteer", resume.volunteer, edits, _work),
        education=_list("/education", resume.education, edits, _education),
        skills=_list("/skills", resume.skills, edits, _skill),
        languages=_list("/languages", resume.languages, edits, _spoken),
        items=tuple(one for kind, known in items.items() for one in _list(f"/{kind}", tuple(known), edits, _item)),
        sections=_list("/sections", resume.sections, edits, _section),
    )


def _list(at: str, known: tuple[_T, ...], edits: Edits, change: Callable[[str, _T, Edits], _T]) -> tuple[_T, ...]:
    order = edits.moved.get(at, tuple(range(len(known))))
    kept = (number for number in order if f"{at}/{number}" not in edits.removed)
    return tuple(change(f"{at}/{number}", known[number], edits) for number in kept)


def _text(at: str, text: Text | None, edits: Edits) -> Text | None:
    if at in edits.removed:
        return None
    new = edits.replaced.get(at)
    if new is None:
        return text
    return Text(value=new) if text is None else replace(text, value=new)


def _present(at: str, text: Text, edits: Edits) -> Text:
    return _text(at, text, edits) or text


def _basics(basics: Basics, edits: Edits) -> Basics:
    fields = {key: _text(f"/basics/{key}", getattr(basics, key), edits) for key in BASICS}
    return Basics(**fields, profiles=_list("/basics/profiles", basics.profiles, edits, _profile))


def _profile(at: str, profile: Profile, edits: Edits) -> Profile:
    network = _text(f"{at}/network", profile.network, edits)
    return Profile(url=_present(f"{at}/url", profile.url, edits), network=network)


def _work(at: str, work: Work, edits: Edits) -> Work:
    return replace(
        work,
        employer=_text(f"{at}/name", work.employer, edits),
        position=_text(f"{at}/position", work.position, edits),
        location=_text(f"{at}/location", work.location, edits),
        period=_period(at, work.period, edits),
        highlights=_points(at, work.highlights, edits),
    )


def _education(at: str, school: Education, edits: Edits) -> Education:
    return replace(
        school,
        institution=_text(f"{at}/institution", school.institution, edits),
        study_type=_text(f"{at}/studyType", school.study_type, edits),
        area=_text(f"{at}/area", school.area, edits),
        location=_text(f"{at}/location", school.location, edits),
        period=_period(at, school.period, edits),
        highlights=_points(at, school.highlights, edits),
    )


def _skill(at: str, skill: Skill, edits: Edits) -> Skill:
    keywords = _list(f"{at}/keywords", skill.keywords, edits, _present)
    return replace(skill, name=_present(f"{at}/name", skill.name, edits), keywords=keywords)


def _spoken(at: str, spoken: Spoken, edits: Edits) -> Spoken:
    language = _present(f"{at}/language", spoken.language, edits)
    return replace(spoken, language=language, fluency=_text(f"{at}/fluency", spoken.fluency, edits))


def _item(at: str, item: Item, edits: Edits) -> Item:
    return replace(
        item,
        name=_present(f"{at}/name", item.name, edits),
        period=_period(at, item.period, edits),
        highlights=_points(at, item.highlights, edits),
    )


def _section(at: str, section: Section, edits: Edits) -> Section:
    heading = edits.replaced.get(f"{at}/heading")
    return section if heading is None else replace(section, heading=heading, standard=True)


def _points(at: str, points: tuple[Bullet, ...], edits: Edits) -> tuple[Bullet, ...]:
    changed = _list(f"{at}/highlights", points, edits, _point)
    parts = {point.id: edits.split.get(f"{at}/highlights/{number}", ()) for number, point in enumerate(points)}
    return tuple(one for point in changed for one in _parted(point, parts[point.id]))


def _point(at: str, point: Bullet, edits: Edits) -> Bullet:
    return replace(point, text=edits.replaced.get(at, point.text))


def _parted(point: Bullet, texts: tuple[str, ...]) -> Iterator[Bullet]:
    """Yield a point, or the points it is split into; the first keeps its id."""
    if not texts:
        yield point
    for number, text in enumerate(texts):
        yield replace(point, id=f"{point.id}.{number}" if number else point.id, text=text, listed=True)


def _period(at: str, period: Period | None, edits: Edits) -> Period | None:
    written = edits.replaced.get(f"{at}/period")
    if written is None:
        return period
    found = find_period(written)
    if found is None:
        raise AnswerUnreadable(f"{written!r} is no period", hint="Write it like Mar 2019 - Feb 2021, or 2019 - present")
    lines = period.lines if period else ()
    return Period(start=found.start, end=found.end, ongoing=found.ongoing, written=written, lines=lines)
