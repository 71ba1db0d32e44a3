"""What such a handler answers, as Lading's own handlers would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from lading.ingest.engine.values import DeleteMode, Operation
from lading.ingest.handlers import User


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


def name_map(answer: object) -> list[tuple[Any, str]] | None:
    """Return the pairs of a character map, less those that replace nothing; None for none. Raise `TypeError`."""
    if answer is None:
        return None
    pairs: Iterable[Any] = answer.items() if isinstance(answer, Mapping) else answer  # type: ignore[assignment]
    return [(key, value) for key, value in pairs if value is not None]


def _word(answer: object) -> str | None:
    if answer is None:
        return None
    if not isinstance(answer, Enum):
        raise TypeError(f"{answer!r:.80} is no member of the enumeration")
    return answer.name.lower().replace("_", "-")
