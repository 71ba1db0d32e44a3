"""The head of an entry, taken apart: position, organisation, place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lading.cv.engine.resume import Sure, Text
from lading.cv.engine.structure.words import degree_weight, is_legal_form, organisation_weight

#: strong separators; a comma is a weak one
_STRONG = re.compile(r"\t|\s*[|•·;]\s*|\s+[-\u2013\u2014]{1,2}\s+|\s+@\s+|\s+(?:at|bei|beim)\s+(?=[\w\"„])|:\s+")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_EDGES = " \t,;:|·•-\u2013\u2014"
_PLACE = re.compile(r"^[^\W\d_][\w'\u2019.-]*(?: [\w'\u2019.()/-]+){0,2}$")
_IN_PLACE = re.compile(r"^(.+\S)\s+in\s+([^\W\d_a-z][\w-]+(?: [\w-]+)?)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a head."""

    text: str
    #: number of the line
    line: int
    #: which part between strong separators it stood in
    group: int
    #: how many commas before it in that part
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a head says. The role is the position or the degree."""

    role: Text | None = None
    organisation: Text | None = None
    place: Text | None = None


def pieces_of(text: str, line: int, group: int) -> list[Piece]:
    """Return the parts of one line whose period is already taken out."""
    text = _EMPTY.sub(" ", text)
    found: list[Piece] = []
    for number, strong in enumerate(part for part in _STRONG.split(text) if part.strip(_EDGES)):
        bracket = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", strong.strip(_EDGES))
        weak = [*_commas(bracket[1]), bracket[2]] if bracket else _commas(strong)
        weak = [part for whole in weak for part in _at_place(whole)]
        found += [
            Piece(part.strip(_EDGES), line, group + number, rank)
            for rank, part in enumerate(weak)
            if part.strip(_EDGES)
        ]
    return found


def _at_place(text: str) -> list[str]:
    """Return an organisation and its place where `in` joins them; a degree *in* a subject is one part."""
    match = _IN_PLACE.match(text)
    is_apart = match is not None and organisation_weight(match[1]) > 0 and not degree_weight(match[1])
    return [match[1], match[2]] if match and is_apart else [text]


def _commas(text: str) -> list[str]:
    """Return the parts between commas outside brackets; `Example, Inc.` is one part."""
    parts: list[str] = []
    for part in re.split(r",\s+(?![^(]*\))", text):
        if parts and is_legal_form(part):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def head_of(pieces: list[Piece], role_weight: Callable[[str], int]) -> Head:
    """
    Return what the parts of a head are.

    The role is the part that looks most like one, the organisation what looks most like that among the others. Where
    only one of them shows itself, the first other part that is no second half of a list is taken for the other, and
    where none does, the order is: role, organisation. What is taken by its order alone is a guess.
    """
    rest = list(pieces)
    role = _take(rest, lambda text: 2 * role_weight(text) - organisation_weight(text))
    organisation = _take(rest, lambda text: organisation_weight(text) - role_weight(text))
    guessed_role = role is None
    guessed = organisation is None
    if role is None and (candidates := [piece for piece in rest if piece.rank == 0]):
        role = candidates[0]
        rest.remove(role)
    if organisation is None and rest:
        organisation = _next_to(rest, role)
        rest.remove(organisation)
    place = next((piece for piece in rest if _PLACE.match(piece.text)), None)
    return Head(
        role=_text(role, Sure.GUESSED if guessed_role and guessed else Sure.INFERRED),
        organisation=_text(organisation, Sure.GUESSED if guessed else Sure.INFERRED),
        place=_text(_with_country(place, rest), Sure.GUESSED),
    )


def _take(rest: list[Piece], weight: Callable[[str], int]) -> Piece | None:
    """Remove and return the part of the greatest weight above 0, the first of equals."""
    best = max(rest, key=lambda piece: weight(piece.text), default=None)
    if best is None or weight(best.text) <= 0:
        return None
    rest.remove(best)
    return best


def _next_to(rest: list[Piece], role: Piece | None) -> Piece:
    """Return the first part of another group than the role's, else the first part."""
    return next((piece for piece in rest if role is None or piece.group != role.group), rest[0])


def _with_country(place: Piece | None, rest: list[Piece]) -> Piece | None:
    """Return a place with what follows it after a comma: `Portland, OR`."""
    if place is None:
        return None
    after = [piece for piece in rest if piece.group == place.group and piece.rank == place.rank + 1]
    return Piece(f"{place.text}, {after[0].text}", place.line, place.group, place.rank) if after else place


def _text(piece: Piece | None, sure: Sure) -> Text | None:
    return Text(value=piece.text, lines=(piece.line,), sure=sure) if piece else None
