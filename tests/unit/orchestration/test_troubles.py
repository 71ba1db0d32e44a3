"""What becomes of a batch that brings trouble: the table."""

from __future__ import annotations

import pytest

from lading.orchestration.ledger.troubles import Then, decide


@pytest.mark.parametrize(
    ("troubles", "divisible", "then"),
    [
        (1, True, Then.AGAIN),
        (1, False, Then.AGAIN),
        (2, True, Then.SPLIT),
        (9, True, Then.SPLIT),
        (2, False, Then.AGAIN),
        (4, False, Then.AGAIN),
        (5, False, Then.PARK),
        (6, False, Then.PARK),
    ],
)
def test_troubles_are_chance_then_taken_apart_then_parked(troubles: int, divisible: bool, then: Then) -> None:
    """With five attempts."""
    assert then is decide(troubles, attempts=5, divisible=divisible)
