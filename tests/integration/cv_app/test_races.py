"""Two at once: the same bytes, the same key, the same suggestion, the last tokens of a budget."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from lading.base.errors import LadingError, UsageError
from lading.cv.app import calls, consents, deciding, endpoints, reviews, sections
from lading.cv.app.deciding import Decided
from lading.cv.app.models import CallState, Choice, Decision, Document, ModelCall, Resume, Review, Spending
from lading.cv.engine.model.errors import ConsentNeeded
from lading.cv.engine.model.material import prompt_of
from lading.cv.engine.model.port import Answer, Finish, Usage
from lading.orchestration.ledger import claims
from lading.orchestration.models import Batch, BatchState, Run
from tests.integration.cv_app.conftest import CONTENT, OWNER, Model, begin, carried, reviewed

#: pairs of racers: enough that a gap of a statement is met
TURNS = 5


def at_once(*acts: Callable[[], Any]) -> Sequence[Any]:
    """Return what each came to, a value or an error, all of them begun at the same moment."""
    gate, came = threading.Barrier(len(acts)), [None] * len(acts)

    def go(number: int) -> None:
        gate.wait(10)
        try:
            came[number] = acts[number]()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            came[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    racers = [threading.Thread(target=go, args=(number,)) for number in range(len(acts))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    return came


def test_the_same_bytes_twice_at_once_are_one_document(worker: None) -> None:
    """Both get it."""
    for turn in range(TURNS):
        content = CONTENT + b" " * turn
        found = at_once(*[lambda content=content: reviews.upload(OWNER, "cv.json", content)] * 3)
        assert 1 == len({one.pk for one in found}), found
    assert TURNS == Document.objects.count()


def test_the_same_key_twice_at_once_begins_one_review(document: Document) -> None:
    """And leaves no run behind that nobody knows."""
    for turn in range(TURNS):
        found = at_once(*[lambda turn=turn: begin(document, request_key=f"key {turn}")] * 3)
        assert 1 == len({one.pk for one in found}), found
    assert TURNS == Review.objects.count() == Run.objects.count()


def test_a_key_of_another_cv_is_refused(document: Document, untidy: Document) -> None:
    """Whoever uses it gets no review of something else."""
    begin(document, request_key="k")
    with pytest.raises(UsageError, match="another CV"):
        begin(untidy, request_key="k")


def test_a_document_that_goes_while_a_review_begins_is_not_there(document: Document) -> None:
    """It is said so; no run stays."""
    begun, _ = at_once(lambda: begin(document), document.delete)

    assert isinstance(begun, Review | LadingError), begun
    assert not Review.objects.exists()


def test_of_two_that_accept_at_once_one_is_told(untidy: Document) -> None:
    """One version comes of it, and one decision; the other one is told to look again."""
    review = reviewed(untidy)
    key = next(row.key for row in deciding.suggestions(OWNER, review.pk) if row.is_safe)
    accept = [Decided(suggestion=key, choice=Choice.ACCEPT)]
    came = at_once(*[lambda: deciding.decide(OWNER, review.pk, 1, accept)] * 3)

    codes = Counter(one.code for one in came if isinstance(one, LadingError))
    assert {"CV_BASE_CHANGED": 2} == codes, came
    assert (2, 1) == (Resume.objects.count(), Decision.objects.count())


def test_the_last_tokens_are_reserved_once(document: Document, model: Model) -> None:
    """Two workers ask about two sections; the budget has room for one, and one gets it."""
    model("good", model_tokens_per_day=3_000)
    held, review = two_held(document)
    came = at_once(*[lambda number=number: reserved(held[number], review, number) for number in (0, 1)])

    assert 1 == sum(isinstance(one, calls.Reserved) for one in came), came
    assert ["CV_MODEL_BUDGET_SPENT"] == [one.code for one in came if isinstance(one, LadingError)]
    assert 1 == Spending.objects.count()


def test_one_place_at_the_endpoint_is_taken_once(document: Document, model: Model) -> None:
    """Two workers, one call at a time."""
    model("good", model_calls_at_once=1)
    held, review = two_held(document)
    came = at_once(*[lambda number=number: reserved(held[number], review, number) for number in (0, 1)])

    assert ["CV_MODEL_BUSY"] == [one.code for one in came if isinstance(one, LadingError)], came
    assert 1 == Spending.objects.filter(ended_at=None).count()


def test_what_was_spent_is_settled_once(document: Document, model: Model) -> None:
    """A second settling, and one by who lost the lease meanwhile, add nothing."""
    model("good")
    held, review = two_held(document)
    mine = reserved(held[0], review, 0)
    answer = Answer(text="{}", finish=Finish.STOP, usage=Usage(prompt=10, answer=5))
    at_once(*[lambda: calls.settle(held[0], mine, answer)] * 3)
    calls.release(held[0], mine, "CV_MODEL_UNAVAILABLE", is_charged=True)

    assert [(10, 5)] == list(Spending.objects.values_list("prompt_tokens", "answer_tokens"))
    assert [CallState.DONE] == list(ModelCall.objects.values_list("state", flat=True))


def test_consent_that_is_taken_back_holds_for_the_next_call(
    document: Document, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between the two calls that one section may take: nothing is reserved, nothing is sent."""
    model("far")
    monkeypatch.setenv("LADING_CV__MODEL_URL", "https://model.example/v1")
    from lading.base import config

    config.current.cache_clear()
    consents.give(OWNER, endpoints.named("far"))
    held, review = two_held(document, "far")
    reserved(held[0], review, 0)
    consents.take_back(OWNER)
    with pytest.raises(ConsentNeeded):
        reserved(held[1], review, 1)

    assert 1 == Spending.objects.count()


def two_held(document: Document, name: str = "good") -> tuple[Sequence[claims.Claim], Review]:
    """Return the claims of two workers on two sections of a review."""
    review = begin(document, model=name)
    while Run.objects.get(pk=review.run_id).stage != "improving":
        carried(review.run_id)
    batches = Batch.objects.filter(run_id=review.run_id, state=BatchState.QUEUED).order_by("pk")[:2]
    held = [claims.claim(batch.pk, f"worker {batch.pk}") for batch in batches]
    return [one for one in held if one is not None], Review.objects.get(pk=review.pk)


def reserved(held: claims.Claim, review: Review, number: int) -> calls.Reserved:
    """Reserve the call about a section."""
    section, version = sections.of(review)[number], sections.version_of(review.resume)
    return calls.reserve(held, review, endpoints.named(review.model), prompt_of(section, version.resume.language))
