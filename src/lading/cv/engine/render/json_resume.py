"""A resume as JSON Resume. What a file of that format had beyond what Lading knows is kept."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from typing import Any

from lading.cv.engine.structure.from_json import NAMES, from_json
from lading.cv.engine.values import (
    Basics,
    Bullet,
    Document,
    Education,
    Item,
    Period,
    Resume,
    SectionKind,
    Skill,
    Spoken,
    Text,
    Work,
)

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_COUNTRY = re.compile(r"[A-Z]{2}")
#: sections whose entries have one date
_ONE_DATE = {SectionKind.AWARDS: "date", SectionKind.CERTIFICATES: "date", SectionKind.PUBLICATIONS: "releaseDate"}
_Json = dict[str, Any]


def to_json(resume: Resume, document: Document | None = None) -> bytes:
    """Return the file; of a JSON Resume that was read, its unknown keys are kept where their entry still is."""
    value = _kept(document)
    known = {} if document is None else _entries(document, value)
    out: _Json = {"$schema": _SCHEMA, **{key: inner for key, inner in value.items() if key not in _SECTIONS}}
    out["basics"] = _basics(resume.basics, value.get("basics"))
    out["work"] = [_work(work, "name", known.get(work.id, {})) for work in resume.work]
    out["volunteer"] = [_work(work, "organization", known.get(work.id, {})) for work in resume.volunteer]
    out["education"] = [_education(school, known.get(school.id, {})) for school in resume.education]
    out["skills"] = [_skill(skill, known.get(skill.id, {})) for skill in resume.skills]
    out["languages"] = [_spoken(spoken, known.get(spoken.id, {})) for spoken in resume.languages]
    for kind in NAMES:
        out[kind.value] = [_item(item, known.get(item.id, {})) for item in resume.items if item.kind is kind]
    filled = {key: inner for key, inner in out.items() if inner not in ([], {})}
    return (json.dumps(filled, ensure_ascii=False, indent=2) + "\n").encode()


_SECTIONS = {"basics", "work", "volunteer", "education", "skills", "languages", *(kind.value for kind in NAMES)}


def _kept(document: Document | None) -> _Json:
    value = json.loads(document.source) if document is not None and document.source else {}
    return value if isinstance(value, dict) else {}


def _entries(document: Document, value: _Json) -> dict[str, _Json]:
    """Return the entries of the file by the ids that reading them gives."""
    if not value:
        return {}
    read = from_json(document)
    found: dict[str, _Json] = {}
    groups: list[tuple[str, Iterable[Work | Education | Skill | Spoken | Item], str]] = [
        ("work", read.work, ""),
        ("volunteer", read.volunteer, ""),
        ("education", read.education, ""),
        ("skills", read.skills, "name"),
        ("languages", read.languages, "language"),
        *((kind.value, [item for item in read.items if item.kind is kind], name) for kind, name in NAMES.items()),
    ]
    for key, entries, name in groups:
        listed = value.get(key)
        raw = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        # an entry without its name was not read
        raw = [one for one in raw if not name or str(one.get(name) or "").strip()]
        found.update({entry.id: one for entry, one in zip(entries, raw, strict=False)})
    return found


def _merged(old: object, **new: object) -> _Json:
    """Return the old keys with the new values; a value that went takes its key along."""
    kept = copy.deepcopy(old) if isinstance(old, dict) else {}
    for key, value in new.items():
        if value in ("", None, []):
            kept.pop(key, None)
        else:
            kept[key] = value
    return kept


def _value(text: Text | None) -> str:
    return text.value if text else ""


def _basics(basics: Basics, old: object) -> _Json:
    before = old if isinstance(old, dict) else {}
    own = next((profile.url.value for profile in basics.profiles if profile.network is None), "")
    named = [profile for profile in basics.profiles if profile.network is not None or profile.url.value != own]
    raw = before.get("profiles")
    by_url = {str(one.get("url")): one for one in raw if isinstance(one, dict)} if isinstance(raw, list) else {}
    profiles = [
        _merged(by_url.get(profile.url.value, {}), network=_value(profile.network), url=profile.url.value)
        for profile in named
    ]
    return _merged(
        before,
        name=_value(basics.name),
        label=_value(basics.label),
        email=_value(basics.email),
        phone=_value(basics.phone),
        url=own,
        summary=_value(basics.summary),
        location=_location(_value(basics.location), before.get("location")),
        profiles=profiles,
    )


def _location(text: str, old: object) -> _Json | None:
    before = old if isinstance(old, dict) else {}
    if not text:
        return None
    if text == ", ".join(str(before[key]) for key in ("city", "region", "countryCode") if before.get(key)):
        return before
    city, _, rest = text.rpartition(", ")
    if not city:
        return _merged(before, city=text, region=None, countryCode=None)
    is_country = _COUNTRY.fullmatch(rest) is not None
    return _merged(before, city=city, region="" if is_country else rest, countryCode=rest if is_country else "")


def _dates(period: Period | None) -> _Json:
    """Return start and end; what goes on has no end, and a single date is both."""
    if period is None:
        return {"startDate": "", "endDate": ""}
    start, end = str(period.start or ""), str(period.end or "")
    return {"startDate": start, "endDate": "" if period.ongoing else end or start}


def _points(points: tuple[Bullet, ...], prose: str) -> _Json:
    """Return the first paragraph as prose, and everything else as highlights."""
    first = points[0].text if points and not points[0].listed else ""
    return {prose: first, "highlights": [point.text for point in (points[1:] if first else points)]}


def _work(work: Work, employer: str, old: _Json) -> _Json:
    return _merged(
        old,
        **{employer: _value(work.employer)},
        position=_value(work.position),
        location=_value(work.location),
        **_dates(work.period),
        **_points(work.highlights, "description" if "description" in old and "summary" not in old else "summary"),
    )


def _education(school: Education, old: _Json) -> _Json:
    extra = {"highlights": [point.text for point in school.highlights]} if school.highlights else {}
    return _merged(
        old,
        institution=_value(school.institution),
        area=_value(school.area),
        studyType=_value(school.study_type),
        location=_value(school.location),
        **_dates(school.period),
        **extra,
    )


def _skill(skill: Skill, old: _Json) -> _Json:
    return _merged(old, name=skill.name.value, keywords=[word.value for word in skill.keywords])


def _spoken(spoken: Spoken, old: _Json) -> _Json:
    return _merged(old, language=spoken.language.value, fluency=_value(spoken.fluency))


def _item(item: Item, old: _Json) -> _Json:
    date = _ONE_DATE.get(item.kind)
    dates = {date: str(item.period.start or item.period.end or "")} if date and item.period else {}
    if item.kind is SectionKind.PROJECTS:
        dates = _dates(item.period)
    prose = "description" if item.kind is SectionKind.PROJECTS else "summary"
    return _merged(old, **{NAMES[item.kind]: item.name.value}, **dates, **_points(item.highlights, prose))
