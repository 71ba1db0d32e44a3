"""What the page of a review shows, as values: one place decides what a person sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lading.cv.app import access, deciding, packing, versions
from lading.cv.app.models import Document, Finding, Resume, Review
from lading.cv.app.models import Suggestion as Row
from lading.cv.app.pages import wording
from lading.cv.app.pages.drawing import Mark, Sheet, marks_of, sheets
from lading.cv.app.pages.standing import Standing
from lading.cv.app.pages.wording import Piece
from lading.cv.engine.improve import Suggestion
from lading.cv.engine.lint.catalogue import Heading
from lading.cv.engine.match.values import Standing as Answered

_ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One suggestion: before, after, reason, evidence, and what can be done."""

    #: of its row: what is heard later has a larger one
    pk: int
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
    def is_by_model(self) -> bool:
        """Whether a model made it."""
        return self.suggestion.origin.value == "model"

    @property
    def has_text(self) -> bool:
        """Whether there is a text that the person may write."""
        return self.suggestion.operation.value in {"replace", "split"}

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return wording.place(self.suggestion.pointer)

    @property
    def compared(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """Before and after, word by word; of a question only what stands there."""
        if self.is_question:
            return [Piece(self.suggestion.before, is_changed=False)], []
        return wording.compared(self.suggestion.before, self.suggestion.after)

    @property
    def offered(self) -> str:
        """The text that the person begins with."""
        return self.suggestion.before if self.is_question else self.suggestion.after

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
    """One rule with its outcome."""

    code: str
    title: str
    meaning: str
    action: str
    #: who gives an advice, for which country; "" for what is observed
    source: str
    #: why it could not look
    reason: str
    findings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the rules found, beside the pages."""

    #: what software loses, then advice, then what could not be looked at
    loses: tuple[Told, ...]
    advice: tuple[Told, ...]
    not_assessed: tuple[Told, ...]
    summary: dict[str, Any] | None
    has_job: bool
    match: Sequence[tuple[str, Sequence[dict[str, Any]]]] | None
    sheets: Sequence[Sheet]
    #: of formats without pages: number, text and mark of each line
    lines: Sequence[tuple[int, str, Mark | None]]
    was_read: bool

    @property
    def token(self) -> str:
        """What of it is there: a page that has seen this much needs it no more."""
        pictures = sum(sheet.picture is not None for sheet in self.sheets)
        return f"{int(self.was_read)}{int(self.summary is not None)}{int(self.match is not None)}-{pictures}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One review as its page shows it."""

    review: Review
    standing: Standing
    head: Resume | None
    found: Found
    cards: Sequence[Card]

    @property
    def open(self) -> int:
        """How many suggestions wait for the person."""
        return sum(card.is_open for card in self.cards)

    @property
    def safe(self) -> int:
        """How many can be accepted unseen."""
        return sum(card.is_open and card.suggestion.is_safe for card in self.cards)

    @property
    def partial(self) -> Sequence[str]:
        """The suggestions that are still being heard."""
        return [card.suggestion.id for card in self.cards if card.is_partial]

    @property
    def newest(self) -> int:
        """The newest row among them."""
        return max((card.pk for card in self.cards), default=0)


def review_page(owner: str, review_id: int) -> Shown:
    """Return what the page of a review shows; raise `NotFound`."""
    review = access.owned(Review, owner, review_id)
    # its run is read first: what is read after the end is whole, and a page that was told of the end asks no more
    standing = Standing(review=review, run=review.run)
    return Shown(
        review=review,
        standing=standing,
        head=versions.newest(review.document),
        found=_found(review),
        cards=[_card(row) for row in deciding.suggestions(owner, review.pk)],
    )


def only_found(report: Mapping[str, Any]) -> Found:
    """Return what a check found of which nothing is kept: no page, and no place on one."""
    return Found(
        loses=_rules(report, "failed", Heading.LOSES),
        advice=_rules(report, "failed", Heading.ADVICE),
        not_assessed=_rules(report, "not assessed", *Heading),
        summary=report["summary"],
        has_job=report["job"] is not None,
        match=_answers(report) if report["job"] else None,
        sheets=(),
        lines=(),
        was_read=False,
    )


def _found(review: Review) -> Found:
    report = packing.unpack_json(review.report)
    reading = review.document.reading
    document = packing.DOCUMENT.unpack(reading) if reading else None
    titles = {rule["code"]: rule["title"] for rule in report["rules"]} if report else {}
    marks = marks_of(Finding.objects.filter(review=review).order_by("pk"), titles)
    drawn = sheets(review.document, document, marks) if document else ()
    lines = () if drawn or not document else document.lines
    match = packing.unpack_json(review.match)
    return Found(
        loses=_rules(report, "failed", Heading.LOSES),
        advice=_rules(report, "failed", Heading.ADVICE),
        not_assessed=_rules(report, "not assessed", *Heading),
        summary=report["summary"] if report else None,
        has_job=review.job_id is not None,
        match=None if match is None else _answers(match),
        sheets=drawn,
        lines=[(line.number, line.text, marks.get(line.number)) for line in lines],
        was_read=document is not None,
    )


def _rules(report: Mapping[str, Any] | None, outcome: str, *headings: Heading) -> tuple[Told, ...]:
    wanted = {heading.value for heading in headings}
    rules: Iterable[Mapping[str, Any]] = report["rules"] if report else ()
    return tuple(_told(rule) for rule in rules if rule["outcome"] == outcome and rule["heading"] in wanted)


def _told(rule: Mapping[str, Any]) -> Told:
    source = rule["source"]
    return Told(
        code=rule["code"],
        title=rule["title"],
        meaning=rule["meaning"],
        action=rule["action"],
        source=f"{source['name']}; country: {source['country']}" if source else "",
        reason=rule["reason"],
        findings=tuple(rule["findings"]),
    )


def _answers(match: Mapping[str, Any]) -> Sequence[tuple[str, Sequence[dict[str, Any]]]]:
    """Return the answers to the advertisement by how the CV stands to each; none where it names nothing."""
    answers = match["job"]["answers"] if match["job"] else []
    groups = [(kind.value, [one for one in answers if one["standing"] == kind.value]) for kind in Answered]
    return [(kind, group) for kind, group in groups if group]


def _card(row: Row) -> Card:
    decision = getattr(row, "decision", None)
    return Card(
        pk=row.pk,
        suggestion=packing.SUGGESTION.unpack(row.body),
        decision=decision.choice if decision else "",
        text=decision.text if decision else "",
        is_partial=row.is_partial,
    )


def latest_review(document: Document) -> Review | None:
    """Return the newest review of a document."""
    found = Review.objects.select_related("run").defer("report", "match").filter(document=document)
    return found.order_by("-pk").first()
