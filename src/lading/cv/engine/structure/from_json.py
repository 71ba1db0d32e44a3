"""From JSON Resume to a resume: every field is stated, and keeps the line of its string."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lading.cv.engine.document import Document
from lading.cv.engine.extract.plain import leaves
from lading.cv.engine.resume import (
    WORK,
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
from lading.cv.engine.structure.dates import parse_date
from lading.cv.engine.structure.identity import Ids
from lading.cv.engine.structure.language import language_of

#: what people write where JSON Resume wants no end date
_ONGOING = frozenset({"present", "now", "today", "current", "ongoing", "heute", "jetzt", "laufend"})
#: key of the name of an entry
NAMES = {
    SectionKind.PROJECTS: "name",
    SectionKind.AWARDS: "title",
    SectionKind.CERTIFICATES: "name",
    SectionKind.PUBLICATIONS: "name",
    SectionKind.INTERESTS: "name",
    SectionKind.REFERENCES: "name",
}


class _Tree:
    """The strings of the file by JSON Pointer, and how long its lists are; a wrong type is an absent value."""

    def __init__(self, document: Document) -> None:
        self._found = {pointer: (value, number) for number, (pointer, value) in enumerate(_leaves(document), 1)}
        self._value = json.loads(document.source)

    def text(self, pointer: str) -> Text | None:
        """Return the string at a pointer, or None."""
        found = self._found.get(pointer)
        return Text(value=" ".join(found[0].split()), lines=(found[1],)) if found else None

    def children(self, pointer: str) -> list[str]:
        """Return the pointers of the elements of a list."""
        value = self._value
        for key in pointer.split("/")[1:]:
            value = value.get(key) if isinstance(value, dict) else _at(value, key)
        return [f"{pointer}/{index}" for index in range(len(value))] if isinstance(value, list) else []

    def has(self, pointer: str, key: str) -> bool:
        """Say whether the entry names this key with a text."""
        return f"{pointer}/{key}" in self._found

    def lines_under(self, pointer: str) -> tuple[int, ...]:
        """Return the lines of everything below a pointer."""
        return tuple(number for key, (_, number) in self._found.items() if key.startswith(f"{pointer}/"))


def _leaves(document: Document) -> Iterator[tuple[str, str]]:
    return leaves(json.loads(document.source))


def _at(value: object, key: str) -> object:
    return value[int(key)] if isinstance(value, list) and key.isdigit() and int(key) < len(value) else None


def from_json(document: Document) -> Resume:
    """Return what the file states."""
    tree, ids = _Tree(document), Ids()
    kinds = [kind for kind in SectionKind if tree.lines_under(f"/{kind.value}")]
    return Resume(
        language=language_of(document.text),
        basics=_basics(tree),
        work=tuple(_work("work", "name", at, tree, ids) for at in tree.children(WORK)),
        volunteer=tuple(_work("volunteer", "organization", at, tree, ids) for at in tree.children("/volunteer")),
        education=tuple(_education(at, tree, ids) for at in tree.children("/education")),
        skills=tuple(skill for at in tree.children("/skills") if (skill := _skill(at, tree, ids))),
        languages=tuple(spoken for at in tree.children("/languages") if (spoken := _spoken(at, tree, ids))),
        items=tuple(
            item for kind in NAMES for at in tree.children(f"/{kind.value}") if (item := _item(kind, at, tree, ids))
        ),
        sections=tuple(
            Section(kind=kind, heading=kind.value, lines=tree.lines_under(f"/{kind.value}")) for kind in kinds
        ),
    )


def _basics(tree: _Tree) -> Basics:
    places = [tree.text(f"/basics/location/{key}") for key in ("city", "region", "countryCode")]
    known = [place for place in places if place]
    location = (
        Text(value=", ".join(place.value for place in known), lines=tuple(n for place in known for n in place.lines))
        if known
        else None
    )
    own = tree.text("/basics/url")
    named = [
        Profile(url=url, network=tree.text(f"{at}/network"))
        for at in tree.children("/basics/profiles")
        if (url := tree.text(f"{at}/url"))
    ]
    return Basics(
        name=tree.text("/basics/name"),
        label=tree.text("/basics/label"),
        email=tree.text("/basics/email"),
        phone=tree.text("/basics/phone"),
        location=location,
        summary=tree.text("/basics/summary"),
        profiles=(*([Profile(url=own)] if own else []), *named),
    )


def _period(at: str, tree: _Tree) -> Period | None:
    start, end = tree.text(f"{at}/startDate") or _one_date(at, tree), tree.text(f"{at}/endDate")
    if start is None and end is None:
        return None
    said = [text for text in (start, end) if text]
    is_open = end is not None and end.value.casefold() in _ONGOING
    return Period(
        start=parse_date(start.value) if start else None,
        end=parse_date(end.value) if end and not is_open else None,
        ongoing=is_open or (tree.has(at, "startDate") and end is None),
        written=" to ".join(text.value for text in said),
        lines=tuple(number for text in said for number in text.lines),
    )


def _one_date(at: str, tree: _Tree) -> Text | None:
    return tree.text(f"{at}/date") or tree.text(f"{at}/releaseDate")


def _bullets(at: str, tree: _Tree, ids: Ids) -> tuple[Bullet, ...]:
    prose = tree.text(f"{at}/summary") or tree.text(f"{at}/description")
    found = [(prose, False)] if prose else []
    found += [(text, True) for inner in tree.children(f"{at}/highlights") if (text := tree.text(inner))]
    return tuple(
        Bullet(id=ids.of("bullet", text.value), text=text.value, lines=text.lines, listed=listed)
        for text, listed in found
    )


def _work(kind: str, employer: str, at: str, tree: _Tree, ids: Ids) -> Work:
    name, position, period = tree.text(f"{at}/{employer}"), tree.text(f"{at}/position"), _period(at, tree)
    return Work(
        id=ids.of(kind, position and position.value, name and name.value, (period and period.start) or ""),
        employer=name,
        position=position,
        location=tree.text(f"{at}/location"),
        period=period,
        highlights=_bullets(at, tree, ids),
    )


def _education(at: str, tree: _Tree, ids: Ids) -> Education:
    institution, study, period = tree.text(f"{at}/institution"), tree.text(f"{at}/studyType"), _period(at, tree)
    return Education(
        id=ids.of(
            "education", study and study.value, institution and institution.value, (period and period.start) or ""
        ),
        institution=institution,
        study_type=study,
        area=tree.text(f"{at}/area"),
        location=tree.text(f"{at}/location"),
        period=period,
        highlights=_bullets(at, tree, ids),
    )


def _skill(at: str, tree: _Tree, ids: Ids) -> Skill | None:
    name = tree.text(f"{at}/name")
    keywords = tuple(text for inner in tree.children(f"{at}/keywords") if (text := tree.text(inner)))
    return Skill(id=ids.of("skill", name.value), name=name, keywords=keywords) if name else None


def _spoken(at: str, tree: _Tree, ids: Ids) -> Spoken | None:
    language = tree.text(f"{at}/language")
    if language is None:
        return None
    return Spoken(id=ids.of("language", language.value), language=language, fluency=tree.text(f"{at}/fluency"))


def _item(kind: SectionKind, at: str, tree: _Tree, ids: Ids) -> Item | None:
    name = tree.text(f"{at}/{NAMES[kind]}")
    if name is None:
        return None
    return Item(
        id=ids.of(kind.value, name.value),
        kind=kind,
        name=name,
        period=_period(at, tree),
        highlights=_bullets(at, tree, ids),
    )
