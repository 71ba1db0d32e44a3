"""How places and differences are told: a JSON Pointer as words, two texts word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: a part of a pointer -> what people call it; a list is called as one of its entries
_NAMES: Mapping[str, str] = {
    "basics": "contact",
    "work": "position",
    "volunteer": "voluntary position",
    "skills": "skill",
    "languages": "language",
    "projects": "project",
    "awards": "award",
    "certificates": "certificate",
    "publications": "publication",
    "interests": "interest",
    "references": "reference",
    "profiles": "link",
    "highlights": "point",
    "keywords": "skill",
    "sections": "section",
    "studyType": "degree",
    "period": "dates",
    "startDate": "beginning",
    "endDate": "end",
    "position": "title",
    "url": "address",
}
#: longer texts are told as a whole: comparing takes the square of their words
_MOST_WORDS = 2_000
_PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether the other text lacks it."""

    text: str
    is_changed: bool


def place(pointer: str) -> str:
    """Return where a pointer leads: `position 1, point 3`; "" for the document as a whole."""
    told: list[str] = []
    for part in filter(None, pointer.split("/")):
        if part.isdigit() and told:
            told[-1] += f" {int(part) + 1}"
        else:
            told.append(_NAMES.get(part, part))
    if len(told) > 1 and told[0] == "contact":
        told = told[1:]
    return ", ".join(told)


def compared(before: str, after: str) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Return both texts in pieces, those that only one of them has being changed."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if not old or not new or len(old) + len(new) > _MOST_WORDS:
        return [Piece(before, is_changed=True)] * bool(before), [Piece(after, is_changed=True)] * bool(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (
        list(_joined((old[at:to], kind != "equal") for kind, at, to, _, _ in steps)),
        list(_joined((new[at:to], kind != "equal") for kind, _, _, at, to in steps)),
    )


def _joined(parts: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    yield from (Piece("".join(words), is_changed) for words, is_changed in parts if words)
