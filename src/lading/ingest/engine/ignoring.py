r"""
Ignore files: lines that leave out what is in their folder and below, as people know them from version control.

=======================  ==================================================================
line                     says
=======================  ==================================================================
empty, or ``#`` first    nothing
``pattern``              leaves out what matches; the last line that matches decides
``!pattern``             takes it again; not below a folder that is left out
``/`` first or inside    the pattern begins at the folder of the file; else at any depth
``/`` last               only folders
``*`` ``?`` ``[a-c]``    as in filters, never a ``/``
``**/`` ``/**/`` ``/**`` any folders, none included; everything below
``\``                    the next character stands for itself
=======================  ==================================================================

A file deeper in the tree wins over one above it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

from lading.base.errors import SkipFile, SourceUnreadable, SourceVanished, UsageError
from lading.base.paths import from_bytes, join, shown, upwards
from lading.ingest.engine import globs
from lading.ingest.engine.sources.base import Source

#: a longer ignore file is refused
LONGEST = 1024 * 1024
#: ignore files that are kept while a tree is read depth first
_KEPT = 1000
_FOLDERS = r"(?:[\s\S]*/)?"


class IgnoreFileInvalid(SkipFile):
    """An ignore file cannot be understood, so nobody knows what of its folder is wanted."""

    code = "IGNORE_FILE_INVALID"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an ignore file."""

    takes: bool
    only_folders: bool
    expression: re.Pattern[str]


class IgnoreFiles:
    """The ignore files of a tree, each read once; raise `SkipFile` for one that cannot be read or understood."""

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._name = name
        self._read: OrderedDict[str, tuple[Line, ...]] = OrderedDict()

    def of(self, folder: str) -> Ignored:
        """Return what is left out in a folder."""
        above = tuple((place, lines) for place in upwards(folder) if (lines := self._lines(place)))
        return Ignored(above)

    def _lines(self, folder: str) -> tuple[Line, ...]:
        """Return the lines of a folder's file; none if it has no such file."""
        if folder not in self._read:
            self._read[folder] = self._parsed(join(folder, self._name))
            if len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return self._read[folder]

    def _parsed(self, path: str) -> tuple[Line, ...]:
        try:
            with self._source.open(path) as opened:
                data = opened.read(LONGEST + 1)
        except SourceVanished:
            return ()
        except OSError as error:
            raise SourceUnreadable(f"{shown(path)} cannot be read: {error.strerror}") from error
        if len(data) > LONGEST:
            raise IgnoreFileInvalid(f"{shown(path)} is longer than {LONGEST} bytes")
        try:
            return parsed(from_bytes(data))
        except UsageError as error:
            raise IgnoreFileInvalid(f"{shown(path)}: {error}") from error


@dataclass(frozen=True, slots=True)
class Ignored:
    """What ignore files leave out in one folder: the nearest file first."""

    _files: tuple[tuple[str, tuple[Line, ...]], ...]

    def takes(self, path: str, *, folder: bool) -> bool:
        """Say whether a child of the folder is taken."""
        for place, lines in self._files:
            below = path[len(place) + 1 :] if place else path
            for line in reversed(lines):
                if (folder or not line.only_folders) and line.expression.fullmatch(below):
                    return line.takes
        return True


def parsed(text: str) -> tuple[Line, ...]:
    """Return the lines that say something; raise `UsageError`."""
    return tuple(_line(line) for raw in text.split("\n") if (line := _trimmed(raw)) and not line.startswith("#"))


def _trimmed(line: str) -> str:
    r"""Return the line without the spaces at its end, but for one that a backslash shields."""
    line = line.removesuffix("\r")
    kept = line.rstrip(" ")
    return kept + " " if kept.endswith("\\") and len(kept) < len(line) else kept


def _line(text: str) -> Line:
    takes = text.startswith("!")
    pattern = text.removeprefix("!")
    only_folders = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anchored = "/" in pattern
    expression = ("" if anchored else _FOLDERS) + _expression(pattern.removeprefix("/"))
    found = globs.compiled((expression,))
    assert found is not None
    return Line(takes, only_folders, found)


def _expression(pattern: str) -> str:
    """Return the expression for a pattern that begins at the folder of its file."""
    if not pattern:
        raise UsageError("a line names nothing")
    start = _FOLDERS if pattern.startswith("**/") else ""
    end = "/[\\s\\S]+" if pattern.endswith("/**") else ""
    middle = pattern.removeprefix("**/").removesuffix("/**")
    return start + ("/" + _FOLDERS).join(globs.body(_shielded(part)) for part in middle.split("/**/")) + end


def _shielded(pattern: str) -> str:
    r"""Return the pattern with `\*` written as `[*]`, and so on."""
    return re.sub(r"\\([\s\S])", lambda found: f"[{found[1]}]" if found[1] in "*?[\\" else found[1], pattern)
