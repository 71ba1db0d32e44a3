"""What becomes of a call, of its failure, of an error's words: the tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lading.base.errors import LadingError
from lading.cv.app.calls import Then, decide
from lading.cv.app.endpoints import Prices
from lading.cv.app.errors import BudgetSpent, CallLost, ModelBusy, without_words
from lading.cv.app.improving import next_try
from lading.cv.app.models import CallState
from lading.cv.app.once import may_be_charged
from lading.cv.engine.errors import Broken
from lading.cv.engine.model.errors import CutOff, Declined, KeyRefused, Malformed, RateLimited, Unavailable
from lading.cv.engine.model.port import Usage


@pytest.mark.parametrize(
    ("state", "lives", "is_newer", "asks_again", "then"),
    [
        (None, False, True, False, Then.ASK),
        (CallState.FREE, False, True, False, Then.ASK),
        (CallState.DONE, False, False, False, Then.REUSE),
        (CallState.DONE, True, True, True, Then.REUSE),
        (CallState.ASKED, True, True, True, Then.WAIT),
        (CallState.ASKED, False, True, True, Then.ASK),
        (CallState.ASKED, False, True, False, Then.LOST),
        (CallState.LOST, False, False, False, Then.LOST),
        (CallState.LOST, False, True, False, Then.ASK),
    ],
)
def test_a_call_is_made_once(
    state: CallState | None, *, lives: bool, is_newer: bool, asks_again: bool, then: Then
) -> None:
    """The table of `calls`."""
    assert then is decide(state, lives=lives, is_newer=is_newer, asks_again=asks_again)


@pytest.mark.parametrize(
    ("error", "attempts", "since", "seconds"),
    [
        (RateLimited("x"), 1, 0, 2),
        (Unavailable("x"), 3, 60, 8),
        (Unavailable("x"), 5, 60, None),
        (Unavailable("x"), 2, 899, None),
        (CutOff("x"), 1, 0, 1),
        (CutOff("x"), 2, 0, None),
        (Malformed("x"), 1, 0, None),
        (KeyRefused("x"), 1, 0, None),
        (CallLost("x"), 1, 0, None),
        (BudgetSpent("x"), 1, 0, None),
    ],
)
def test_a_failure_is_tried_again_within_its_patience(
    error: LadingError, attempts: int, since: float, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of `next_try`; an endpoint that asks for longer gets longer."""
    from lading.base import config

    monkeypatch.setenv("LADING_TIME_SCALE", "1")
    config.current.cache_clear()
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert expected == next_try(error, attempts, since, jitter=1.0)
    if isinstance(error, RateLimited):
        error.retry_after = timedelta(seconds=40)
        assert error.retry_after == next_try(error, attempts, since, jitter=1.0)
    config.current.cache_clear()


def test_what_may_have_been_charged_stays_counted() -> None:
    """A refusal costs nothing; whatever may have been computed may have been charged."""
    free, charged = (RateLimited("x"), KeyRefused("x")), (Unavailable("x"), CutOff("x"), Declined("x"))

    assert not any(may_be_charged(error) for error in free)
    assert all(may_be_charged(error) for error in charged)


def test_an_unknown_price_is_not_nothing() -> None:
    """Neither is an unknown count."""
    prices = Prices(sent=1.0, answered=10.0)

    assert 0.0015 == pytest.approx(prices.cost(Usage(prompt=500, answer=100)))
    assert None is prices.cost(Usage(prompt=500))
    assert None is Prices(sent=None, answered=10.0).cost(Usage(prompt=500, answer=100))


def test_errors_lose_their_words_and_keep_their_meaning() -> None:
    """An endpoint may repeat what it was sent, and a reader what it read."""
    said = Broken("Marlene Beispiel is no PDF", hint="Ask Marlene")
    quiet = without_words(said)

    assert (Broken, "CV_BROKEN", "") == (type(quiet), quiet.code, quiet.hint)
    assert "Marlene" not in str(quiet)
    own = ModelBusy("As much is asked as may be", retry_after=timedelta(seconds=1))
    assert own is without_words(own)
