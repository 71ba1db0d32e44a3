"""
CV reviews as the backbone sees them: a review is a run, a step is a batch.

=============  ==========================================  =====================================
stage          batches                                     ends when
=============  ==========================================  =====================================
reading        extract: what the file says                 it was read, or is refused: then over
understanding  structure: the first version                it is there
checking       lint: findings, and what rules suggest;     they are there
               match, where there is an advertisement;
               draw, where a PDF has no pictures yet
improving      improve: one for each section, where a      each was asked about, or is left to
               model is named                              the rules with its reason
=============  ==========================================  =====================================

A review of a version that is there begins with checking. Rendering a version is a run of its own, with one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lading.base.outcomes import Outcome
from lading.orchestration.kinds import BatchKind, NewBatch, NewOutcome, RunKind, register_batch, register_run
from lading.orchestration.ledger import sweep

if TYPE_CHECKING:
    from lading.cv.app.models import Document

REVIEW = "cv-review"
RENDERING = "cv-render"
KINDS = (REVIEW, RENDERING)

EXTRACT = "cv.extract"
STRUCTURE = "cv.structure"
LINT = "cv.lint"
MATCH = "cv.match"
DRAW = "cv.draw"
RENDER = "cv.render"
IMPROVE = "cv-ai.improve"

READING = "reading"
UNDERSTANDING = "understanding"
CHECKING = "checking"
IMPROVING = "improving"


def _is_of(run_id: int, user_id: int) -> bool:
    from lading.cv.app import access  # its tables are there once Django is ready

    return access.may_see_run(access.owner_of(user_id), run_id)


def register() -> None:
    """Make the kinds known to the backbone."""
    register_run(RunKind(name=REVIEW, next_stage=next_stage, is_of=_is_of))
    register_run(RunKind(name=RENDERING, next_stage=lambda _run, ended: (ended, ()), is_of=_is_of))
    for name in (EXTRACT, STRUCTURE, LINT, MATCH, DRAW, RENDER):
        register_batch(BatchKind(name=name, queue="cv", abandon=_abandoner(name)))
    register_batch(BatchKind(name=IMPROVE, queue="cv-ai", abandon=_abandoner(IMPROVE)))
    sweep.errands.append(_expire)


def step(kind: str, payload: bytes = b"") -> NewBatch:
    """Return a step as a batch; it counts as one towards the progress of its run."""
    return NewBatch(kind=kind, payload=payload, planned_files=1)


def subject(kind: str, payload: bytes) -> str:
    """Return what a step is called in outcomes: never by a word of the document."""
    name = kind.partition(".")[2]
    return f"{name} {int(payload) + 1}" if kind == IMPROVE else name


def next_stage(run_id: int, ended: str) -> tuple[str, Sequence[NewBatch]]:
    """Say what comes after a stage whose last batch ended."""
    from lading.cv.app.models import Review  # loaded once Django is ready

    review = Review.objects.select_related("document").filter(run_id=run_id).first()
    if review is None:
        return ended, ()
    if ended == READING and review.document.reading:
        return UNDERSTANDING, (step(STRUCTURE),)
    if ended == UNDERSTANDING and review.resume_id:
        return CHECKING, checks(has_job=review.job_id is not None, wants_pictures=wants_pictures(review.document))
    if ended == CHECKING and review.model:
        from lading.cv.app import sections  # it loads the engine

        return IMPROVING, [step(IMPROVE, str(number).encode()) for number in range(len(sections.of(review)))]
    return ended, ()


def checks(*, has_job: bool, wants_pictures: bool) -> Sequence[NewBatch]:
    """Return the steps of the stage that needs no model."""
    names = [LINT] + [MATCH] * has_job + [DRAW] * wants_pictures
    return [step(name) for name in names]


def wants_pictures(document: Document) -> bool:
    """Say whether the pages of a document are still to be drawn."""
    return document.format == "pdf" and not document.pagepicture_set.exists()


def _abandoner(kind: str) -> Callable[[bytes, str, str], Sequence[NewOutcome]]:
    def abandon(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
        return (NewOutcome(subject=subject(kind, payload), outcome=Outcome.FAILED, code=code, reason=reason),)

    return abandon


def _expire() -> None:
    from lading.cv.app import deletion  # its tables are there once Django is ready

    deletion.expire()
