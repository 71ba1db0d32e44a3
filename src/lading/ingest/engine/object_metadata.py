"""
Which facts of an object of a store become AVUs of its copy.

==================  ==================================================================
fact                value
==================  ==================================================================
``content-type``    what it says it is
``storage-class``   where the store keeps it; `STANDARD` unless it says something else
``version-id``      in buckets that keep versions
``user:NAME``       metadata that whoever put it gave it; ``user:*`` for all of it
``tag:NAME``        a tag; ``tag:*`` for all of them. Costs one request for each object
==================  ==================================================================

The attribute is what the row says, with ``{key}`` for NAME; without one it is ``s3:`` and the fact. A value that an
earlier version of the object had goes when another one comes, as long as the row tells which attributes are its own:
by the whole name, or by what stands before ``{key}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from lading.ingest.engine.row import Row

_FACT = re.compile(r"content-type|storage-class|version-id|(?:user|tag):.+", re.DOTALL)
_KEY = "{key}"
_ALL = "*"

Avu = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class ObjectRow(Row):
    """One fact, or all facts of a kind."""

    fact: str
    attribute: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a fact that there is not, and for one attribute that would stand for many."""
        if not _FACT.fullmatch(self.fact):
            raise ValueError(
                f"{self.fact!r} is no fact: content-type, storage-class, version-id, user:NAME or tag:NAME"
            )
        if self.attribute and self.is_many and _KEY not in self.attribute:
            raise ValueError(f"{self.fact} is many facts: the attribute needs {_KEY}")
        super().__post_init__()

    @property
    def is_many(self) -> bool:
        """Whether it is for all facts of a kind."""
        return self.fact.partition(":")[2] == _ALL

    @property
    def needs_tags(self) -> bool:
        """Whether the store has to be asked for tags."""
        return self.fact.startswith("tag:")

    def avus(self, facts: Mapping[str, str]) -> Iterator[Avu]:
        """Yield the AVUs of these facts that the row is for; a fact without a value is none."""
        kind, colon, _ = self.fact.partition(":")
        wanted = [fact for fact in facts if fact.startswith(kind + colon)] if self.is_many else [self.fact]
        for fact in sorted(wanted):
            if facts.get(fact):
                yield self._attribute(fact), facts[fact], self.unit

    def owns(self, attribute: str) -> bool:
        """Say whether an attribute can only be of this row's making."""
        if not self.is_many:
            return attribute == self._attribute(self.fact)
        before, _, behind = self._attribute(self.fact[: -len(_ALL)] + _KEY).partition(_KEY)
        long_enough = len(attribute) > len(before) + len(behind)
        return bool(before) and long_enough and attribute.startswith(before) and attribute.endswith(behind)

    def _attribute(self, fact: str) -> str:
        if not self.attribute:
            return f"s3:{fact}"
        return self.attribute.replace(_KEY, fact.partition(":")[2] or fact)


class FactsOfObject(Protocol):
    """What a store says of an object beside its content."""

    @property
    def content_type(self) -> str:
        """What it says it is."""

    @property
    def storage_class(self) -> str:
        """Where the store keeps it."""

    @property
    def version_id(self) -> str:
        """Which version it is."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """What whoever put it gave it."""


@runtime_checkable
class Described(Protocol):
    """A source that knows facts of its objects."""

    def facts(self, path: str) -> FactsOfObject:
        """Return the facts of the object at `path`."""

    def tags(self, path: str) -> Mapping[str, str]:
        """Return its tags."""


def named(facts: FactsOfObject, tags: Mapping[str, str]) -> dict[str, str]:
    """Return facts under the names that rows have for them."""
    return {
        "content-type": facts.content_type,
        "storage-class": facts.storage_class,
        "version-id": facts.version_id,
        **{f"user:{name}": value for name, value in facts.metadata.items()},
        **{f"tag:{name}": value for name, value in tags.items()},
    }


def asked_of(source: object, path: str) -> Callable[[bool], Mapping[str, str]]:
    """Return what asks a source for the facts of an object, with tags or without; of a file there are none."""

    def ask(tags: bool) -> Mapping[str, str]:  # noqa: FBT001 - handed on
        if not isinstance(source, Described):
            return {}
        return named(source.facts(path), source.tags(path) if tags else {})

    return ask


def owned(rows: Iterable[ObjectRow], avus: Iterable[Avu]) -> tuple[Avu, ...]:
    """Return those AVUs that the rows have made."""
    rows = tuple(rows)
    return tuple(avu for avu in avus if any(row.owns(avu[0]) for row in rows))
