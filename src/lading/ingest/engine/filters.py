"""
Which paths are brought: include and exclude patterns.

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

Anything else stands for itself. An excluded path is never brought; where there are include patterns a file must match
one of them. Folders are entered unless they are excluded as a whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from lading.base.errors import UsageError

_TOKEN = re.compile(r"\*\*|\*|\?|\[(!?)(\]?[^\]]*)\]|[\s\S]")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Patterns, compiled once; raise `UsageError` for one that cannot be understood."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self._included, self._excluded

    def takes_file(self, path: str) -> bool:
        """Say whether the file at this relative path is brought."""
        if self._excluded is not None and self._excluded.fullmatch(path):
            return False
        return self._included is None or bool(self._included.fullmatch(path))

    def takes_folder(self, path: str) -> bool:
        """Say whether the folder is entered: not if a pattern excludes it and everything below."""
        return self._excluded is None or not self._excluded.fullmatch(f"{path}/")

    @cached_property
    def is_empty(self) -> bool:
        """Whether everything is taken."""
        return not (self.include or self.exclude)

    @cached_property
    def digest(self) -> str:
        """Text that differs for different patterns."""
        return blake2b(json.dumps([self.include, self.exclude]).encode(), digest_size=16).hexdigest()

    @cached_property
    def _included(self) -> re.Pattern[str] | None:
        return _compiled(self.include)

    @cached_property
    def _excluded(self) -> re.Pattern[str] | None:
        return _compiled(self.exclude)


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return one expression for all patterns."""
    if not patterns:
        return None
    try:
        return re.compile("|".join(map(_expression, patterns)))
    except re.error as error:
        raise UsageError(f"A filter pattern cannot be understood: {error}") from error


def _expression(pattern: str) -> str:
    """Return the regular expression for one pattern."""
    if not pattern.strip("/"):
        raise UsageError(f"The filter pattern {pattern!r} is empty")
    body = "".join(map(_piece, _TOKEN.finditer(pattern.removeprefix("/"))))
    start = "" if pattern.startswith("/") else r"(?:[\s\S]*/)?(?=[\s\S])"
    return start + body + (r"[\s\S]*" if pattern.endswith("/") else "")


def _piece(token: re.Match[str]) -> str:
    """Return the expression for one piece of a pattern."""
    text = token[0]
    if text == "[":
        raise UsageError(f"The filter pattern {token.string!r} has a [ without a ]")
    if token[2]:
        members = token[2].replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]").replace("^", r"\^")
        return f"[{'^/' if token[1] else ''}{members}]"
    return {"**": r"[\s\S]*", "*": "[^/]*", "?": "[^/]"}.get(text) or re.escape(text)
