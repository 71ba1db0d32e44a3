"""
Suggestions in the ledger.

What a model says is shown as soon as it was heard and judged, before its answer is whole: such a row is partial, and
nobody can decide about it. The end of the step makes it whole, or takes it away where the whole answer does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from lading.base.errors import Cancelled
from lading.cv.app import packing
from lading.cv.app.models import Review
from lading.cv.app.models import Suggestion as Row
from lading.cv.engine.improve import Suggestion
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState

#: places for the suggestions of one section
_PLACES = 1_000


def keep(review: Review, section: int | None, found: Iterable[Suggestion]) -> None:
    """Write what rules (no section) or a model suggested; what was heard of it before becomes whole. With the run locked."""
    own = Row.objects.filter(review=review, section=section)
    kept = [_kept(review, section, place, one) for place, one in enumerate(found)]
    own.exclude(pk__in=kept).exclude(decision__isnull=False).delete()


def hear(held: Claim, review: Review, section: int, place: int, one: Suggestion) -> str:
    """Write a suggestion of an answer that is still to end; raise `Cancelled` where the lease or the review is gone."""
    with transaction.atomic():
        mine = Batch.objects.select_for_update().filter(pk=held.batch_id, fence=held.fence, state=BatchState.LEASED)
        if not mine.exists() or not Review.objects.filter(pk=review.pk).exists():
            raise Cancelled("the lease or the review is gone")
        _kept(review, section, place, one, is_partial=True)
    return one.id


def make_whole(review: Review, section: int) -> int:
    """Let what was heard of an answer that nobody will hear the end of count; return how many suggestions."""
    return Row.objects.filter(review=review, section=section, is_partial=True).update(is_partial=False)


def _kept(review: Review, section: int | None, place: int, one: Suggestion, *, is_partial: bool = False) -> int:
    first = 0 if section is None else (section + 1) * _PLACES
    row, _ = Row.objects.get_or_create(
        review=review,
        key=one.id,
        defaults={
            "owner": review.owner,
            "created_at": now(),
            "position": first + place,
            "section": section,
            "is_partial": is_partial,
            "is_safe": one.is_safe,
            "body": packing.SUGGESTION.pack(one),
        },
    )
    if row.is_partial and not is_partial:
        Row.objects.filter(pk=row.pk).update(is_partial=False)
    return row.pk
