"""What is suggested: one small change at one place, with its reason and its evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from lading.cv.engine.guard.values import Judgement, Verdict
from lading.cv.engine.lint.findings import Passage


class Operation(StrEnum):
    """What is done at the place."""

    #: the text becomes another; an empty `before` is a text that is not there yet
    REPLACE = "replace"
    #: the text or entry goes
    REMOVE = "remove"
    #: one point becomes several: the lines of `after`
    SPLIT = "split"
    #: the elements of a list change places
    MOVE = "move"


class Kind(StrEnum):
    """What a suggestion asks of the person."""

    #: only the form changes, so all of these can be accepted at once
    FORMAT = "format"
    #: other words
    WORDING = "wording"
    #: something only the person knows; there is no `after`, an answer is typed
    QUESTION = "question"


class Origin(StrEnum):
    """Who made it."""

    RULE = "rule"
    MODEL = "model"


#: nothing but form changes, so nothing is claimed
_TOLD = Judgement(verdict=Verdict.PASSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One change that a person may accept, edit or reject."""

    id: str
    #: version of the resume that it is for
    base: str
    code: str
    kind: Kind
    origin: Origin
    operation: Operation
    #: JSON Pointer into the resume
    pointer: str
    #: as it stands in the version; of a list, one element a line
    before: str
    #: as it would stand; "" for questions and removals
    after: str
    reason: str
    evidence: tuple[Passage, ...] = ()
    #: of a move: the old places in their new order
    order: tuple[int, ...] = ()
    guard: Judgement = _TOLD

    @property
    def is_safe(self) -> bool:
        """Whether it can be accepted with others unseen: a rule made it, and only the form changes."""
        return self.origin is Origin.RULE and self.kind is Kind.FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a rule proposes; the rest of a suggestion follows from it."""

    code: str
    pointer: str
    before: str
    after: str = ""
    operation: Operation = Operation.REPLACE
    evidence: tuple[Passage, ...] = ()
    order: tuple[int, ...] = ()
    #: put into the reason, such as the word that it is about
    about: str = ""


def suggestion_id(draft: Draft, anchor: str) -> str:
    """Return a stable id: the same change of the same entry, wherever it stands, has the same id."""
    parts = (draft.code, draft.operation, anchor, draft.before, draft.after)
    return f"suggestion-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"
