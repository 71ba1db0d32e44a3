"""Who gets the free places: shares by priority, persons before runs, one place at a time as well as many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from lading.orchestration.dealing import Contender, deal


def endless(run_id: int) -> int | None:
    """Have always one more."""
    return run_id


def of(stock: Mapping[int, int]) -> Callable[[int], int | None]:
    """Return what gives so many of each run."""
    left = dict(stock)

    def take(run_id: int) -> int | None:
        left[run_id] -= 1
        return run_id if left[run_id] >= 0 else None

    return take


def one(run_id: int, whose: str = "", priority: int = 1, most: int | None = None) -> Contender:
    return Contender(run_id=run_id, whose=whose, priority=priority, most=most)


def test_nobody_and_nothing() -> None:
    assert [] == deal([], {}, 4, endless)
    assert [] == deal([one(1)], {}, 0, endless)
    assert [] == deal([one(1)], {}, 4, of({1: 0}))


def test_runs_take_turns() -> None:
    assert [1, 2, 1, 2] == deal([one(1), one(2)], {}, 4, endless)


def test_what_a_run_holds_counts() -> None:
    assert [2, 2, 2, 1] == deal([one(1), one(2)], {(1, ""): 3}, 4, endless)


def test_priority_is_a_ratio() -> None:
    dealt = Counter(deal([one(1), one(2, priority=3)], {}, 40, endless))

    assert {1: 10, 2: 30} == dealt


def test_the_runs_of_a_person_have_one_share() -> None:
    mine = [one(number, "ada") for number in range(1, 11)]
    dealt = Counter(deal([*mine, one(11, "grace"), one(12)], {}, 30, endless))

    assert (10, 10, 10) == (sum(dealt[number] for number in range(1, 11)), dealt[11], dealt[12])
    assert {1} == {dealt[number] for number in range(1, 11)}


def test_what_other_runs_of_the_person_hold_counts() -> None:
    """Also where those want no more: a hundred small runs are as much as a large one."""
    assert [3] == deal([one(1, "ada"), one(3, "grace")], {(2, "ada"): 1}, 1, endless)


def test_a_probe_is_one() -> None:
    assert [1, 2, 2, 2] == sorted(deal([one(1, most=1), one(2)], {}, 4, endless))


@pytest.mark.parametrize("free", [1, 7, 100])
def test_what_is_there_is_dealt_and_no_more(free: int) -> None:
    dealt = deal([one(1, "ada"), one(2, "ada"), one(3)], {}, free, of({1: 3, 2: 0, 3: 4}))

    assert min(free, 7) == len(dealt)


def test_only_runs_that_get_a_place_are_asked() -> None:
    asked: list[int] = []

    def take(run_id: int) -> int:
        asked.append(run_id)
        return run_id

    deal([one(number) for number in range(1_000)], {}, 2, take, lambda: 0.0)

    assert [0, 1] == asked


def test_chance_decides_where_not_everybody_can_have_a_place() -> None:
    """Else the oldest of those that hold nothing has each place that becomes free."""
    waiting = [one(number) for number in range(1, 6)]
    held = {(number, ""): 1 for number in (2, 3, 4)}
    turns = iter([0.9, 0.1, 0.1, 0.1, 0.5])

    assert [5] == deal(waiting, held, 1, endless, lambda: next(turns))
    assert {1, 5} == {deal(waiting, held, 1, endless)[0] for _ in range(100)}
    assert [1] == deal(waiting[:4], held, 1, endless), "there is a place for each"
