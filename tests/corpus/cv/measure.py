"""Compares what was recovered of a CV with what a person reads in it, field by field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from lading.cv.engine.document import Document
from lading.cv.engine.extract import extract
from lading.cv.engine.resume import Period, Resume, Text
from lading.cv.engine.structure import structure

FOLDER = Path(__file__).parent / "files"
#: names, e-mails, phones, employers, titles and dates: 95 % of these are promised
PROMISED = (
    "name",
    "email",
    "phone",
    "work employer",
    "work position",
    "work start",
    "work end",
    "education start",
    "education end",
)


class Verdict(StrEnum):
    """What became of one field."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    #: a value where the CV has none
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one CV."""

    file: str
    writer: str
    held_out: bool
    name: str
    expected: str
    found: str

    @property
    def verdict(self) -> Verdict:
        """What became of it; spaces and case say nothing."""
        expected, found = _same(self.expected), _same(self.found)
        if expected == found:
            return Verdict.RIGHT
        if not found:
            return Verdict.MISSING
        return Verdict.EXTRA if not expected else Verdict.WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many fields of a group were right."""

    right: int
    fields: int
    extra: int

    @property
    def percent(self) -> float:
        """Right ones of those that the CVs have."""
        return 100.0 * self.right / max(1, self.fields)

    def __str__(self) -> str:
        extra = f", {self.extra} extra" if self.extra else ""
        return f"{self.right} of {self.fields} ({self.percent:.1f} %){extra}"


def share(fields: Iterable[Field]) -> Share:
    """Count the verdicts of fields."""
    counts = Counter(field.verdict for field in fields)
    extra = counts[Verdict.EXTRA]
    return Share(right=counts[Verdict.RIGHT], fields=sum(counts.values()) - extra, extra=extra)


def report() -> Iterator[str]:
    """Yield what is recovered of the corpus, a row each of a Markdown table: by group, by field, by writer."""
    fields = [field for name in names() for field in fields_of(name)]
    yield "| | tuned | held out |"
    yield "|---|---|---|"
    yield _row("all fields", fields)
    yield _row("**names, e-mails, phones, employers, titles, dates**", [f for f in fields if f.name in PROMISED])
    for key in ("name", "writer"):
        for value in sorted({getattr(field, key) for field in fields}):
            yield _row(value, [field for field in fields if getattr(field, key) == value])


def _row(title: str, fields: list[Field]) -> str:
    parts = [[field for field in fields if field.held_out is held_out] for held_out in (False, True)]
    return f"| {title} | " + " | ".join(str(share(part)) if part else "" for part in parts) + " |"


@cache
def read(name: str) -> tuple[Document, Resume]:
    """Return one CV of the corpus as Lading reads it."""
    document = extract(FOLDER / name)
    return document, structure(document)


def names() -> list[str]:
    """Return the files of the corpus that can be read."""
    return [name for name in every_name() if "refused" not in truth(name)]


def every_name() -> list[str]:
    """Return the files of the corpus, those that are refused too."""
    return sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


def truth(name: str) -> dict[str, object]:
    """Return what a person reads in a CV."""
    value: dict[str, object] = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    return value


def fields_of(name: str) -> Iterator[Field]:
    """Yield every field that a CV has or that was found in it."""
    expected, (_, resume) = truth(name), read(name)
    for field, wanted, found in _pairs(expected, resume):
        if wanted or found:
            yield Field(
                file=name,
                writer=str(expected["writer"]),
                held_out=bool(expected["held_out"]),
                name=field,
                expected=wanted,
                found=found,
            )


def _pairs(expected: dict[str, object], resume: Resume) -> Iterator[tuple[str, str, str]]:
    basics = resume.basics
    for key in ("name", "label", "email", "phone", "location", "summary"):
        yield key, str(expected[key] or ""), _value(getattr(basics, key))
    yield "url", str(expected["url"] or ""), _value(basics.profiles[0].url) if basics.profiles else ""
    yield "language of the CV", str(expected["language"]), resume.language.value
    work = [
        (_value(w.position), _value(w.employer), *_dates(w.period), "\n".join(b.text for b in w.highlights))
        for w in resume.work
    ]
    yield from _entries("work", ("position", "employer", "start", "end", "highlights"), expected["work"], work)
    education = [(_value(e.study_type), _value(e.institution), *_dates(e.period)) for e in resume.education]
    yield from _entries("education", ("study", "institution", "start", "end"), expected["education"], education)
    skills = [_value(text) for skill in resume.skills for text in (skill.keywords or (skill.name,))]
    yield from _sets("skill", _list(expected["skills"]), skills)
    yield from _sets("language", _list(expected["languages"]), [_value(s.language) for s in resume.languages])


def _entries(
    section: str, keys: Sequence[str], expected: object, found: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of entries, in their order; what is left over on either side is missing or extra."""
    wanted = [
        tuple(_shown(entry.get(key), ongoing=bool(entry.get("ongoing")), key=key) for key in keys)
        for entry in _dicts(expected)
    ]
    for number in range(max(len(wanted), len(found))):
        nothing = ("",) * len(keys)
        left = wanted[number] if number < len(wanted) else nothing
        right = found[number] if number < len(found) else nothing
        for key, one, other in zip(keys, left, right, strict=True):
            yield f"{section} {key}", one, other


def _shown(value: object, *, ongoing: bool, key: str) -> str:
    if key == "end" and ongoing:
        return "ongoing"
    return "\n".join(str(part) for part in value) if isinstance(value, list) else str(value or "")


def _sets(name: str, expected: list[str], found: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each value that was expected, then each that was not."""
    left = [_same(value) for value in found]
    for value in expected:
        if _same(value) in left:
            left.remove(_same(value))
            yield name, value, value
        else:
            yield name, value, ""
    for value in left:
        yield name, "", value


def _dates(period: Period | None) -> tuple[str, str]:
    if period is None:
        return "", ""
    return str(period.start or ""), "ongoing" if period.ongoing else str(period.end or "")


def _value(text: Text | None) -> str:
    return text.value if text else ""


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(part) for part in value]


def _dicts(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return [part for part in value if isinstance(part, dict)]


if __name__ == "__main__":
    print("\n".join(report()))
