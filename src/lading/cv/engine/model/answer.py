"""Understands what a model answers, also where it is wrapped in talk, cut off or not quite JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field, ValidationError

#: characters of an answer beyond which nobody listens
LONGEST = 200_000
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_TRAILING = re.compile(r",\s*(?=[}\]])")


class Rewrite(BaseModel, frozen=True):
    """One suggestion as a model makes it."""

    #: id of the point that is rewritten
    point: str = Field(max_length=20)
    text: str = Field(min_length=1, max_length=2000)
    reason: str = Field(default="", max_length=500)
    #: ids of the points whose facts it uses
    uses: list[str] = Field(default_factory=list, max_length=30)


class _Rewrites(BaseModel):
    suggestions: list[Rewrite]


#: what is asked for; endpoints that can, hold the model to it
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["suggestions"],
    "properties": {
        "suggestions": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["point", "text", "reason", "uses"],
                "properties": {
                    "point": {"type": "string"},
                    "text": {"type": "string"},
                    "reason": {"type": "string"},
                    "uses": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


def rewrites_in(text: str) -> tuple[tuple[Rewrite, ...], bool]:
    """
    Return the suggestions of an answer, and whether it was whole.

    Of an answer that is cut off or broken in one place, what is whole is taken. Nothing whole, and no empty list either,
    is an answer that is not whole without suggestions.
    """
    listener = RewriteListener()
    listener.hear(text)
    return tuple(listener.found), listener.is_whole


class RewriteListener:
    """Hears an answer piece by piece and finds each suggestion as soon as it is whole."""

    def __init__(self) -> None:
        self._text = ""
        self._objects = 0
        self.found: list[Rewrite] = []

    def hear(self, piece: str) -> list[Rewrite]:
        """Take a piece; return the suggestions that it completed."""
        if len(self._text) < LONGEST:
            self._text += piece
        if "}" not in piece:
            return []
        objects = list(_objects(_said(self._text)))
        new = [one for text in objects[self._objects :] if (one := _rewrite(text))]
        self._objects = len(objects)
        self.found += new
        return new

    @property
    def is_whole(self) -> bool:
        """Whether all of it is the JSON that was asked for."""
        text = _said(self._text)
        start, end = text.find("{"), text.rfind("}")
        try:
            _Rewrites.model_validate_json(_TRAILING.sub("", text[start : end + 1]))
        except ValidationError:
            return False
        return True


def _said(text: str) -> str:
    """Return an answer without what the model thought aloud."""
    return _THOUGHT.sub("", text)


def _objects(text: str) -> Iterator[str]:
    """Yield each innermost-list object that is whole: those inside the outer object, or alone."""
    quoted = escaped = False
    opened: list[int] = []
    for at, char in enumerate(text):
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"' and opened:
            quoted = True
        elif char == "{":
            opened.append(at)
        elif char == "}" and opened:
            start = opened.pop()
            if '"point"' in text[start : at + 1] and '"suggestions"' not in text[start : at + 1]:
                yield text[start : at + 1]


def _rewrite(text: str) -> Rewrite | None:
    try:
        return Rewrite.model_validate(json.loads(_TRAILING.sub("", text), strict=False))
    except (ValueError, RecursionError):
        return None
