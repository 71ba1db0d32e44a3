"""What may be deleted: limits, and the verdict on one object."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.ingest.engine.deletion import (
    ALLOWED,
    AtSource,
    Concern,
    Count,
    Figures,
    Limit,
    Limits,
    Verdict,
    shown,
    verdict,
    worries,
)
from lading.ingest.engine.values import DeleteMode, Operation


def figures(doomed: int, managed: int, *, root: tuple[int, int] = (100, 1), **folders: Count) -> Figures:
    known, gone = root
    return Figures(total=Count(doomed=doomed, managed=managed), folders=folders, root_known=known, root_gone=gone)


def concerns(of: Figures, limits: Limits | None = None) -> list[Concern]:
    return [worry.concern for worry in worries(of, limits or Limits())]


@pytest.mark.parametrize(
    ("doomed", "managed", "expected"),
    [
        (0, 100, []),
        (1, 1, []),
        (10, 10, []),  # few: the share is not looked at
        (11, 55, []),  # 20 %
        (11, 54, [Concern.TOO_LARGE_A_SHARE]),
        (1_000, 5_000, []),
        (1_001, 100_000, [Concern.TOO_MANY]),
        (1_001, 1_001, [Concern.TOO_MANY, Concern.TOO_LARGE_A_SHARE]),
    ],
)
def test_the_limits_of_a_run(doomed: int, managed: int, expected: list[Concern]) -> None:
    """At most 1,000 objects, and at most 20 % once more than 10 would go."""
    assert expected == concerns(figures(doomed, managed))


@pytest.mark.parametrize(
    ("known", "gone", "expected"),
    [
        (0, 0, []),
        (1, 1, [Concern.ROOT_SHRUNKEN]),
        (5, 5, [Concern.ROOT_SHRUNKEN]),
        (10, 9, [Concern.ROOT_SHRUNKEN]),
        (100, 90, [Concern.ROOT_SHRUNKEN]),
        (100, 89, []),
    ],
)
def test_an_empty_or_shrunken_root_is_never_deleted_unasked(known: int, gone: int, expected: list[Concern]) -> None:
    """Whatever the limits are: it may not be mounted."""
    unlimited = Limits(run=Limit(None, None))
    assert expected == concerns(figures(gone, 10_000, root=(known, gone)), unlimited)


def test_zero_allows_none() -> None:
    """Every deletion is for a person to see."""
    assert [Concern.TOO_MANY] == concerns(figures(1, 100), Limits(run=Limit(0, None)))


def test_a_folder_can_have_a_limit_of_its_own() -> None:
    """The others go by the run's."""
    limits = Limits(folders={"raw": Limit(0, None), "scratch": Limit(None, 0.5)})
    assert [] == concerns(figures(5, 100, scratch=Count(doomed=5, managed=9)), limits)
    assert [] == concerns(figures(11, 100, scratch=Count(doomed=11, managed=22)), limits)
    assert [Concern.TOO_MANY_IN_FOLDER] == concerns(figures(11, 100, scratch=Count(doomed=11, managed=21)), limits)
    assert [Concern.TOO_MANY_IN_FOLDER] == concerns(figures(1, 100, raw=Count(doomed=1, managed=99)), limits)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1))
def test_what_passes_is_within_every_limit(doomed: int, others: int, objects: int, share: float) -> None:
    """No worry means: not more than the number, nor than the share of what is managed."""
    managed = doomed + others
    if not concerns(figures(doomed, managed), Limits(run=Limit(objects, share))):
        assert doomed <= objects
        assert doomed <= 10 or doomed <= share * managed


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(Limit(1_000, 0.2), "1,000 or 20%"), (Limit(5), "5"), (Limit(None, 0.05), "5%"), (Limit(), "none")],
)
def test_a_limit_is_shown_as_it_is_written(limit: Limit, expected: str) -> None:
    """For messages."""
    assert expected == shown(limit)


def test_only_what_is_surely_gone_and_surely_ours_is_removed() -> None:
    """One row of the table removes; each other one names its reason."""
    found = {
        (at_source, there, ours, known): verdict(at_source, is_there=there, is_ours=ours, is_as_known=known)
        for at_source, there, ours, known in itertools.product(AtSource, (False, True), (False, True), (False, True))
    }
    removed = [row for row, decided in found.items() if decided is Verdict.REMOVE]
    assert [(AtSource.ABSENT, True, True, True)] == removed
    assert Verdict.CHANGED_IN_IRODS is found[AtSource.ABSENT, True, True, False]
    assert {Verdict.OTHER_REPLICA} == {found[AtSource.ABSENT, True, False, known] for known in (False, True)}
    assert {Verdict.GONE} == {decided for row, decided in found.items() if row[0] is AtSource.ABSENT and not row[1]}
    assert {Verdict.CAME_BACK} == {decided for row, decided in found.items() if row[0] is AtSource.PRESENT}
    assert {Verdict.NOT_SEEN} == {decided for row, decided in found.items() if row[0] is AtSource.UNCLEAR}


def test_every_operation_says_which_modes_go_with_it() -> None:
    """And doing nothing always does."""
    for operation in Operation:
        assert DeleteMode.DO_NOT_DELETE in ALLOWED[operation.value]
    assert 12 == sum(len(modes) for modes in ALLOWED.values())
