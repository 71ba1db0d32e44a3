"""How often something may be asked for."""

from __future__ import annotations

from lading.web.allowance import Allowance


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    """Who rests may ask for as many at once again, and for no more than that."""
    at = [0.0]
    allowance = Allowance(per_second=2, at_once=4, clock=lambda: at[0])
    found = []
    for moment in (0.0, 0.5, 1.0, 1000.0):
        at[0] = moment
        found.append([allowance.takes_one() for _ in range(6)].count(True))

    assert found == [4, 1, 1, 4]
