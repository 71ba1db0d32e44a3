"""
Which paths are brought: patterns, sizes, ages, types.

===========  ======================================================
in a pattern  matches
===========  ======================================================
``*``         any characters but ``/``
``**``        any characters
``?``         one character but ``/``
``[a-c]``     one of these characters; ``[!a-c]`` one of the others
``/`` first   only from the root; otherwise the pattern may begin at any element
``/`` last    a folder, with everything below
===========  ======================================================

Anything else stands for itself. A file is brought if nothing excludes it, one of the include patterns matches it where
there are any, and of the rules the first one that matches it is a ``+``, or none matches. Folders are entered unless
they are excluded as a whole. What is not brought is not deleted at the destination either.
"""

from __future__ import annotations

import json
import re
from dataclasses import astuple, dataclass
from enum import Enum
from functools import cached_property
from hashlib import blake2b

from lading.base.errors import UsageError
from lading.ingest.engine import globs
from lading.ingest.engine.absolute import NOWHERE, Absolute
from lading.ingest.engine.values import Entry, Kind

_SECOND = 1_000_000_000


class EntryType(Enum):
    """What an entry is, as a person names it."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SOCKET = "socket"
    PIPE = "pipe"
    DEVICE = "device"


class Left(Enum):
    """Why an entry is not brought now; all but the first are *pending*: a later run brings them."""

    EXCLUDED = "EXCLUDED"  # the filters leave it out; it has no outcome
    TOO_YOUNG = "TOO_YOUNG"  # not old enough yet
    NOT_QUIET = "NOT_QUIET"  # it changed a moment ago: somebody may still be writing
    NO_MARKER = "NO_MARKER"  # nobody said yet that it is complete

    @property
    def is_pending(self) -> bool:
        """Whether a later run may bring it although nothing changed."""
        return self is not Left.EXCLUDED


#: what a later run may bring although nothing changed
PENDING = tuple(why for why in Left if why.is_pending)
#: what a person is told
REASONS = {
    Left.EXCLUDED: "the filters leave it out",
    Left.TOO_YOUNG: "younger than the minimum age: a later run brings it",
    Left.NOT_QUIET: "changed a moment ago: a later run brings it once it is left alone",
    Left.NO_MARKER: "its done marker is not there yet: a later run brings it",
}
_TYPES = {Kind.FILE: EntryType.FILE, Kind.FOLDER: EntryType.FOLDER, Kind.LINK: EntryType.LINK}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is brought; raise `UsageError` for a pattern that cannot be understood. Sizes are bytes, ages seconds."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: regular expressions that match the whole relative path
    include_regex: tuple[str, ...] = ()
    exclude_regex: tuple[str, ...] = ()
    #: what absolute paths leave out
    absolute: Absolute = NOWHERE
    #: `+ glob` or `- glob`: the first one that matches decides
    rules: tuple[str, ...] = ()
    exclude_types: frozenset[EntryType] = frozenset()
    min_size: int = 0
    max_size: int | None = None
    min_age: float = 0.0
    max_age: float | None = None
    #: name of the file whose lines exclude what is in its folder and below; "": none
    ignore_file: str = ""
    #: how long a file must have been left alone
    quiet: float = 0.0
    #: `NAME`, or `*SUFFIX` for a marker beside each file; "": none is needed
    done_marker: str = ""
    #: whether the markers are brought, too
    with_markers: bool = False

    def __post_init__(self) -> None:
        _ = self._included, self._excluded, self._rules
        if "*" in self.done_marker[1:] or self.done_marker == "*" or "/" in self.done_marker:
            raise UsageError(f"The done marker {self.done_marker!r} is neither a name nor a * with an ending")
        if self.ignore_file in {".", ".."} or "/" in self.ignore_file:
            raise UsageError(f"The ignore file {self.ignore_file!r} is no file name")

    # --- by name -------------------------------------------------------------------------------------------------

    def takes_file(self, path: str) -> bool:
        """Say whether the name of the file at this relative path lets it be brought."""
        if self._excluded is not None and self._excluded.fullmatch(path):
            return False
        if self.absolute.leaves_out_file(path):
            return False
        if self._included is not None and not self._included.fullmatch(path):
            return False
        return next((takes for takes, rule in self._rules if rule.fullmatch(path)), True)

    def takes_folder(self, path: str) -> bool:
        """Say whether the folder is entered: not if it is excluded with everything below."""
        if EntryType.FOLDER in self.exclude_types:
            return False
        if self._excluded is not None and self._excluded.fullmatch(f"{path}/"):
            return False
        return not self.absolute.leaves_out_folder(path) and not self._rules_prune(f"{path}/")

    def _rules_prune(self, path: str) -> bool:
        """Say whether a `-` matches the folder; behind a `+` it may not speak, since that may match something below."""
        for takes, rule in self._rules:
            if takes:
                return False
            if rule.fullmatch(path):
                return True
        return False

    # --- by what it is -------------------------------------------------------------------------------------------

    def left(self, entry: Entry, now: float) -> Left | None:
        """
        Say why an entry, whose name is taken, is not brought at time `now`; None if it is.

        ===================================  =========
        the entry                            is
        ===================================  =========
        is of an excluded type               EXCLUDED
        is no file                           taken
        is too small, too large or too old   EXCLUDED
        is too young                         TOO_YOUNG
        changed less than `quiet` ago        NOT_QUIET
        ===================================  =========
        """
        if self.exclude_types and type_of(entry) in self.exclude_types:
            return Left.EXCLUDED
        if entry.kind is not Kind.FILE:
            return None
        age = now - entry.mtime_ns / _SECOND
        if entry.size < self.min_size or (self.max_size is not None and entry.size > self.max_size):
            return Left.EXCLUDED
        if self.max_age is not None and age > self.max_age:
            return Left.EXCLUDED
        if self.min_age and age < self.min_age:
            return Left.TOO_YOUNG
        return Left.NOT_QUIET if self.quiet and _rest(entry, now) < self.quiet else None

    # --- as a whole ----------------------------------------------------------------------------------------------

    @cached_property
    def is_empty(self) -> bool:
        """Whether everything is taken, now."""
        return self == Filters()

    @cached_property
    def digest(self) -> str:
        """Text that differs for different filters."""
        return blake2b(json.dumps([_plain(value) for value in astuple(self)]).encode(), digest_size=16).hexdigest()

    @cached_property
    def _included(self) -> re.Pattern[str] | None:
        return globs.compiled((*map(globs.expression, self.include), *map(_regex, self.include_regex)))

    @cached_property
    def _excluded(self) -> re.Pattern[str] | None:
        return globs.compiled((*map(globs.expression, self.exclude), *map(_regex, self.exclude_regex)))

    @cached_property
    def _rules(self) -> tuple[tuple[bool, re.Pattern[str]], ...]:
        return tuple(map(_rule, self.rules))


def _plain(value: object) -> object:
    """Return a value so that equal ones read the same: sets in order, and 0 as 0.0."""
    if isinstance(value, frozenset):
        return sorted(one.value for one in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def type_of(entry: Entry) -> EntryType:
    """Return what an entry is; its tag tells apart what has no content."""
    return _TYPES.get(entry.kind) or (EntryType(entry.tag) if entry.tag else EntryType.DEVICE)


def rules_in(text: str) -> tuple[str, ...]:
    """Return the rules of a filter file; empty lines and lines that begin with # or ; say nothing."""
    lines = (line.strip() for line in text.splitlines())
    rules = tuple(line for line in lines if line and line[0] not in "#;")
    _ = [_rule(rule) for rule in rules]
    return rules


def _rule(text: str) -> tuple[bool, re.Pattern[str]]:
    """Return whether a rule takes, and what it matches."""
    sign, _, pattern = text.partition(" ")
    if sign not in {"+", "-"} or not pattern.strip():
        raise UsageError(f"The filter rule {text!r} is neither `+ pattern` nor `- pattern`")
    found = globs.compiled((globs.expression(pattern.strip()),))
    assert found is not None
    return sign == "+", found


def _regex(text: str) -> str:
    """Return a regular expression that can stand beside others; raise `UsageError`."""
    try:
        re.compile(text)
    except re.error as error:
        raise UsageError(f"The filter expression {text!r} cannot be understood: {error}") from error
    return text


def _rest(entry: Entry, now: float) -> float:
    """
    Return for how many seconds a file has been left alone.

    Every write sets ctime and nobody can set it back, so it decides. An mtime speaks, too, unless it lies in the
    future: then somebody gave it, and it would hold the file back for ever.
    """
    changed, modified = entry.ctime_ns / _SECOND, entry.mtime_ns / _SECOND
    return now - (max(changed, modified) if modified <= now else changed)
