"""What may be asked of an endpoint now."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.cv.app.allowance import Allowance, Asked, wait

NOW = 1_000.0


def asked(*pairs: tuple[float, int]) -> list[Asked]:
    """Return calls, each so many seconds ago with so many tokens."""
    return [Asked(at=NOW - ago, tokens=tokens) for ago, tokens in pairs]


@pytest.mark.parametrize(
    ("calls", "under_way", "expected"),
    [
        ([], 0, 0.0),
        ([], 2, 1.0),
        ([(30, 10), (10, 10)], 1, 0.0),
        ([(50, 10), (30, 10), (10, 10)], 0, 10.0),
        ([(70, 10), (30, 10), (10, 10)], 0, 0.0),
        ([(40, 60), (20, 30)], 0, 20.0),
        ([(40, 30), (20, 60)], 0, 40.0),
        ([(40, 10), (20, 10)], 0, 0.0),
    ],
)
def test_the_table(calls: list[tuple[float, int]], under_way: int, expected: float) -> None:
    """Three calls and a hundred tokens a minute, two at once; the next one wants fifty."""
    allowance = Allowance(requests=3, tokens=100, at_once=2)

    assert expected == pytest.approx(wait(asked(*calls), under_way, 50, allowance, NOW))


def test_a_call_of_more_than_a_minute_has_goes_alone() -> None:
    """It waits until nothing else counts, and then it goes."""
    allowance = Allowance(requests=None, tokens=100, at_once=1)

    assert 55.0 == pytest.approx(wait(asked((5, 1)), 0, 500, allowance, NOW))
    assert 0.0 == wait([], 0, 500, allowance, NOW)


@settings(max_examples=60)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=40), st.integers(1, 5))
def test_no_minute_ever_has_more(gaps: list[float], most: int) -> None:
    """Whoever waits as long as it says keeps to the limit, in any minute and not only in those of the clock."""
    allowance, at, made = Allowance(requests=most, tokens=None, at_once=1_000), 0.0, list[Asked]()
    for gap in gaps:
        at += gap
        at += wait(made, 0, 1, allowance, at)
        made.append(Asked(at=at, tokens=1))

    times = [one.at for one in made]
    assert all(sum(start <= time < start + 60 - 1e-6 for time in times) <= most for start in times)
