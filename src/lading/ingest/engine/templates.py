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
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import blake2b

from lading.base.errors import HookFailed
from lading.ingest.engine.answers import user_of
from lading.ingest.engine.object_metadata import ObjectRow
from lading.ingest.engine.row import Facts, Row
from lading.ingest.handlers import User

__all__ = ["AclRow", "ActAsRow", "Facts", "MetadataRow", "ObjectRow", "Row", "Templates"]

#: as iRODS spells them; those of one word are what older servers know
PERMISSIONS = frozenset(
    {"null", "read_metadata", "read_object", "read", "create_metadata", "modify_metadata", "delete_metadata",
     "create_object", "modify_object", "write", "delete_object", "own"}
)  # fmt: skip

#: longer AVU texts are refused by every server
LONGEST_AVU = 2_700

Avu = tuple[str, str, str]
Acl = tuple[str, str]


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
    objects: tuple[ObjectRow, ...] = ()

    @property
    def decorates(self) -> bool:
        """Whether objects get metadata or permissions."""
        return bool(self.metadata or self.acl or self.objects)

    @cached_property
    def digest(self) -> str:
        """Text that differs where other metadata or permissions come out; "" where there are none."""
        if not self.decorates:
            return ""
        kinds = (self.metadata, self.acl, *([self.objects] if self.objects else []))
        rows = [[asdict(row) for row in rows] for rows in kinds]
        return blake2b(json.dumps(rows).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def avus(self, facts: Facts) -> tuple[Avu, ...]:
        """Return all AVUs of a file, none twice, in order of the rows."""
        return tuple(dict.fromkeys((*self.avus_of_path(facts), *self._avus_of_object(facts))))

    def _avus_of_object(self, facts: Facts) -> tuple[Avu, ...]:
        """Return the AVUs that what a store says of an object makes; nobody is asked unless a row applies."""
        rows = [row for row in self.objects if row.fill(facts) is not None]
        known = facts.of_object(any(row.needs_tags for row in rows)) if rows else {}
        return tuple(avu for row in rows for avu in row.avus(known))

    def avus_of_path(self, facts: Facts) -> tuple[Avu, ...]:
        """Return the AVUs that path and entry of a file make."""
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
