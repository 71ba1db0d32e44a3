"""Whether a scheduled run begins: the table of `deciding.due`, and what never happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.orchestration.schedules.deciding import GRACE, CatchUp, Decision, Step, due
from lading.orchestration.schedules.timetable import Every

HOURLY = Every(seconds=3600)
T0 = 1_000_000.0
NONE, ONCE, ALL = CatchUp.NONE, CatchUp.ONCE, CatchUp.ALL


@pytest.mark.parametrize(
    ("catch_up", "hours", "under_way", "step", "last"),
    [
        # no time since the last one
        *((rule, 0.5, busy, Step.WAIT, 0) for rule in CatchUp for busy in (False, True)),
        # one, in time
        *((rule, 1.001, busy, Step.BEGIN, 1) for rule in CatchUp for busy in (False, True)),
        # one, too late
        (NONE, 1.5, False, Step.MISS, 1),
        (ONCE, 1.5, False, Step.BEGIN, 1),
        (ONCE, 1.5, True, Step.BEGIN, 1),
        (ALL, 1.5, False, Step.BEGIN, 1),
        (ALL, 1.5, True, Step.WAIT, 0),
        # several, the newest in time
        (NONE, 3.001, False, Step.BEGIN, 3),
        (ONCE, 3.001, True, Step.BEGIN, 3),
        (ALL, 3.001, False, Step.BEGIN, 1),
        (ALL, 3.001, True, Step.WAIT, 0),
        # several, the newest too late
        (NONE, 3.5, False, Step.MISS, 3),
        (ONCE, 3.5, False, Step.BEGIN, 3),
        (ALL, 3.5, False, Step.BEGIN, 1),
    ],
)
def test_the_table(catch_up: CatchUp, hours: float, under_way: bool, step: Step, last: int) -> None:
    """Each row; the next time follows what was dealt with."""
    at = T0 + last * 3600
    expected = Decision(step=step, last=at, next=at + 3600)

    assert expected == due(HOURLY, catch_up, T0, T0 + hours * 3600, under_way=under_way)


def test_a_clock_that_was_set_back_makes_nothing_wait_for_it() -> None:
    """The next time counts from now."""
    assert Decision(step=Step.WAIT, last=T0, next=T0 + 3600) == due(HOURLY, ONCE, T0 + 9000, T0, under_way=False)


@settings(max_examples=60)
@given(
    catch_up=st.sampled_from(CatchUp),
    seconds=st.integers(1, 500),
    looks=st.lists(st.tuples(st.floats(0.1, 400), st.booleans()), min_size=1, max_size=40),
)
def test_no_time_is_dealt_with_twice_and_none_is_forgotten(
    catch_up: CatchUp, seconds: int, looks: list[tuple[float, bool]]
) -> None:
    """However irregularly somebody looks: what is dealt with only goes on, one whole interval at least for each run."""
    timetable, last, now, begun = Every(seconds=seconds), T0, T0, 0
    for pause, under_way in looks:
        now += pause
        made = due(timetable, catch_up, last, now, under_way=under_way)
        assert made.last >= last
        assert made.last <= now
        assert (made.last - T0) % seconds == 0
        assert made.next == made.last + seconds
        assert (made.step is Step.WAIT) == (made.last == last)
        begun += made.step is Step.BEGIN
        last = made.last
        if catch_up is not ALL:
            assert made.next > now, "nothing that was due is left"
        if catch_up is NONE and made.step is Step.BEGIN:
            assert now - last <= GRACE
    assert begun <= (last - T0) / seconds
    if catch_up is ALL:
        assert begun == (last - T0) / seconds
