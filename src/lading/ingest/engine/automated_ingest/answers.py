"""What such a handler answers, as Lading's own handlers would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from lading.ingest.engine.values import DeleteMode, Operation
from lading.ingest.handlers import User

#: code points of which no name consists, or which no map may touch
_SURROGATES = range(0xD800, 0xE000)
_NEVER = frozenset({0, ord("/")})
_END = 0x110000

#: flags of a pattern that can be written into it
_FLAGS = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"), (re.VERBOSE, "x"), (re.ASCII, "a"))

_Pairs = list[tuple[Any, str]]


def operation(answer: object) -> Operation | None:
    """Return the operation; None for none. Raise `TypeError` for what is no operation."""
    word = _word(answer)
    return None if word is None else Operation(word)


def delete_mode(answer: object) -> DeleteMode | None:
    """Return the delete mode; None for none. Raise `TypeError` for what is no delete mode."""
    word = _word(answer)
    return None if word is None else DeleteMode(word)


def user(answer: object) -> User | None:
    """Return the user of `(zone, user)`; None for none. Raise `TypeError`."""
    if answer is None:
        return None
    if not isinstance(answer, tuple | list) or len(answer) != 2:  # noqa: PLR2004 - zone and user
        raise TypeError(f"as_user returned {answer!r:.80}: (zone, user) is expected")
    zone, name = answer
    return User(str(name), str(zone))


def name_map(answer: object) -> _Pairs | None:
    """Return the pairs of a character map; None for none. Raise `TypeError` for a key that nothing can stand for."""
    if answer is None:
        return None
    pairs: Iterable[Any] = answer.items() if isinstance(answer, Mapping) else answer  # type: ignore[assignment]
    return [(_key(key), value) for key, value in pairs]


def _word(answer: object) -> str | None:
    if answer is None:
        return None
    if not isinstance(answer, Enum):
        raise TypeError(f"{answer!r:.80} is no member of the enumeration")
    return answer.name.lower().replace("_", "-")


def _key(key: object) -> object:
    """Return what is replaced: text, or a pattern. A tuple stands for each of its characters, a function for a class."""
    if isinstance(key, tuple):
        return "".join(map(str, key))
    if isinstance(key, re.Pattern):
        return _with_flags(key)
    if isinstance(key, str):
        return key
    if callable(key):
        return re.compile(f"[{''.join(_ranges(key))}]")
    raise TypeError(f"character_map: {key!r:.80} is neither text nor a pattern nor a function")


def _with_flags(pattern: re.Pattern[Any]) -> re.Pattern[str]:
    """Return a pattern whose text says its flags."""
    if not isinstance(pattern.pattern, str):
        raise TypeError(f"character_map: {pattern.pattern!r:.80} is a pattern of bytes")
    letters = "".join(letter for flag, letter in _FLAGS if pattern.flags & flag)
    return re.compile(f"(?{letters}){pattern.pattern}") if letters else pattern


def _ranges(takes: Callable[[str], object]) -> Iterator[str]:
    """Yield the ranges of a character class that takes what the function does, asked for every character there is."""
    first: int | None = None
    for code in range(_END + 1):
        taken = code < _END and code not in _SURROGATES and code not in _NEVER and bool(takes(chr(code)))
        if taken and first is None:
            first = code
        elif not taken and first is not None:
            yield f"{_escaped(first)}-{_escaped(code - 1)}"
            first = None


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"
