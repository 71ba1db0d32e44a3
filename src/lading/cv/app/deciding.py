"""
A person's decisions about suggestions, and the versions that come of them.

All decisions about one review are applied to the version that the review looked at, again with each further one: so a
suggestion fits whatever was accepted before it, and two that change the same text are refused, whichever came first.
Whoever decides names the version that they see; where it is not the newest any more nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from lading.cv.app import access, packing, sections, versions
from lading.cv.app.models import Choice, Decision, Document, Resume, Review
from lading.cv.app.models import Suggestion as Row
from lading.cv.engine import improve as engine
from lading.cv.engine.improve.errors import BaseChanged, SuggestionsConflict, SuggestionUnknown
from lading.orchestration.ledger.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person makes of one suggestion."""

    suggestion: str
    choice: Choice
    text: str = ""


def suggestions(owner: str, review_id: int) -> Sequence[Row]:
    """Return what is suggested, in order, with what was decided; also what is still being heard."""
    review = access.owned(Review, owner, review_id)
    return list(Row.objects.select_related("decision").filter(review=review).order_by("position", "pk"))


def accept_safe(owner: str, review_id: int, seen: int) -> Resume:
    """Accept all that change the form only, and were made by rules: never a model's text, never a question."""
    review = access.owned(Review, owner, review_id)
    earlier = _earlier(review)
    decided = {one.suggestion.key for one in earlier}
    taken = {_pointer(one.suggestion) for one in earlier if one.choice != Choice.REJECT}
    rows = Row.objects.filter(review=review, is_safe=True, is_partial=False).order_by("position", "pk")
    fit = [row.key for row in rows if row.key not in decided and _pointer(row) not in taken]
    return decide(owner, review_id, seen, [Decided(suggestion=key, choice=Choice.ACCEPT) for key in fit])


def decide(owner: str, review_id: int, seen: int, decided: Sequence[Decided]) -> Resume:
    """
    Return the newest version after these decisions; the same one where nothing was accepted.

    Raise `NotFound`, `BaseChanged` where `seen` is not the newest version of the document, `SuggestionsConflict` for what
    was decided before, or what else the engine refuses. Nothing is changed then.
    """
    review = access.owned(Review, owner, review_id)
    with transaction.atomic():
        # who decides about a document does so alone
        document = access.owned(Document, owner, review.document_id, locked=True)
        head = versions.newest(document)
        if head is None or review.resume is None or head.number != seen:
            at = "none yet" if head is None else f"version {head.number}"
            raise BaseChanged(f"You decided about version {seen}, and the newest is {at}", hint="Look at that one")
        _refuse_other_branch(review, head)
        rows = _open_rows(review, decided)
        return _apply(review, head, rows, decided)


def _refuse_other_branch(review: Review, head: Resume) -> None:
    """Raise where the newest version came of another review: its decisions would be lost."""
    if review.resume_id not in {head.pk, head.base_id}:
        raise BaseChanged("The newest version came of another review", hint="Let the newest version be reviewed")


def _open_rows(review: Review, decided: Iterable[Decided]) -> dict[str, Row]:
    """Return the suggestions that are decided about; raise where one is not there, or was decided before."""
    wanted = [one.suggestion for one in decided]
    rows = {row.key: row for row in Row.objects.filter(review=review, key__in=wanted, is_partial=False)}
    for key in wanted:
        if key not in rows:
            raise SuggestionUnknown("There is no such suggestion", hint="Ask for suggestions again")
    if any(one.suggestion.key in rows for one in _earlier(review)):
        raise SuggestionsConflict("A suggestion was decided before", hint="Look at the newest version")
    return rows


def _apply(review: Review, head: Resume, rows: dict[str, Row], decided: Sequence[Decided]) -> Resume:
    earlier = _earlier(review)
    bodies = [packing.SUGGESTION.unpack(row.body) for row in rows.values()]
    bodies += [packing.SUGGESTION.unpack(one.suggestion.body) for one in earlier]
    choices = [_choice(one.suggestion.key, one.choice, one.text) for one in earlier]
    choices += [_choice(one.suggestion, one.choice, one.text) for one in decided]
    base = sections.version_of(review.resume)
    made = engine.decide(base, bodies, choices)
    accepts = any(one.choice != Choice.REJECT for one in decided)
    assert review.resume is not None
    resume = versions.keep(review.resume, replace(made, number=head.number + 1)) if accepts else head
    at = now()
    for one in decided:
        Decision.objects.create(
            owner=review.owner,
            created_at=at,
            suggestion=rows[one.suggestion],
            choice=one.choice,
            text=one.text if one.choice == Choice.EDIT else "",
            made=resume if one.choice != Choice.REJECT else None,
        )
    return resume


def _earlier(review: Review) -> Sequence[Decision]:
    """Return what was decided about the version that a review looked at, whichever review it came with."""
    decided = Decision.objects.select_related("suggestion").filter(owner=review.owner)
    return list(decided.filter(suggestion__review__resume=review.resume).order_by("pk"))


def _pointer(row: Row) -> str:
    return packing.SUGGESTION.unpack(row.body).pointer


def _choice(key: str, choice: str, text: str) -> engine.Decision:
    return engine.Decision(suggestion=key, choice=engine.Choice(choice), text=text)
