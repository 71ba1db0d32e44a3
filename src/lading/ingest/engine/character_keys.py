"""Character maps as Python code says them: keys that are characters, tuples of them, patterns, or functions."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lading.ingest.engine.character_map import REGEX, Pairs

Key = str | tuple[str, ...] | re.Pattern[str] | Callable[[str], object]

_SURROGATES = range(0xD800, 0xE000)


def pairs_of(said: Mapping[Any, str | None] | Iterable[tuple[Any, str | None]]) -> Pairs:
    """
    Return a map as text: a mapping, or pairs where the order matters (of equal keys the first place and last value).

    ===================  ==============================================
    key                  becomes
    ===================  ==============================================
    text                 itself; longer text: any character of it
    tuple of characters  all of them
    pattern              `regex:` and the pattern with its flags
    function             `regex:` and every character it is true for
    ===================  ==============================================

    A value of None replaces nothing. Raise `TypeError` or `ValueError` for what is no such map.
    """
    return tuple((spelled(key), value) for key, value in dict(said).items() if value is not None and key != ())


def spelled(key: Key) -> str:
    """Return one key as text."""
    if isinstance(key, str):
        return key
    if isinstance(key, tuple):
        return "".join(sorted("".join(key)))  # in order, it does not begin as a pattern does
    if isinstance(key, re.Pattern):
        return f"{REGEX}{_flags(key)}{key.pattern}"
    if callable(key):
        return REGEX + _any_of(key)
    raise TypeError(f"{key!r} cannot be a key of a character map")


def _flags(pattern: re.Pattern[str]) -> str:
    """Return the pattern's flags as they are written at its beginning."""
    letters = "".join(letter for letter in "aimsx" if pattern.flags & re.RegexFlag[letter.upper()])
    return f"(?{letters})" if letters else ""


def _any_of(test: Callable[[str], object]) -> str:
    """Return a pattern for the characters that a function is true for; every one is asked, which takes a second."""
    ranges = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _ranges(test))
    return f"[{ranges}]" if ranges else "(?!)"


def _ranges(test: Callable[[str], object]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of characters that a function is true for."""
    first = None
    for number in range(sys.maxunicode + 2):
        wanted = number <= sys.maxunicode and number not in _SURROGATES and bool(test(chr(number)))
        if wanted and first is None:
            first = number
        elif not wanted and first is not None:
            yield first, number - 1
            first = None
