"""Sections that are lists: skills, languages, and those kept as they stand."""

from __future__ import annotations

import re

from lading.cv.engine.resume import Bullet, Item, Period, SectionKind, Skill, Spoken, Sure, Text
from lading.cv.engine.structure.dates import find_period
from lading.cv.engine.structure.identity import Ids
from lading.cv.engine.structure.rows import Row

_SEPARATOR = re.compile(r"\s*[,;|•·]\s+|\s*[;|•]\s*|\t+|,(?=[^\W\d])(?![^(]*\))")
_GROUP = re.compile(r"^(?P<group>[^:,;|]{2,40}):\s*(?P<rest>\S.*)$")
_LEVEL = re.compile(
    r"^(?P<name>[^\W\d_][\w /-]*?)\s*(?:\((?P<bracket>[^)]*)\)|[:\u2013\u2014-]\s+(?P<after>.+)|\t(?P<tab>.+))$"
)
#: between two languages: English and Portuguese
_AND = re.compile(r"(?<=\w)\s+(?:and|und|&)\s+(?=[^\W\d_a-z])(?![^(]*\))")
_KNOWN = frozenset(
    [
        "english",
        "german",
        "french",
        "spanish",
        "italian",
        "dutch",
        "portuguese",
        "polish",
        "russian",
        "turkish",
        "arabic",
        "chinese",
        "mandarin",
        "japanese",
        "korean",
        "hindi",
        "danish",
        "swedish",
        "norwegian",
        "finnish",
        "czech",
        "hungarian",
        "greek",
        "romanian",
        "ukrainian",
        "latin",
        "hebrew",
        "persian",
        "welsh",
        "irish",
        "englisch",
        "deutsch",
        "französisch",
        "spanisch",
        "italienisch",
        "niederländisch",
        "portugiesisch",
        "polnisch",
        "russisch",
        "türkisch",
        "arabisch",
        "chinesisch",
        "japanisch",
        "dänisch",
        "schwedisch",
        "norwegisch",
        "finnisch",
        "tschechisch",
        "ungarisch",
        "griechisch",
        "rumänisch",
        "ukrainisch",
        "latein",
        "hebräisch",
        "persisch",
        "kroatisch",
        "serbisch",
    ]
)
#: what may stand around a date at the end of a row
_AROUND = " ,;:|().\u00b7\u2013\u2014\t-"
#: words of the longest skill; what is longer is a sentence
_SKILL_WORDS = 6


def skills_of(rows: list[Row], ids: Ids) -> tuple[Skill, ...]:
    """Return skills and groups of skills; sentences are no skills."""
    found: list[Skill] = []
    for row in _unbroken(rows):
        group = _GROUP.match(row.text)
        names = [
            Text(value=name, lines=row.numbers[:1], sure=Sure.INFERRED)
            for name in _split(group["rest"] if group else row.text)
            if len(name.split()) <= _SKILL_WORDS
        ]
        if group and names:
            title = Text(value=group["group"].strip(), lines=row.numbers[:1], sure=Sure.INFERRED)
            found.append(Skill(id=ids.of("skill", title.value), name=title, keywords=tuple(names)))
        else:
            found += [Skill(id=ids.of("skill", name.value), name=name) for name in names]
    return tuple(found)


def languages_of(rows: list[Row], ids: Ids) -> tuple[Spoken, ...]:
    """Return languages with their levels in the words of the CV."""
    found: list[Spoken] = []
    for row in _unbroken(rows):
        for part in (
            _split(_AND.sub(", ", row.text))
            if not _LEVEL.match(row.text) or "," in row.text or _AND.search(row.text)
            else [row.text]
        ):
            name, level = _spoken(part)
            if name and (name.split()[0].casefold() in _KNOWN or len(name.split()) == 1) and name[0].isupper():
                lines = row.numbers[:1]
                fluency = Text(value=level, lines=lines, sure=Sure.INFERRED) if level else None
                language = Text(value=name, lines=lines, sure=Sure.INFERRED)
                found.append(Spoken(id=ids.of("language", name), language=language, fluency=fluency))
    return tuple(found)


def items_of(kind: SectionKind, rows: list[Row], ids: Ids) -> tuple[Item, ...]:
    """Return the entries of a section that is kept as it stands: a row each, or a row with the list below it."""
    nested = any(not row.bullet for row in rows) and any(row.bullet for row in rows)
    found: list[Item] = []
    for row in rows:
        if nested and row.bullet and found:
            bullet = Bullet(id=ids.of("bullet", row.text), text=row.text, lines=row.numbers)
            last = found.pop()
            found.append(
                Item(id=last.id, kind=kind, name=last.name, period=last.period, highlights=(*last.highlights, bullet))
            )
        else:
            found.append(_item(kind, row, ids))
    return tuple(found)


def _item(kind: SectionKind, row: Row, ids: Ids) -> Item:
    period = find_period(row.text)
    if period and row.text[: period.begins].strip(_AROUND) and row.text[period.ends :].strip(_AROUND):
        period = None  # a date within a sentence is part of it: a volume, its year, the pages
    rest = row.text if period is None else f"{row.text[: period.begins]} {row.text[period.ends :]}"
    name = " ".join(rest.split()).strip(" ,;:|()·\u2013\u2014-") or row.text
    return Item(
        id=ids.of(kind.value, row.text),
        kind=kind,
        name=Text(value=name, lines=row.numbers, sure=Sure.INFERRED),
        period=Period(
            start=period.start,
            end=period.end,
            ongoing=period.ongoing,
            written=row.text[period.begins : period.ends].strip(" \t,|"),
            lines=row.numbers[:1],
        )
        if period
        else None,
    )


def _spoken(part: str) -> tuple[str, str]:
    """Return a language and its level, "" where none is given."""
    match = _LEVEL.match(part)
    if match:
        return match["name"].strip(), (match["bracket"] or match["after"] or match["tab"] or "").strip()
    first, _, rest = part.partition(" ")
    return (first, rest.strip()) if first.casefold() in _KNOWN else (part, "")


def _split(text: str) -> list[str]:
    """Return the parts of a list; separators in brackets part nothing."""
    shielded = re.sub(
        r"\([^)]*\)", lambda match: match[0].replace(",", "\x00").replace(";", "\x01").replace("/", "\x02"), text
    )
    parts = (part.replace("\x00", ",").replace("\x01", ";").replace("\x02", "/") for part in _SEPARATOR.split(shielded))
    return [part.strip(" .,;") if not part.strip().endswith("etc.") else "" for part in parts if part.strip(" .,;")]


def _unbroken(rows: list[Row]) -> list[Row]:
    """Return the rows of a list; a list with commas that the margin broke is one row."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else None
        runs_on = last and not last.bullet and not row.bullet and "," in last.text and not _GROUP.match(row.text)
        if last and runs_on and row.line.page and row.line.bold == last.line.bold:
            text = f"{last.text} {row.text}"
            joined[-1] = Row(text=text, line=last.line, numbers=(*last.numbers, *row.numbers), bullet=False)
        else:
            joined.append(row)
    return joined
