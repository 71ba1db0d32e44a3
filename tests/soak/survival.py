"""A run that survives the death of everything, again and again."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from tests.acceptance.conftest import ENDED, Place
from tests.soak.household import household


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """How a run went at whose moments everything was killed."""

    state: str
    seconds: float
    kills: int
    #: files that had arrived at each of them
    at: list[int]
    #: what the oracle says: nothing, if all is well
    broken: list[str]


def survive(place: Place, *, files: int, kills: int, seed: int, limit: float) -> Survived:
    """
    Bring the source while workers, Redis, zone and supervisor are killed by -9 at `kills` random moments.

    A moment is a random share of the files having arrived, and a part of a second more. Each time everything is started
    again as a person would do it, and nothing else. The state is that of the run when `limit` seconds have passed.
    """
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0.0, 0.95) for _ in range(kills))
    at: list[int] = []
    with household(place) as house:
        begun = time.monotonic()
        run = place.detach()
        for moment in moments:
            _wait(place, run, moment * files, begun + limit)
            time.sleep(chance.uniform(0, 0.3))
            if place.state(run) in ENDED:
                break
            at.append(arrived(place))
            house.kill()
            house.stand_up()
        _wait(place, run, float("inf"), begun + limit)
        seconds, state = time.monotonic() - begun, place.state(run)
        broken = place.broken_promises(run)
    return Survived(state=state, seconds=seconds, kills=len(at), at=at, broken=broken)


def arrived(place: Place) -> int:
    """Return how many files the ledger knows to have arrived."""
    ((count,),) = place.rows("SELECT COALESCE(SUM(created), 0) FROM orchestration_batch")
    return int(count)


def _wait(place: Place, run: int, files: float, until: float) -> None:
    """Wait until so many files have arrived, the run has ended, or time is up."""
    while time.monotonic() < until and place.state(run) not in ENDED and arrived(place) < files:
        time.sleep(0.05)
