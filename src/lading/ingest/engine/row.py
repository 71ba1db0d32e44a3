"""Rows of a job file that apply to some files, and whose texts are filled in with what is known of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from string import Formatter
from typing import Any, ClassVar

from lading.base.paths import shown
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.values import Entry

#: names that every row may use
FACTS = frozenset({"name", "stem", "suffix", "path", "folder", "size", "mtime", "owner"})


def _nothing(_tags: bool) -> Mapping[str, str]:  # noqa: FBT001 - as it is called
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one file."""

    #: relative path
    path: str
    entry: Entry
    #: asked only where a row needs it
    owner: Callable[[], str]
    #: what a store says of the object, with its tags or without; nothing of a file
    of_object: Callable[[bool], Mapping[str, str]] = _nothing

    def values(self, wanted: frozenset[str]) -> dict[str, str]:
        """Return what the wanted names stand for."""
        folder, _, name = self.path.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        found = {
            "name": name,
            "stem": stem if stem and dot else name,
            "suffix": dot + suffix if stem and dot else "",
            "path": self.path,
            "folder": folder,
            "size": str(self.entry.size),
            "mtime": _moment(self.entry.mtime_ns // 1_000_000_000),
        }
        return found | ({"owner": self.owner()} if "owner" in wanted else {})


@dataclass(frozen=True, kw_only=True)
class Row:
    """To which files a row applies."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    files: str | None = None
    match: str | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` for a pattern that is none and for names that nothing gives."""
        given = FACTS | set(self._expression.groupindex if self._expression else ())
        unknown = sorted(self._names - given)
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} stands for nothing: neither a fact nor a group of `match`")
        self._pattern  # noqa: B018 - compiled once, so that a wrong one is told now

    def texts(self) -> tuple[str, ...]:
        """Return the texts with names in them."""
        return ()

    def fill(self, facts: Facts) -> Callable[[str], str] | None:
        """Return what fills a text of this row in, None if the row does not apply."""
        if self._pattern is not None and not self._pattern.takes_file(facts.path):
            return None
        found = self._expression.fullmatch(facts.path) if self._expression else None
        if self._expression and found is None:
            return None
        groups = {name: value or "" for name, value in found.groupdict().items()} if found else {}
        values = facts.values(self._names) | groups
        return lambda text: _filled(text, values)

    @cached_property
    def _expression(self) -> re.Pattern[str] | None:
        try:
            return re.compile(self.match) if self.match is not None else None
        except re.error as error:
            raise ValueError(f"match: {error}") from error

    @cached_property
    def _pattern(self) -> Filters | None:
        return Filters(include=(self.files,)) if self.files is not None else None

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for text in self.texts() for name in _names_in(text))


def _moment(seconds: int) -> str:
    """Return a time as ISO 8601 has it; one that no calendar has, which a filesystem may hold, as its number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"@{seconds}"


def _names_in(text: str) -> list[str]:
    """Return the names between braces; raise `ValueError` for anything but plain names there."""
    names = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{text!r}: only a name may stand between braces")
        names.append(name)
    return names


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its names filled in; bytes that are not UTF-8 are shown as escapes."""
    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(text):
        parts += [literal, shown(values[name]) if name is not None else ""]
    return "".join(parts)
