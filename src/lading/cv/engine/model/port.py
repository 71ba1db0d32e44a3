"""The port to a language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Finish(StrEnum):
    """Why an answer ended."""

    #: the model was done
    STOP = "stop"
    #: it ran into the limit of its answer; what is there is a beginning
    LENGTH = "length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is asked, in full: nothing else of the person leaves the machine."""

    #: name and version of the instructions, such as "rewrite.v1"
    version: str
    #: ours
    instructions: str
    #: the person's text as JSON: data, never joined with the instructions
    material: str
    #: JSON schema of the answer
    schema: Mapping[str, Any]
    #: tokens that the answer may have
    longest_answer: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the endpoint counted them; None where it did not say."""

    prompt: int | None = None
    answer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    text: str
    finish: Finish = Finish.STOP
    usage: Usage = Usage()


#: takes each piece of an answer as it comes; it may raise, and the connection is closed then
Listener = Callable[[str], None]


def deaf(piece: str) -> None:
    """Take a piece of an answer and do nothing with it."""
    del piece


class ChatModel(Protocol):
    """A model that answers one prompt at a time. It never tries twice: when to try again is the caller's decision."""

    def complete(self, prompt: Prompt, listen: Listener = deaf) -> Answer:
        """
        Return the answer, its pieces told to `listen` as they come.

        Raise one of `lading.cv.engine.model.errors`, or whatever `listen` raises. A call may cost money even if it raises.
        """

    def outgoing(self, prompt: Prompt) -> str:
        """Return exactly what `complete` would send, but for the key. Sends nothing."""
