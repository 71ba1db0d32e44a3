"""The step that draws the pages of a PDF, in the engine's confined child process."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base.errors import Cancelled
from lading.base.outcomes import Outcome
from lading.cv.app import kinds
from lading.cv.app.models import Document
from lading.cv.app.models import PagePicture as Row
from lading.cv.app.reading import done, review_of
from lading.cv.engine.extract.pictures import PagePicture
from lading.cv.engine.extract.pictures import draw as drawn
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now

#: why a page shows the text that software reads instead of itself
NOT_DRAWN = "CV_PAGE_NOT_DRAWN"


def draw(held: Claim) -> Ending:
    """Keep the pages as pictures; a review goes on without those that cannot be drawn."""
    document = review_of(held).document
    pictures = drawn(bytes(document.content))
    skipped = NewOutcome(subject=kinds.subject(held.kind, held.payload), outcome=Outcome.SKIPPED, code=NOT_DRAWN)

    def keep(_batch_id: int) -> None:
        if not Document.objects.select_for_update().filter(pk=document.pk).exists():
            raise Cancelled("the document was deleted")
        # of two reviews that began together both draw, and the second one finds it done
        Row.objects.bulk_create(_rows(document, pictures), ignore_conflicts=True)

    return Ending(outcomes=[done(held) if pictures else skipped], also=keep)


def _rows(document: Document, pictures: Sequence[PagePicture]) -> Sequence[Row]:
    return [
        Row(
            owner=document.owner,
            created_at=now(),
            document=document,
            number=one.number,
            width=one.width,
            height=one.height,
            content=one.png,
        )
        for one in pictures
    ]
