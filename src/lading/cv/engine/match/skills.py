"""Lading's own list of skills and the names they go by."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill of the list."""

    name: str
    names: tuple[str, ...]
    #: whether its first name is also an ordinary word or a letter, and so counts only as written
    is_exact: bool


@cache
def skills() -> tuple[Skill, ...]:
    """Return the list, in its order."""
    exact = frozenset(_data()["exact"])
    return tuple(Skill(name=row[0], names=tuple(row), is_exact=row[0] in exact) for row in _data()["skills"])


def skill_named(name: str) -> Skill | None:
    """Return the skill that goes by a name, without regard to case, or None."""
    return _by_name().get(" ".join(name.casefold().split()))


def find_skills(text: str) -> tuple[tuple[Skill, ...], str]:
    """
    Return the skills that a text names, in its order, and the text with their names blanked out.

    A longer name wins over a shorter one inside it: "Spring Boot" is not also "Spring". Nothing of the text is kept.
    """
    found: dict[int, Skill] = {}

    def take(match: re.Match[str]) -> str:
        found[match.start()] = skill
        return " " * len(match[0])

    lower = text.casefold()
    for name in _longest_first():
        if name.first_word in lower:
            skill = name.skill
            text = _pattern_of_listed(name).sub(take, text)
    unique = dict.fromkeys(found[start] for start in sorted(found))
    return tuple(unique), text


def pattern_of(name: str, *, is_exact: bool) -> re.Pattern[str]:
    """
    Return a pattern for a name as a whole term.

    "go" is not found in "going", "C" not in "C++", "R" not in "R&D"; a name that `is_exact` counts only as written.
    """
    inner = r"\s+".join(re.escape(part) for part in name.split())
    if is_exact:
        words = "|".join(_data()["not_before"])
        return re.compile(rf"(?<![\w+#&.-]){inner}(?![\w+#&'\u2019]|-[a-z]|\s+(?:{words})\b)")
    return re.compile(rf"(?<![\w+#]){inner}(?![\w+#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """One name of one skill, ready to be looked for."""

    name: str
    #: case-folded; a text without it need not be searched
    first_word: str
    is_exact: bool
    skill: Skill


@cache
def _pattern_of_listed(name: _Name) -> re.Pattern[str]:
    """Return the pattern of a name of the list, made when it is first needed: a text has few of them."""
    return pattern_of(name.name, is_exact=name.is_exact)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("data/skills.toml").read_text(encoding="utf-8"))


@cache
def _longest_first() -> tuple[_Name, ...]:
    names = [_name(name, skill) for skill in skills() for name in skill.names]
    return tuple(sorted(names, key=lambda name: (-len(name.name), name.name)))


def _name(name: str, skill: Skill) -> _Name:
    first_word = name.split(maxsplit=1)[0].casefold()
    return _Name(name=name, first_word=first_word, is_exact=skill.is_exact and name == skill.name, skill=skill)


@cache
def _by_name() -> dict[str, Skill]:
    return {name.casefold(): skill for skill in skills() for name in skill.names}
