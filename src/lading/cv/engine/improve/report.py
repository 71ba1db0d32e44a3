"""
What `lading cv improve` gives back, as it is written to JSON.

These are the published shapes: `data/improve.schema.json` is made from them. Fields are added under the same schema
number; one that changes its meaning or goes away makes a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from lading.cv.engine.guard.values import ClaimKind, Judgement, Verdict
from lading.cv.engine.improve.difference import Change, Changed
from lading.cv.engine.improve.suggestion import Kind, Operation, Origin, Suggestion
from lading.cv.engine.improve.version import Version

#: of the JSON object
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReport:
    """One fact that a text states."""

    kind: ClaimKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardReport:
    """What the guard says of the text after."""

    verdict: Verdict
    #: facts that are not in the person's text
    claims: tuple[ClaimReport, ...]
    #: new words that tell something
    new_words: tuple[str, ...]
    #: facts of the text before that are not in the text after
    losses: tuple[ClaimReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReport:
    """A text that the suggestion rests on."""

    pointer: str
    text: str
    #: counted from 1; 0 where unknown
    page: int
    #: counted from 1; 0 where unknown
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionReport:
    """One change that may be accepted, edited or rejected."""

    id: str
    code: str
    kind: Kind
    origin: Origin
    #: is among those that are accepted all at once
    safe: bool
    operation: Operation
    #: JSON Pointer into the resume
    pointer: str
    before: str
    after: str
    reason: str
    evidence: tuple[EvidenceReport, ...]
    #: of a move: the old places in their new order
    order: tuple[int, ...]
    guard: GuardReport


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldReport:
    """A suggestion of the model that is not offered, and why."""

    pointer: str
    why: str
    claims: tuple[ClaimReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReport:
    """A section about which the model could not be asked."""

    pointer: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """What was asked of a model."""

    url: str
    model: str
    #: name and version of the instructions
    prompt: str
    calls: int
    #: as the endpoint counted; null where it did not say
    prompt_tokens: int | None
    answer_tokens: int | None
    withheld: tuple[WithheldReport, ...]
    failures: tuple[FailureReport, ...]
    #: JSON Pointers of the points that the model had no room to answer about
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """One text that is different in the new version."""

    change: Change
    pointer: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReport:
    """The version that the decisions made."""

    version: str
    #: file that it was written to, as JSON Resume
    path: str
    changes: tuple[ChangeReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImproveReport:
    """Everything that is suggested for one CV."""

    schema: Literal[1] = SCHEMA
    #: version of the guard: grows whenever the same texts may be judged in another way
    guard: int
    #: the day that "today" was taken for, as YYYY-MM-DD
    date: str
    language: str
    #: version of the resume that the suggestions are for
    version: str
    suggestions: tuple[SuggestionReport, ...]
    #: null where no model was asked
    model: ModelReport | None = None
    #: null where nothing was decided
    result: ResultReport | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the object that `lading cv improve --json` prints."""
        return asdict(self)


def suggestion_report(one: Suggestion) -> SuggestionReport:
    """Return a suggestion as it is published."""
    return SuggestionReport(
        id=one.id,
        code=one.code,
        kind=one.kind,
        origin=one.origin,
        safe=one.is_safe,
        operation=one.operation,
        pointer=one.pointer,
        before=one.before,
        after=one.after,
        reason=one.reason,
        evidence=tuple(
            EvidenceReport(pointer=at.pointer, text=at.text, page=at.where.page, line=at.where.line)
            for at in one.evidence
        ),
        order=one.order,
        guard=_guard(one.guard),
    )


def result_report(version: Version, path: str, changes: Iterable[Changed]) -> ResultReport:
    """Return a new version as it is published."""
    return ResultReport(
        version=version.id,
        path=path,
        changes=tuple(
            ChangeReport(change=one.change, pointer=one.pointer, before=one.before, after=one.after) for one in changes
        ),
    )


def _guard(judgement: Judgement) -> GuardReport:
    return GuardReport(
        verdict=judgement.verdict,
        claims=tuple(ClaimReport(kind=claim.kind, text=claim.text) for claim in judgement.claims),
        new_words=judgement.new_words,
        losses=tuple(ClaimReport(kind=claim.kind, text=claim.text) for claim in judgement.losses),
    )
