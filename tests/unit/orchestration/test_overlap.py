"""What becomes of a run that is asked for while another one of its job is under way."""

from __future__ import annotations

import pytest

from lading.orchestration.overlap import Overlap, Then, decide

TABLE = [
    (Overlap.REFUSE, Then.BEGIN, Then.REFUSE, Then.REFUSE),
    (Overlap.SKIP, Then.BEGIN, Then.LEAVE_OUT, Then.LEAVE_OUT),
    (Overlap.QUEUE, Then.BEGIN, Then.QUEUE, Then.LEAVE_OUT),
    (Overlap.STOP_OLD, Then.BEGIN, Then.STOP_AND_QUEUE, Then.LEAVE_OUT),
]


@pytest.mark.parametrize(("wanted", "nothing", "one", "two"), TABLE)
def test_the_table_of_overlaps(wanted: Overlap, nothing: Then, one: Then, two: Then) -> None:
    """Each row of the docstring."""
    assert nothing == decide(wanted, under_way=False, waits=False)
    assert one == decide(wanted, under_way=True, waits=False)
    assert two == decide(wanted, under_way=True, waits=True)


def test_every_policy_has_a_row() -> None:
    """A new one needs an answer."""
    assert list(Overlap) == [row[0] for row in TABLE]
