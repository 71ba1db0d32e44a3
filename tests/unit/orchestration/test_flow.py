"""How many connections a zone gets, by what it shows of its load."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.orchestration.limits.flow import QUICK, Load, next_baseline, next_limit

#: connections now, seconds of a request, usual seconds, errors, next
TABLE = [
    (8, 0.1, 0.1, 0, 9),
    (16, 0.1, 0.1, 0, 16),
    (8, 0.2, 0.1, 0, 9),
    (8, 0.3, 0.1, 0, 8),
    (8, 0.4, 0.1, 0, 8),
    (8, 0.5, 0.1, 0, 6),
    (8, QUICK, 0.001, 0, 9),
    (8, 0.1, 0.1, 1, 4),
    (8, 0.0, 0.1, 20, 4),
    (1, 5.0, 0.1, 0, 1),
    (1, 0.1, 0.1, 3, 1),
    (40, 0.1, 0.1, 0, 16),  # the limit was lowered meanwhile
    (40, 0.3, 0.1, 0, 16),
]


@pytest.mark.parametrize(("now", "latency", "baseline", "errors", "then"), TABLE)
def test_the_table_of_connections(now: int, latency: float, baseline: float, errors: int, then: int) -> None:
    """Each row of the docstring; the limit is 16."""
    assert then == next_limit(now, Load(latency=latency, errors=errors), baseline, 16)


@given(
    now=st.integers(1, 300),
    latency=st.floats(0, 1_000),
    baseline=st.floats(0, 1_000),
    errors=st.integers(0, 100),
    most=st.integers(1, 256),
)
def test_there_is_always_one_and_never_more_than_the_limit(
    now: int, latency: float, baseline: float, errors: int, most: int
) -> None:
    """Nor does it ever grow by more than one at a time, or under errors."""
    found = next_limit(now, Load(latency=latency, errors=errors), baseline, most)

    assert 1 <= found <= most
    assert found <= now + 1
    assert not errors or found <= max(1, now // 2)


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=200))
def test_the_usual_time_lies_within_what_was_seen(seconds: list[float]) -> None:
    """The quickest answer counts at once, a slow one hardly."""
    usual = 0.0
    for one in seconds:
        usual = next_baseline(usual, one)
    assert min(seconds) - 1e-9 <= usual <= max(seconds) + 1e-9


def simulated(seconds: int, latency_of: dict[int, float], *, start: int = 16) -> list[int]:
    """Return the connections of each second while small requests take as long as said from a second on."""
    limit, usual, latency, found = start, 0.0, 0.0, []
    for second in range(seconds):
        latency = latency_of.get(second, latency)
        usual = next_baseline(usual, latency)
        limit = next_limit(limit, Load(latency=latency, errors=0), usual, 16)
        found.append(limit)
    return found


def test_a_zone_that_becomes_slow_gets_few_connections_and_all_of_them_when_it_is_quick_again() -> None:
    """From 10 ms to 2 s a request and back: down within ten seconds, up within twenty."""
    found = simulated(60, {0: 0.01, 10: 2.0, 30: 0.01})

    assert (16, 1, 16) == (found[9], found[20], found[59])


def test_a_zone_that_is_slow_from_the_beginning_keeps_its_connections() -> None:
    """It may be far away: fewer at a time would not make it quicker."""
    assert [16] * 30 == simulated(30, {0: 2.0})


def test_a_zone_that_has_become_slow_for_good_gets_its_connections_back() -> None:
    """After some minutes what it takes is usual."""
    assert 16 == simulated(900, {0: 0.1, 10: 1.0})[-1]
