"""The steps that make a version of a file: extract, in the engine's confined child process, and structure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from lading.base.errors import Cancelled
from lading.base.outcomes import Outcome
from lading.cv.app import kinds, packing, versions
from lading.cv.app.models import Document, Review
from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract import extract_bytes, get_ready
from lading.cv.engine.improve import first_version
from lading.cv.engine.structure import structure
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger.claims import Claim


def review_of(held: Claim, *, locked: bool = False) -> Review:
    """Return the review that a step belongs to; raise `Cancelled` where the person deleted it meanwhile."""
    known = Review.objects.select_related("document", "resume", "job").filter(run_id=held.run_id)
    rows = known.defer("document__content", "document__reading", "report", "match")
    review = (rows.select_for_update(of=("self",)) if locked else rows).first()
    if review is None:
        raise Cancelled("the review was deleted")
    return review


def done(held: Claim) -> NewOutcome:
    """Return the outcome of a step that ended well."""
    return NewOutcome(subject=kinds.subject(held.kind, held.payload), outcome=Outcome.CREATED)


def extract(held: Claim) -> Ending:
    """Read the file; one that cannot be read as a CV ends the review with its reason."""
    document = review_of(held).document
    try:
        read = extract_bytes(bytes(document.content))
    except DocumentRefused as error:
        # the sentence is the person's to see; the outcome, which is listed with all runs, has the code
        told = {"code": error.code, "reason": str(error)}
        name = kinds.subject(held.kind, held.payload)
        refused = NewOutcome(subject=name, outcome=Outcome.FAILED, code=error.code)
        return Ending(outcomes=[refused], also=partial(_note, document.pk, told))
    finally:
        get_ready()
    found = {"reading": packing.DOCUMENT.pack(read), "code": "", "reason": ""}
    return Ending(outcomes=[done(held)], also=partial(_note, document.pk, found))


def _note(document_id: int, values: Mapping[str, object], _batch_id: int) -> None:
    if not Document.objects.filter(pk=document_id).update(**values):
        raise Cancelled("the document was deleted")


def understand(held: Claim) -> Ending:
    """Make the first version of what was read."""
    review = review_of(held)
    first = first_version(structure(packing.DOCUMENT.unpack(review.document.reading)))

    def keep(_batch_id: int) -> None:
        mine = review_of(held, locked=True)
        mine.resume = versions.keep_first(mine.document, first)
        mine.save(update_fields=["resume"])

    return Ending(outcomes=[done(held)], also=keep)
