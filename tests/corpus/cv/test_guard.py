"""What the guard blocks of planted inventions and of honest rewrites; printed with `-s`."""

from __future__ import annotations

import pytest

from lading.cv.engine.guard import Verdict
from tests.corpus.cv.guard.cases import inventions, paraphrases, roles
from tests.corpus.cv.guard.changes import CHANGES
from tests.corpus.cv.guard.measure import Judged, attacked, judged, report


@pytest.fixture(scope="module")
def planted() -> list[Judged]:
    """Every invention with its verdict."""
    return judged(inventions())


@pytest.fixture(scope="module")
def honest() -> list[Judged]:
    """Every honest rewrite with its verdict."""
    return judged(paraphrases())


def test_the_corpus_is_as_large_as_it_says(planted: list[Judged], honest: list[Judged]) -> None:
    """At least 150 of each, 50 by hand, eight kinds, both languages, a third of it held out."""
    assert len(planted) >= 150
    assert len(honest) >= 150
    assert sum(one.case.by_hand for one in planted) >= 50
    assert set(CHANGES) <= {one.case.kind for one in planted}
    assert {"en", "de"} == {role.language for role in roles().values()}
    for cases in (planted, honest):
        assert 3 * sum(one.case.role.held_out for one in cases) >= len(cases)


def test_every_planted_invention_is_blocked(planted: list[Judged]) -> None:
    """Not one hard fact that the person did not tell gets through, held out or not."""
    print("\n" + "\n".join(report()))

    assert [] == [one.case.after for one in planted if not one.is_blocked]


@pytest.mark.parametrize("held_out", [False, True])
def test_hardly_an_honest_rewrite_is_blocked(honest: list[Judged], held_out: bool) -> None:
    """Under 2 %, also of those that were never looked at."""
    chosen = [one for one in honest if one.case.role.held_out is held_out]
    blocked = [one.case.after for one in chosen if one.is_blocked]

    assert len(blocked) < 0.02 * len(chosen), blocked if not held_out else len(blocked)


def test_few_honest_rewrites_ask(honest: list[Judged]) -> None:
    """A question costs the person's time: under 10 %."""
    asking = [one.case.after for one in honest if one.judgement.verdict is Verdict.ASKS]

    assert len(asking) < 0.1 * len(honest)


#: group -> hard facts blocked of all, other claims stopped of all; those never mended for are what was measured
_STOPPED = {"tuned": ((55, 55), (11, 11)), "held out": ((22, 22), (5, 6)), "fresh": ((23, 25), (3, 7))}


@pytest.mark.parametrize("group", _STOPPED)
def test_attacks_do_not_get_through_more_often(group: str) -> None:
    """Written by hand to get through; of those the guard was mended for none does, of the others the share is said."""
    cases = attacked()[group]

    for may_ask, (least, count) in zip((False, True), _STOPPED[group], strict=True):
        stopped = [one.is_stopped for one in cases if one.case.may_ask is may_ask]
        assert count == len(stopped)
        assert sum(stopped) >= least
