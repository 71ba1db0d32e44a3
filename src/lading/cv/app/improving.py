"""The step that asks a model about one section: what becomes of its answer, and of its failures."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from lading.base import config
from lading.base.errors import LadingError, Remedy, RetryLater
from lading.base.outcomes import Outcome
from lading.base.retry import RetryPolicy
from lading.cv.app import endpoints, kinds, sections, suggesting
from lading.cv.app.errors import CallLost, ModelBusy, without_words
from lading.cv.app.models import Review, SectionAsked
from lading.cv.app.once import OnceModel, is_outage
from lading.cv.app.reading import done, review_of
from lading.cv.engine.improve import Suggestion
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.errors import CutOff
from lading.cv.engine.model.improving import Improved, improve_section
from lading.orchestration import progress
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import circuits
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.limits.circuit import Evidence

#: seconds for which an endpoint is left alone that a person has to see to
_RESTS = 300.0
#: requests for an answer that broke off: it may have been charged
_CUT_OFF = 2
_FIRST, _LONGEST = timedelta(seconds=2), timedelta(seconds=120)


def improve(held: Claim) -> Ending:
    """Ask the model about one section; where it cannot be asked, the rules' suggestions stand alone, and the run goes on."""
    review, number = review_of(held), int(held.payload)
    try:
        endpoint = endpoints.named(review.model)
    except LadingError as error:
        return _without(held, number, error)
    inner = endpoints.client(endpoint)
    model = OnceModel(inner, held, review, endpoint)
    section, version = sections.of(review)[number], sections.version_of(review.resume)
    try:
        improved = improve_section(section, version, model, _Hearing(held, review, number))
    except ModelBusy:
        raise
    except LadingError as error:
        _note(held, endpoint, model, error)
        return _after(held, number, model, error)
    finally:
        inner.close()
    if model.last is not None:
        circuits.note(_at(held, endpoint), Evidence.ANSWERED)
    return Ending(outcomes=[done(held)], also=lambda _: _keep(held, number, improved))


class _Hearing:
    """Takes each suggestion as soon as it was heard and judged, and tells whoever watches."""

    def __init__(self, held: Claim, review: Review, section: int) -> None:
        self._held, self._review, self._section, self._heard = held, review, section, 0

    def __call__(self, one: Suggestion) -> None:
        key = suggesting.hear(self._held, self._review, self._section, self._heard, one)
        self._heard += 1
        progress.tell_news(
            self._held.run_id, kind="suggestion", review=self._review.pk, section=self._section, suggestion=key
        )


def next_try(error: LadingError, attempts: int, since_first: float, *, jitter: float) -> timedelta | None:
    """
    Return how long to wait before a section is asked about again; None: rules suggest alone.

    ==============================  ==========================================  =================
    error                           requests, time since the first              then
    ==============================  ==========================================  =================
    fewer wanted, not available     within `model_attempts` and `_patience_s`   2 s doubled to 2 min, at
                                                                                least what it says
    fewer wanted, not available     beyond                                      rules
    broke off                       the first                                   again
    broke off                       the second                                  rules
    any other                       any                                         rules
    ==============================  ==========================================  =================
    """
    settings = config.current().cv
    if isinstance(error, CutOff):
        return timedelta(seconds=1) if attempts < _CUT_OFF else None
    if error.remedy is not Remedy.RETRY_LATER:
        return None
    policy = RetryPolicy(attempts=settings.model_attempts, first_delay=_FIRST, longest_delay=_LONGEST)
    delay = policy.next_delay(error, attempts, jitter=jitter)
    patience = config.current().scaled(settings.model_patience_s).total_seconds()
    return delay if delay is not None and since_first + delay.total_seconds() <= patience else None


def _after(held: Claim, number: int, model: OnceModel, error: LadingError) -> Ending:
    """Raise what lets the step be done again later, or return its end without the model's word."""
    if model.last is not None:
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads tries
        delay = next_try(error, model.last.attempts, model.last.since_first, jitter=jitter)
        if delay is not None:
            raise _later(error, delay)
    return _without(held, number, error)


def _later(error: LadingError, delay: timedelta) -> LadingError:
    """Return what the backbone understands as: give the step back, and take it up again then."""
    if not isinstance(error, RetryLater):
        return ModelBusy("The model's answer broke off, it is asked again", retry_after=delay)
    quiet = without_words(error)
    quiet.retry_after = delay
    return quiet


def _without(held: Claim, number: int, error: LadingError) -> Ending:
    """End the step with its reason; what was heard of an answer before it broke off is kept, it was judged."""
    code, name = error.code, kinds.subject(held.kind, held.payload)
    outcome = NewOutcome(subject=name, outcome=Outcome.SKIPPED, code=code)

    def keep(_batch_id: int) -> None:
        mine = review_of(held, locked=True)
        suggesting.make_whole(mine, number)
        _keep_section(mine, number, {"code": code})

    return Ending(outcomes=[outcome], notes={"degraded": code}, also=keep)


def _note(held: Claim, endpoint: Endpoint, model: OnceModel, error: LadingError) -> None:
    """Tell the circuit of the endpoint what the failure says about it."""
    if model.last is None or isinstance(error, CallLost):
        return
    at, words = _at(held, endpoint), str(without_words(error))
    if error.remedy is Remedy.ASK_PERSON and _is_about_endpoint(error):
        circuits.shut(at.circuit, words, config.current().scaled(_RESTS).total_seconds())
    else:
        circuits.note(at, Evidence.FAILED if is_outage(error) else Evidence.ANSWERED, words)


def _is_about_endpoint(error: LadingError) -> bool:
    """Say whether the next section would be refused as well: one that is too long for the model is not."""
    return error.code in {"CV_MODEL_KEY_REFUSED", "CV_MODEL_UNKNOWN", "CV_MODEL_REQUEST_REFUSED"}


def _at(held: Claim, endpoint: Endpoint) -> Claim:
    """Return the claim as one of a run that depends on the endpoint; the run itself can do without."""
    return replace(held, circuit=endpoints.circuit(endpoint))


def _keep(held: Claim, number: int, improved: Improved) -> None:
    mine = review_of(held, locked=True)
    suggesting.keep(mine, number, improved.suggestions)
    withheld = Counter(one.why.value for one in improved.withheld)
    _keep_section(mine, number, {"code": "", "withheld": dict(withheld), "unanswered": list(improved.unanswered)})


def _keep_section(review: Review, number: int, values: dict[str, object]) -> None:
    pointer = sections.of(review)[number].pointer
    SectionAsked.objects.update_or_create(
        review=review,
        number=number,
        defaults={"owner": review.owner, "created_at": now(), "pointer": pointer, **values},
    )
