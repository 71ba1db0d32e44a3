"""What the pages show, as values: one place decides what a person sees of a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lading.cv.app import access, deciding, packing, versions
from lading.cv.app.models import Document, Finding, Resume, Review
from lading.cv.app.models import Suggestion as Row
from lading.cv.app.pages.drawing import Drawing, drawings, marked
from lading.cv.engine.improve import Suggestion
from lading.cv.engine.lint.catalogue import Heading
from lading.orchestration.models import ENDED, RunState

_ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One suggestion: before, after, reason, evidence, and what can be done."""

    suggestion: Suggestion
    #: "" where nothing was decided
    decision: str
    text: str
    #: it is still being heard
    is_partial: bool

    @property
    def is_open(self) -> bool:
        """Whether it can be decided."""
        return not self.decision and not self.is_partial

    @property
    def is_question(self) -> bool:
        """Whether only the person knows."""
        return self.suggestion.kind.value == "question"

    @property
    def asks(self) -> tuple[str, ...]:
        """Words that are not in the person's text; the person is asked whether they are true."""
        guard = self.suggestion.guard
        return guard.new_words if guard.verdict.value == _ASKS else ()

    @property
    def losses(self) -> str:
        """What the text before says and the text after does not."""
        return ", ".join(claim.text for claim in self.suggestion.guard.losses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One rule that failed, with what it found."""

    code: str
    title: str
    action: str
    findings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One review as its page shows it."""

    review: Review
    head: Resume | None
    #: what software loses, then advice
    loses: tuple[Told, ...]
    advice: tuple[Told, ...]
    summary: dict[str, Any] | None
    match: dict[str, Any] | None
    drawings: Sequence[Drawing]
    #: of formats without pages: number, text and marks of each line
    lines: Sequence[tuple[int, str, str]]
    cards: Sequence[Card]

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.review.run.state in ENDED

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped or paused."""
        return self.review.run.state in (RunState.STOPPED, RunState.PAUSED, RunState.FAILED)

    @property
    def has_safe(self) -> bool:
        """Whether there is anything that can be accepted unseen."""
        return any(card.is_open and card.suggestion.is_safe for card in self.cards)

    @property
    def lacking(self) -> Sequence[tuple[str, str]]:
        """Sections that lack the model's word, and why."""
        rows = self.review.sectionasked_set.exclude(code="").order_by("number")
        return list(rows.values_list("pointer", "code"))


def review_page(owner: str, review_id: int) -> Shown:
    """Return what the page of a review shows; raise `NotFound`."""
    review = access.owned(Review, owner, review_id)
    report = packing.unpack_json(review.report)
    findings = list(Finding.objects.filter(review=review).order_by("pk"))
    document = packing.DOCUMENT.unpack(review.document.reading) if review.document.reading else None
    drawn = drawings(document, findings) if document else ()
    marks = marked(findings)
    lines = () if drawn or not document else document.lines
    return Shown(
        review=review,
        head=versions.newest(review.document),
        loses=_rules(report, Heading.LOSES),
        advice=_rules(report, Heading.ADVICE),
        summary=report["summary"] if report else None,
        match=packing.unpack_json(review.match),
        drawings=drawn,
        lines=[(line.number, line.text, ", ".join(marks.get(line.number, ()))) for line in lines],
        cards=[_card(row) for row in deciding.suggestions(owner, review.pk)],
    )


def _rules(report: dict[str, Any] | None, heading: Heading) -> tuple[Told, ...]:
    rules = report["rules"] if report else []
    return tuple(
        Told(code=rule["code"], title=rule["title"], action=rule["action"], findings=tuple(rule["findings"]))
        for rule in rules
        if rule["outcome"] == "failed" and rule["heading"] == heading.value
    )


def _card(row: Row) -> Card:
    decision = getattr(row, "decision", None)
    return Card(
        suggestion=packing.SUGGESTION.unpack(row.body),
        decision=decision.choice if decision else "",
        text=decision.text if decision else "",
        is_partial=row.is_partial,
    )


def latest_review(document: Document) -> Review | None:
    """Return the newest review of a document."""
    found = Review.objects.select_related("run").defer("report", "match").filter(document=document)
    return found.order_by("-pk").first()
