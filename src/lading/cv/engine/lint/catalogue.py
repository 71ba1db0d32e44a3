"""The catalogue of the rules: codes, texts and sources. The texts are data; see `data/catalogue.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Heading(StrEnum):
    """Under which of the two headings a rule's findings stand."""

    LOSES = "loses"
    ADVICE = "advice"

    @property
    def words(self) -> str:
        """The heading as people read it."""
        return {Heading.LOSES: "What software loses", Heading.ADVICE: "Advice"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who gives an advice, and for which country."""

    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as people and programs know it. `code` never changes its meaning."""

    code: str
    group: str
    heading: Heading
    title: str
    meaning: str
    action: str
    #: None under `Heading.LOSES`: that is observed, not advised
    source: Source | None
    is_on_by_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All rules, in the order of the catalogue."""

    version: int
    rules: Mapping[str, Rule]

    def position(self, code: str) -> int:
        """Return the place of a rule in the catalogue, from 0; raise `KeyError`."""
        return tuple(self.rules).index(code)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of this version."""
    text = resources.files(__package__).joinpath("data/catalogue.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    sources = {name: Source(**fields) for name, fields in data["sources"].items()}
    rules = {code: _rule(code, fields, sources) for code, fields in data["rules"].items()}
    return Catalogue(version=data["version"], rules=rules)


def _rule(code: str, fields: Mapping[str, Any], sources: Mapping[str, Source]) -> Rule:
    return Rule(
        code=code,
        group=fields["group"],
        heading=Heading(fields["heading"]),
        title=fields["title"],
        meaning=fields["meaning"],
        action=fields["action"],
        source=sources[fields["source"]] if "source" in fields else None,
        is_on_by_default=fields.get("default", "on") == "on",
    )
