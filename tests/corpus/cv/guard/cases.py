"""The cases of the guard's corpus: planted inventions, generated and by hand, and honest paraphrases."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.corpus.cv.guard.changes import CHANGES, POOLS

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One position whose points are rewritten."""

    name: str
    language: str
    position: str
    employer: str
    location: str
    period: str
    points: tuple[str, ...]
    held_out: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that its section says."""
        return (self.position, self.employer, self.location, self.period, *self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A point and what it was rewritten as."""

    role: Role
    before: str
    after: str
    #: which of the eight kinds was planted; "" for an honest one
    kind: str = ""
    #: whether a question is enough, because nothing hard was planted
    may_ask: bool = False
    by_hand: bool = True


@cache
def roles() -> dict[str, Role]:
    """Return the positions by name."""
    data = tomllib.loads((_FOLDER / "roles.toml").read_text(encoding="utf-8"))
    return {name: Role(name=name, **{**row, "points": tuple(row["points"])}) for name, row in data.items()}


def paraphrases() -> Iterator[Case]:
    """Yield the honest rewrites."""
    data = tomllib.loads((_FOLDER / "paraphrases.toml").read_text(encoding="utf-8"))
    for name, points in data.items():
        role = roles()[name]
        for before, texts in zip(role.points, points, strict=True):
            yield from (Case(role=role, before=before, after=text) for text in texts)


def inventions() -> Iterator[Case]:
    """Yield what was planted: by hand, then by the eight changes on every point of every role."""
    data = tomllib.loads((_FOLDER / "planted.toml").read_text(encoding="utf-8"))
    for name, point, kind, text in data["planted"]:
        role = roles()[name]
        yield Case(role=role, before=role.points[point], after=text, kind=kind)
    for role in roles().values():
        pool = POOLS[role.language, role.held_out]
        for place, before in enumerate(role.points):
            for kind, change in CHANGES.items():
                after = change(before, pool, random.Random(f"{role.name} {place} {kind}"))
                if after is not None:
                    yield Case(role=role, before=before, after=after, kind=kind, by_hand=False)


def attacks(file: str = "attacks.toml") -> Iterator[Case]:
    """Yield what somebody wrote who wants an invention to get through; `fresh.toml` was written last."""
    data = tomllib.loads((_FOLDER / file).read_text(encoding="utf-8"))
    for name, point, way, verdict, text in data["attacks"]:
        role = roles()[name]
        yield Case(role=role, before=role.points[point], after=text, kind=way, may_ask=verdict == "ask")
