"""
Who gets the free places of a window, decided purely.

=====================  ==========================================================================================
between                each gets
=====================  ==========================================================================================
shares: the runs of    as many places as the others by priority; who holds fewest gets the next one, so that one place
one person together,   that becomes free goes to whoever waits and not to the oldest again
any other run alone
runs of one share      the same, among themselves
=====================  ==========================================================================================

Of shares that hold equally few the oldest is first while there is a place for each. Where there are not so many, chance
decides: whoever just had a place holds as few as who never had one, and the oldest would get it again each time.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A run that has something waiting."""

    run_id: int
    #: whose share of the window it has; "": its own
    whose: str = ""
    priority: int = 1
    #: places that it may get at most
    most: int | None = None


@dataclass(slots=True)
class _Share:
    """Runs that have one share; each as (held by priority, place in the order, held, contender, dealt)."""

    weight: int = 1
    held: int = 0
    runs: list[tuple[float, int, int, Contender, int]] = field(default_factory=list)


#: places of the window that are taken: (run id, whose) -> how many
Held = Mapping[tuple[int, str], int]


def deal(
    contenders: Sequence[Contender],
    held: Held,
    free: int,
    take: Callable[[int], T | None],
    chance: Callable[[], float] = random.random,
) -> list[T]:
    """
    Return what is chosen, at most `free`. `held` are the places that runs have already, also those that want no more.

    `take` returns the next thing of a run, None where there is none left; it is asked only of runs that get a place.
    """
    shares = _shares(contenders, held)
    is_enough = len(shares) <= free + sum(held.values())
    waiting = [
        (share.held / share.weight, 0.0 if is_enough else chance(), order, share) for order, share in enumerate(shares)
    ]
    heapq.heapify(waiting)
    chosen: list[T] = []
    while waiting and len(chosen) < free:
        _, turn, order, share = heapq.heappop(waiting)
        found = _next_of(share, take)
        if found is not None:
            chosen.append(found)
            share.held += 1
            heapq.heappush(waiting, (share.held / share.weight, turn, order, share))
    return chosen


def _shares(contenders: Sequence[Contender], held: Held) -> Sequence[_Share]:
    shares: dict[str | int, _Share] = {}
    for order, one in enumerate(contenders):
        share, has = shares.setdefault(one.whose or one.run_id, _Share()), held.get((one.run_id, one.whose), 0)
        share.weight = max(share.weight, one.priority)
        heapq.heappush(share.runs, (has / max(one.priority, 1), order, has, one, 0))
    for (run_id, whose), has in held.items():
        found = shares.get(whose or run_id)
        if found is not None:
            found.held += has
    return tuple(shares.values())


def _next_of(share: _Share, take: Callable[[int], T | None]) -> T | None:
    while share.runs:
        _, order, has, one, dealt = heapq.heappop(share.runs)
        found = take(one.run_id) if one.most is None or dealt < one.most else None
        if found is not None:
            heapq.heappush(share.runs, ((has + 1) / max(one.priority, 1), order, has + 1, one, dealt + 1))
            return found
    return None
