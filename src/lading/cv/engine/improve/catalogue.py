"""The catalogue of suggestions: codes, kinds and reasons. The texts are data; see `data/suggestions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lading.cv.engine.improve.suggestion import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kind of suggestion. `code` never changes its meaning."""

    code: str
    kind: Kind
    #: rule of the lint that it answers; "" where there is none
    mends: str
    reason: str


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return every kind of suggestion by its code, in the order of the catalogue."""
    data = tomllib.loads(resources.files(__package__).joinpath("data/suggestions.toml").read_text(encoding="utf-8"))
    return {
        code: Entry(code=code, kind=Kind(row["kind"]), mends=row["mends"], reason=row["reason"])
        for code, row in data["suggestions"].items()
    }
