"""The bytes that a process holds at once."""

from __future__ import annotations

import os
import threading

import pytest

from lading.base.cancellation import Switch, Unlimited
from lading.base.errors import Cancelled
from lading.ingest.engine.budget import IN_FLIGHT, ByteBudget


def test_what_fits_is_held_at_once() -> None:
    """And given back at the end, also when the work fails."""
    budget = ByteBudget(10)
    with budget.hold(4, Unlimited()), budget.hold(6, Unlimited()):
        assert budget.held == 10
    with pytest.raises(RuntimeError), budget.hold(4, Unlimited()):
        raise RuntimeError

    assert budget.held == 0


def test_what_is_larger_than_everything_is_held_alone() -> None:
    """Nobody waits for ever."""
    budget = ByteBudget(10)

    with budget.hold(11, Unlimited()):
        assert budget.held == 11


def test_who_does_not_fit_waits_for_the_others() -> None:
    """And goes on as soon as there is room."""
    budget = ByteBudget(10)
    order: list[str] = []

    def second() -> None:
        with budget.hold(6, Unlimited()):
            order.append("second")

    with budget.hold(6, Unlimited()):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(5)

    assert order == ["first", "second"]


def test_who_waits_is_stopped_by_the_token() -> None:
    """A lost lease ends the wait."""
    budget, switch = ByteBudget(10), Switch()
    switch.cancel("lost")

    with budget.hold(6, Unlimited()), pytest.raises(Cancelled), budget.hold(6, switch):
        pass

    assert budget.held == 0


def test_a_forked_child_holds_nothing() -> None:
    """The threads that held it are not there."""
    reader, writer = os.pipe()
    with IN_FLIGHT.hold(5, Unlimited()):
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            os.write(writer, str(IN_FLIGHT.held).encode())
            os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reader, 9) == b"0"
    os.close(reader)
    os.close(writer)
