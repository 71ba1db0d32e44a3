"""What a handler may answer: each question has one reading, and anything else is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from lading.base.errors import AnswerRefused
from lading.ingest.engine.values import Operation
from lading.ingest.handlers import Question, User

#: tries of one path, and seconds of one wait or call: beyond them a number is a mistake
MOST_RETRIES = 1_000
LONGEST_SECONDS = 7 * 86_400.0

E = TypeVar("E", bound=Enum)


def read(question: Question, answer: object) -> Any:  # noqa: ANN401 - one type a question; None is as the job says
    """Return the answer as the engine's value, None as it is; raise `AnswerRefused`."""
    if answer is None:
        return None
    try:
        return _READERS[question](answer)
    except (TypeError, ValueError) as error:
        raise AnswerRefused(f"{question.value} returned {answer!r:.80}: {error}") from error


def user_of(text: str) -> User:
    """Return the user of `name` or `name#zone`; raise `ValueError`."""
    name, _, zone = text.partition("#")
    if not name:
        raise ValueError("it names no user")
    return User(name, zone)


def _text(answer: object) -> str:
    if not isinstance(answer, str) or not answer:
        raise TypeError("a text is expected")
    if "\0" in answer:
        raise ValueError("it holds a NUL")
    return answer


def _operation(answer: object) -> Operation:
    return answer if isinstance(answer, Operation) else Operation(_text(answer))


def _word(answer: object) -> str:
    """Return the text of a mode, whichever way it is written."""
    return str(answer.value) if isinstance(answer, Enum) else _text(answer)


def _path(answer: object) -> str:
    path = _text(answer)
    if not path.startswith("/"):
        raise ValueError("a path from the root is expected")
    return path


def _resource(answer: object) -> str:
    name = _text(answer)
    if ";" in name:
        raise ValueError("a hierarchy is the answer to `resource_hierarchy`")
    return name


def _hierarchy(answer: object) -> str:
    text = _text(answer)
    if not all(text.split(";")):
        raise ValueError("an element of the hierarchy is empty")
    return text


def _user(answer: object) -> User:
    if isinstance(answer, str):
        return user_of(answer)
    if not isinstance(answer, tuple) or len(answer) != 2 or not all(isinstance(word, str) for word in answer):  # noqa: PLR2004 - name and zone
        raise TypeError("a user and a zone are expected")
    return user_of("#".join(answer))


def _count(answer: object) -> int:
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer <= MOST_RETRIES:
        raise ValueError(f"a number from 0 to {MOST_RETRIES} is expected")
    return answer


def _seconds(answer: object) -> float:
    good = isinstance(answer, int | float) and not isinstance(answer, bool)
    if not good or not math.isfinite(float(str(answer))) or not 0 <= float(str(answer)) <= LONGEST_SECONDS:
        raise ValueError(f"seconds from 0 to {LONGEST_SECONDS:g} are expected")
    return float(str(answer))


def _limit(answer: object) -> float:
    seconds = _seconds(answer)
    if not seconds:
        raise ValueError("it must be more than 0")
    return seconds


def _name_map(answer: object) -> list[tuple[Any, str]]:
    pairs = list(answer.items()) if isinstance(answer, Mapping) else list(_as_list(answer))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[1], str):  # noqa: PLR2004 - a pair
            raise TypeError("pairs of characters and their replacement are expected")
    return pairs


def _as_list(answer: object) -> list[Any]:
    if not isinstance(answer, list | tuple):
        raise TypeError("a mapping or a list of pairs is expected")
    return list(answer)


_READERS: Mapping[Question, Callable[[object], Any]] = {
    Question.OPERATION: _operation,
    Question.DELETE_MODE: _word,
    Question.NAME_MAP: _name_map,
    Question.TARGET_PATH: _path,
    Question.RESOURCE: _resource,
    Question.RESOURCE_HIERARCHY: _hierarchy,
    Question.ACT_AS: _user,
    Question.MAX_RETRIES: _count,
    Question.DELAY: _seconds,
    Question.TIMEOUT: _limit,
    Question.SKIP: _text,
}
