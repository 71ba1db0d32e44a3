"""A model behind a review: asked once for each content, within its limits; what fails leaves the rules' suggestions."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import httpx2
import pytest

from lading.base import config
from lading.base.errors import LadingError
from lading.cv.app import advancing, calls, consents, deciding, endpoints, reviews, sections
from lading.cv.app.deciding import Decided
from lading.cv.app.models import CallState, Choice, Document, ModelCall, Review, SectionAsked, Spending, Suggestion
from lading.cv.engine.model.material import Section, prompt_of
from lading.orchestration import broker, work
from lading.orchestration.ledger import claims
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Circuit, Outcome, Run, RunState
from tests.integration.cv_app.conftest import OWNER, Model, begin, carried, reviewed, to_end

#: sections of the sample: summary and two positions
SECTIONS = 3


def asked(address: str, name: str) -> int:
    """Return how many requests the fake model got under a name."""
    return int(httpx2.get(address).json().get(name, 0))


def codes(review: Review) -> Counter[str]:
    """Return what became of asking about the sections, by code."""
    return Counter(SectionAsked.objects.filter(review=review).values_list("code", flat=True))


def of_model(review: Review) -> list[Suggestion]:
    """Return what the model suggested."""
    return list(Suggestion.objects.filter(review=review, section__isnull=False).order_by("position"))


def test_each_section_is_asked_about_once(document: Document, model: Model, address: str) -> None:
    """A second review of the same version, and the same bytes uploaded again, cost nothing."""
    model("good", model_price_sent=1, model_price_answered=2)
    before = asked(address, "good")
    first = reviewed(document, model="good")
    second = reviewed(document, model="good")

    assert SECTIONS == asked(address, "good") - before
    assert {"": SECTIONS} == codes(first) == codes(second)
    assert [one.key for one in of_model(first)] == [one.key for one in of_model(second)]
    assert len(of_model(first)) > SECTIONS
    assert [CallState.DONE] * SECTIONS == list(ModelCall.objects.values_list("state", flat=True))
    assert [(900, 50, 0.001)] * SECTIONS == list(Spending.objects.values_list("prompt_tokens", "answer_tokens", "cost"))


def test_a_models_text_is_never_among_the_safe_ones(document: Document, model: Model) -> None:
    """It is accepted by itself, or not at all."""
    model("good")
    review = reviewed(document, model="good")
    key = of_model(review)[0].key
    safe = deciding.accept_safe(OWNER, review.pk, 1)
    made = deciding.decide(OWNER, review.pk, safe.number, [Decided(suggestion=key, choice=Choice.ACCEPT)])

    assert not any(one.is_safe for one in of_model(review))
    assert key in {one.suggestion for one in sections.version_of(made).taken}


def test_inventions_are_counted_and_never_stored(document: Document, model: Model) -> None:
    """What the guard blocks is in no row."""
    model("invents")
    review = reviewed(document, model="invents")

    assert [] == of_model(review)
    withheld = SectionAsked.objects.filter(review=review).values_list("withheld", flat=True)
    assert all(set(one) == {"blocked"} for one in withheld)
    # the answer itself is kept with the call, so that nobody pays for it twice; it goes with the document
    assert SECTIONS == ModelCall.objects.count()


@pytest.mark.parametrize(
    "expected",
    [
        ("limited", "CV_MODEL_RATE_LIMITED", 2),
        ("broken", "CV_MODEL_UNAVAILABLE", 2),
        ("hangs", "CV_MODEL_UNAVAILABLE", 2),
        ("cut", "CV_MODEL_CUT_OFF", 2),
        ("bad-json", "CV_MODEL_MALFORMED", 2),
        ("declines", "CV_MODEL_DECLINED", 1),
        ("wants-key", "CV_MODEL_KEY_REFUSED", 1),
        ("small", "CV_MODEL_CONTEXT_TOO_SMALL", 1),
    ],
)
def test_whatever_fails_the_review_ends_with_the_rules(
    untidy: Document, model: Model, address: str, expected: tuple[str, str, int]
) -> None:
    """The run does not fail; it says what is missing and why, and what the rules suggest is there."""
    name, code, requests = expected
    model(name, model_attempts=2, model_read_s=0.4)
    before = asked(address, name)
    review = reviewed(untidy, model=name)
    run = Run.objects.get(pk=review.run_id)

    assert (RunState.DONE, requests) == (run.state, asked(address, name) - before)
    assert {code: 1} == codes(review)
    assert {"degraded": code} == run.notes
    assert Suggestion.objects.filter(review=review, section__isnull=True).exists()
    assert (name in {"cut", "declines"}) is bool(of_model(review))  # what was heard before was judged, and is kept
    assert not any(one.is_partial for one in of_model(review))
    assert [(CallState.FREE, code)] == list(ModelCall.objects.values_list("state", "code")) or name in ANSWERED


#: models whose answer came, and is kept although it is of no use
ANSWERED = ("bad-json", "small")


def test_a_key_that_is_refused_is_refused_once(document: Document, model: Model, address: str) -> None:
    """The other sections would be refused as well: nobody asks until a person has changed something."""
    model("wants-key", time_scale=20)
    before = asked(address, "wants-key")
    review = reviewed(document, model="wants-key")

    assert 1 == asked(address, "wants-key") - before
    assert {"CV_MODEL_KEY_REFUSED": 1, "CV_MODEL_RESTING": SECTIONS - 1} == codes(review)
    model("wants-key", model_key="sk-right", time_scale=20)
    assert {"": SECTIONS} == codes(reviewed(document, model="wants-key"))


def test_an_endpoint_that_is_down_is_left_alone_after_a_few(document: Document, model: Model, address: str) -> None:
    """The circuit opens at the third failure in a row; the other sections go to the rules without a request."""
    model("broken", time_scale=20)
    before = asked(address, "broken")
    review = reviewed(document, model="broken")

    assert 3 == asked(address, "broken") - before
    assert {"CV_MODEL_RESTING": SECTIONS} == codes(review)
    assert Circuit.objects.get().is_open
    Circuit.objects.update(probe_at=1)
    reviewed(document, model="broken")
    assert 4 == asked(address, "broken") - before  # the probe


def test_what_fails_can_be_asked_again_and_what_was_answered_is_not(
    document: Document, model: Model, address: str
) -> None:
    """A retry asks for what is missing only."""
    model("good")
    review = reviewed(document, model="good")
    lost = ModelCall.objects.order_by("pk")[0]
    ModelCall.objects.filter(pk=lost.pk).update(state=CallState.LOST, lost_at=now(), answer="")
    before = asked(address, "good")
    to_end(reviews.again(OWNER, review.pk).run_id)

    assert 1 == asked(address, "good") - before


def test_a_call_whose_worker_died_is_not_made_again_by_itself(document: Document, model: Model, address: str) -> None:
    """It may have been charged. A retry is a person's word; the setting is the installation's."""
    model("good")
    review = begin(document, model="good")
    while Run.objects.get(pk=review.run_id).stage != "improving":
        carried(review.run_id)
    batch = Batch.objects.filter(run_id=review.run_id, state=BatchState.QUEUED).order_by("pk")[0]
    held = claims.claim(batch.pk, "a worker that dies")
    assert held is not None
    model_once, mine = sections.of(Review.objects.get(pk=review.pk))[0], Review.objects.get(pk=review.pk)
    _reserve(held, mine, model_once)
    claims.give_back(held)  # what the sweep does once the lease ran out
    before = asked(address, "good")
    to_end(review.run_id)

    assert {"CV_MODEL_CALL_LOST": 1, "": SECTIONS - 1} == codes(review)
    assert SECTIONS - 1 == asked(address, "good") - before
    to_end(reviews.again(OWNER, review.pk).run_id)
    assert SECTIONS == asked(address, "good") - before


def _reserve(held: claims.Claim, review: Review, section: Section) -> None:
    version = sections.version_of(review.resume)
    calls.reserve(held, review, endpoints.named(review.model), prompt_of(section, version.resume.language))


def test_two_reviews_at_once_make_one_call(document: Document, model: Model, address: str) -> None:
    """The second one waits for the answer of the first, and that is no attempt."""
    model("good")
    first, second = begin(document, model="good", request_key="a"), begin(document, model="good", request_key="b")
    before = asked(address, "good")
    for review in (first, second):
        while Run.objects.get(pk=review.run_id).stage != "improving":
            carried(review.run_id)
    batch = Batch.objects.filter(run_id=first.run_id, state=BatchState.QUEUED).order_by("pk")[0]
    held = claims.claim(batch.pk, "a worker at work")
    assert held is not None
    _reserve(held, Review.objects.get(pk=first.pk), sections.of(Review.objects.get(pk=first.pk))[0])
    carried(second.run_id)

    assert SECTIONS - 1 == SectionAsked.objects.filter(review=second).count()
    waiting = Batch.objects.get(run_id=second.run_id, state=BatchState.QUEUED)
    assert (0, 0) == (waiting.faults, waiting.crashes)
    assert SECTIONS - 1 == asked(address, "good") - before


def test_no_more_is_asked_than_may_be(document: Document, model: Model, address: str) -> None:
    """Two calls a minute over all workers: the third waits, and waiting is no attempt."""
    model("good", model_requests_per_minute=2)
    review = begin(document, model="good")
    before = asked(address, "good")
    while Run.objects.get(pk=review.run_id).stage != "improving":
        carried(review.run_id)
    carried(review.run_id)
    carried(review.run_id)

    assert 2 == asked(address, "good") - before
    waiting = Batch.objects.get(run_id=review.run_id, state=BatchState.QUEUED)
    assert (waiting.not_before > 0, waiting.faults) == (True, 0)
    assert "As much is asked" in Run.objects.get(pk=review.run_id).reason


def test_a_budget_is_reserved_before_and_settled_after(document: Document, model: Model, address: str) -> None:
    """What a call may cost counts until its cost is known; a day's budget outlives the document."""
    model("good", model_tokens_per_day=3_000)
    before = asked(address, "good")
    review = reviewed(document, model="good")

    assert {"": 1, "CV_MODEL_BUDGET_SPENT": 2} == codes(review)
    assert 1 == asked(address, "good") - before
    assert "degraded" in Run.objects.get(pk=review.run_id).notes
    Document.objects.all().delete()
    assert 1 == Spending.objects.count()


def test_a_model_that_nobody_has_is_refused_before_anything_begins(document: Document, model: Model) -> None:
    """The name has to be the one of the settings; without settings there is none."""
    with pytest.raises(LadingError, match="no model of this name"):
        begin(document, model="good")
    model("good")
    with pytest.raises(LadingError, match="no model of this name"):
        begin(document, model="better")
    assert not Review.objects.exists()


def test_an_address_off_this_machine_needs_consent(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing begins before it is given, and nothing is sent after it was taken back."""
    monkeypatch.setenv("LADING_CV__MODEL_URL", "https://model.example/v1")
    monkeypatch.setenv("LADING_CV__MODEL_NAME", "far")
    config.current.cache_clear()
    with pytest.raises(LadingError, match="Nothing was sent"):
        begin(document, model="far")
    consents.give(OWNER, endpoints.named("far"))
    review = begin(document, model="far")
    consents.take_back(OWNER)
    to_end(review.run_id)

    assert {"CV_MODEL_CONSENT_NEEDED": SECTIONS} == codes(Review.objects.get(pk=review.pk))
    assert not Spending.objects.exists()
    config.current.cache_clear()


def test_suggestions_are_told_as_they_come(document: Document, model: Model) -> None:
    """The stream of the run names them by number and key; the texts are in the ledger alone."""
    model("slow")
    review = reviewed(document, model="slow")
    entries: Any = broker.client().xrange(f"lading:run:{review.run_id}")
    news = [json.loads(fields[b"news"]) for _, fields in entries if b"news" in fields]

    assert [one.key for one in of_model(review)] == [one["suggestion"] for one in news]
    assert all(b"state" in fields for _, fields in entries)


def test_a_second_delivery_while_the_model_speaks_asks_nothing(document: Document, model: Model, address: str) -> None:
    """The lease is taken: whoever comes second goes away."""
    model("good")
    review = begin(document, model="good")
    while Run.objects.get(pk=review.run_id).stage != "improving":
        carried(review.run_id)
    keys = list(Batch.objects.filter(run_id=review.run_id, state=BatchState.QUEUED).values_list("pk", flat=True))
    before = asked(address, "good")
    held = claims.claim(keys[0], "the first delivery")
    work.carry(keys[0], 1, advancing.advance)

    assert held is not None
    assert 0 == asked(address, "good") - before
    assert not Outcome.objects.filter(run_id=review.run_id, subject="improve 1").exists()
