"""Which folders are due to be compared again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.ingest.engine.ages import Age, Due, Edge, of_rows, ticks


@pytest.mark.parametrize(
    ("compared_at", "unverified", "due"),
    [(10, 0, True), (10, 5, True), (11, 0, False), (20, 5, True), (20, 0, False), (21, 5, False)],
)
def test_the_table_of_what_is_due(compared_at: float, unverified: int, *, due: bool) -> None:
    """The edge for all, and the younger one for what nobody proved."""
    found = Due(any=Edge(compared_at=10, key=b"z"), unverified=Edge(compared_at=20, key=b"z"))

    assert due is found.takes(Age(compared_at=compared_at, unverified=unverified, key=b"k"))


def test_folders_of_one_moment_are_told_apart_by_their_keys() -> None:
    """A batch writes hundreds at once, and they must not all be due at once."""
    edge = Edge(compared_at=10, key=b"m")

    assert [True, True, False] == [edge.takes(Age(compared_at=10, unverified=0, key=key)) for key in (b"a", b"m", b"z")]


def test_nothing_is_due_by_default() -> None:
    """Neither an old folder nor one that was never compared."""
    assert not Due().takes(Age(compared_at=0, unverified=1, key=b"k"))
    assert not Due().takes(of_rows(b"k", [(0.0, 1)]))


def test_a_folder_is_as_old_as_its_oldest_segment() -> None:
    """And has the unproven entries of all."""
    assert Age(compared_at=3, unverified=7, key=b"k") == of_rows(b"k", [(5, 3), (3, 4)])


@given(st.integers(0, 5000), st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_ticks_of_many_runs_are_those_of_one(segments: int, moments: list[float]) -> None:
    """No run loses any by rounding, as long as no run alone would exceed all segments."""
    period = 2e6
    moments.sort()
    steps = pairwise(moments)

    assert ticks(segments, moments[0], moments[-1], period) == sum(ticks(segments, a, b, period) for a, b in steps)
