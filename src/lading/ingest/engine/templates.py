"""
Metadata, permissions and users out of a job file: rows with patterns, filled in for each file.

A row applies to the files that its `files` (a pattern as of the filters) and its `match` (a regular expression that the
whole path has to match) name; without them to all. In its texts stand

===============  ===========================================================================
``{name}``       the last element of the path; ``{stem}`` and ``{suffix}`` are its parts
``{path}``       the relative path; ``{folder}`` is the path of the folder
``{size}``       bytes
``{mtime}``      modification time, ISO 8601, UTC, whole seconds
``{owner}``      who owns the file at the source (the number where there is no name)
``{group}``      what the group ``(?P<group>…)`` of `match` found; "" where it took no part
===============  ===========================================================================

``{{`` and ``}}`` stand for braces. An AVU without a value, and a permission for nobody, are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from string import Formatter
from typing import Any, ClassVar

from lading.base.errors import HookFailed
from lading.base.paths import shown
from lading.ingest.engine.answers import user_of
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.values import Entry
from lading.ingest.handlers import User

#: names that every row may use
FACTS = frozenset({"name", "stem", "suffix", "path", "folder", "size", "mtime", "owner"})

#: as iRODS spells them; those of one word are what older servers know
PERMISSIONS = frozenset(
    {"null", "read_metadata", "read_object", "read", "create_metadata", "modify_metadata", "delete_metadata",
     "create_object", "modify_object", "write", "delete_object", "own"}
)  # fmt: skip

#: longer AVU texts are refused by every server
LONGEST_AVU = 2_700

Avu = tuple[str, str, str]
Acl = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one file."""

    #: relative path
    path: str
    entry: Entry
    #: asked only where a row needs it
    owner: Callable[[], str]

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


@dataclass(frozen=True, kw_only=True)
class MetadataRow(Row):
    """One AVU."""

    attribute: str
    value: str
    unit: str = ""

    def texts(self) -> tuple[str, ...]:
        """Return attribute, value and unit."""
        return self.attribute, self.value, self.unit


@dataclass(frozen=True, kw_only=True)
class AclRow(Row):
    """One permission for a user or group (`name` or `name#zone`)."""

    permission: str
    user: str

    def __post_init__(self) -> None:
        """Raise `ValueError` for a permission that iRODS does not know."""
        if self.permission not in PERMISSIONS:
            raise ValueError(f"{self.permission!r} is no permission: one of {', '.join(sorted(PERMISSIONS))}")
        super().__post_init__()

    def texts(self) -> tuple[str, ...]:
        """Return who."""
        return (self.user,)


@dataclass(frozen=True, kw_only=True)
class ActAsRow(Row):
    """Who writes: a text (`user`), or a table from owners of files to users (`owners`)."""

    user: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise `ValueError` unless there is exactly one of both."""
        if bool(self.user) == bool(self.owners):
            raise ValueError("either `user` or `owners` is needed")
        for name in self.owners.values():
            user_of(name)
        super().__post_init__()

    def texts(self) -> tuple[str, ...]:
        """Return the user."""
        return (self.user,)


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The rows of a job."""

    metadata: tuple[MetadataRow, ...] = ()
    acl: tuple[AclRow, ...] = ()
    act_as: tuple[ActAsRow, ...] = ()

    @property
    def decorates(self) -> bool:
        """Whether objects get metadata or permissions."""
        return bool(self.metadata or self.acl)

    @cached_property
    def digest(self) -> str:
        """Text that differs where other metadata or permissions come out; "" where there are none."""
        if not self.decorates:
            return ""
        rows = [[asdict(row) for row in rows] for rows in (self.metadata, self.acl)]
        return blake2b(json.dumps(rows).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def avus(self, facts: Facts) -> tuple[Avu, ...]:
        """Return the AVUs of a file, none twice, in order of the rows."""
        filled = [tuple(map(fill, row.texts())) for row in self.metadata if (fill := row.fill(facts))]
        found = [(attribute, value, unit) for attribute, value, unit in filled if attribute and value]
        return tuple(dict.fromkeys(found))

    def acls(self, facts: Facts) -> tuple[Acl, ...]:
        """Return permissions; of several for one user the last row's."""
        granted: dict[str, str] = {}
        for row in self.acl:
            fill = row.fill(facts)
            who = fill(row.user) if fill else ""
            if who:
                granted.pop(who, None)
                granted[who] = row.permission
        return tuple((permission, who) for who, permission in granted.items())

    def user(self, facts: Facts) -> User | None:
        """Return who writes a file: the first row that names somebody; None for the job's own user."""
        for row in self.act_as:
            fill = row.fill(facts)
            if fill is None:
                continue
            named = row.owners.get(facts.owner(), "") if row.owners else fill(row.user)
            if named:
                return _user(named)
        return None


NO_TEMPLATES = Templates()


def _user(named: str) -> User:
    """Return the user; raise `HookFailed` for a text that a file's name or owner made of it and that is none."""
    try:
        return user_of(named)
    except ValueError as error:
        raise HookFailed(f"act_as: {named!r:.80}: {error}") from error


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
