"""Globs as regular expressions."""

from __future__ import annotations

import re

from lading.base.errors import UsageError

#: any characters at all, newlines included
ANYTHING = r"[\s\S]*"
#: the start of a path, or behind any slash
ANYWHERE = r"(?:[\s\S]*/)?(?=[\s\S])"

_TOKEN = re.compile(r"\*\*|\*|\?|\[(!?)(\]?[^\]]*)\]|[\s\S]")


def expression(pattern: str) -> str:
    """Return the regular expression for one filter pattern; raise `UsageError` for one that says nothing."""
    if not pattern.strip("/"):
        raise UsageError(f"The filter pattern {pattern!r} is empty")
    start = "" if pattern.startswith("/") else ANYWHERE
    return start + body(pattern.removeprefix("/")) + (ANYTHING if pattern.endswith("/") else "")


def body(pattern: str) -> str:
    """Return the expression for wildcards and plain characters, wherever they stand; raise `UsageError`."""
    return "".join(map(_piece, _TOKEN.finditer(pattern)))


def compiled(expressions: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return one expression for all, None for none; raise `UsageError`."""
    if not expressions:
        return None
    try:
        return re.compile("|".join(f"(?:{one})" for one in expressions))
    except re.error as error:
        raise UsageError(f"A filter pattern cannot be understood: {error}") from error


def _piece(token: re.Match[str]) -> str:
    """Return the expression for one piece of a pattern."""
    text = token[0]
    if text == "[":
        raise UsageError(f"The filter pattern {token.string!r} has a [ without a ]")
    if token[2]:
        members = token[2].replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]").replace("^", r"\^")
        return f"[{'^/' if token[1] else ''}{members}]"
    return {"**": ANYTHING, "*": "[^/]*", "?": "[^/]"}.get(text) or re.escape(text)
