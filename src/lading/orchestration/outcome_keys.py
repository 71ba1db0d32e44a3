"""Keys of outcomes: the batch that wrote one, and the position in it."""

from __future__ import annotations

#: positions that one batch can hold: enough for any batch, few enough for 2**43 batches
_POSITIONS = 1 << 20


def outcome_id(batch_id: int, position: int) -> int:
    """Return the key of the outcome at `position` of a batch."""
    return batch_id * _POSITIONS + position


def batch_of(outcome: int) -> int:
    """Return the batch of which that is the key of an outcome."""
    return outcome // _POSITIONS
