"""Bytes are held within bounds, and nobody waits for ever."""

from __future__ import annotations

import threading
import time

import pytest

from lading.base.errors import ConnectionLost
from lading.ingest.engine.budget import ByteBudget
from lading.ingest.engine.destinations.slots import LocalSlots


def go_on() -> None:
    """Always."""


def test_a_full_budget_waits_for_bytes_to_come_back() -> None:
    """And then grants at once."""
    budget = ByteBudget()
    budget.take(8, 10, go_on)
    threading.Timer(0.1, budget.give_back, [8]).start()
    began = time.monotonic()
    budget.take(5, 10, go_on)
    assert time.monotonic() - began >= 0.09
    assert 5 == budget.held


def test_more_than_the_limit_is_granted_to_a_single_holder() -> None:
    """Or a chunk larger than the limit could never be sent."""
    budget = ByteBudget()
    budget.take(100, 10, go_on)
    assert 100 == budget.held


def test_waiting_ends_when_the_work_is_called_off() -> None:
    """The reason is raised and nothing is held for it."""
    budget = ByteBudget()
    budget.take(10, 10, go_on)

    def stop() -> None:
        raise ConnectionLost("gone")

    with pytest.raises(ConnectionLost):
        budget.take(1, 10, stop)
    assert 10 == budget.held


def test_slots_are_shared_out_and_come_back() -> None:
    """At least one is granted, after a wait if need be."""
    slots = LocalSlots(3)
    with slots.take(2) as first, slots.take(5) as second:
        assert (2, 1) == (first, second)
    with slots.take(9) as all_of_them:
        assert 3 == all_of_them


def test_a_taker_waits_while_there_is_no_slot() -> None:
    """It goes on as soon as one is free."""
    slots = LocalSlots(1)
    granted: list[int] = []

    def taker() -> None:
        with slots.take(1) as got:
            granted.append(got)

    with slots.take(1):
        thread = threading.Thread(target=taker)
        thread.start()
        time.sleep(0.05)
        assert [] == granted
    thread.join()
    assert [1] == granted
