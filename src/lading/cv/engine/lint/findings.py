"""What a rule says: findings, and the outcome of the rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one rule; a rule that could not look is never a rule that found nothing."""

    PASSED = "passed"
    FAILED = "failed"
    #: the document has nothing that the rule is about
    NOT_APPLICABLE = "not applicable"
    #: the rule could not look, or was told not to; the reason is said
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in the document, counted from 1; 0 where the reader does not know."""

    page: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of the resume and where it stands."""

    pointer: str
    text: str
    where: Where = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that one rule found."""

    code: str
    #: JSON Pointer into the resume; "" is the document as a whole
    pointer: str = ""
    #: the text it is about, as it stands in the document, or what was counted
    evidence: str = ""
    where: Where = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of one rule and what it found."""

    code: str
    outcome: Outcome
    #: why the rule is not applicable or was not assessed; else ""
    reason: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Why a rule is not asked: `NOT_APPLICABLE` or `NOT_ASSESSED`, and the reason."""

    outcome: Outcome
    reason: str


def not_applicable(reason: str) -> Skip:
    """Say that the document has nothing that the rule is about."""
    return Skip(outcome=Outcome.NOT_APPLICABLE, reason=reason)


def not_assessed(reason: str) -> Skip:
    """Say that the rule cannot look."""
    return Skip(outcome=Outcome.NOT_ASSESSED, reason=reason)
