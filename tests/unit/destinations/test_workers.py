"""Threads with sessions of their own take items as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lading.base.errors import LoginRefused, SourceVanished
from lading.ingest.engine.destinations.workers import Grant, Workers


class Lender:
    """Lends numbers as sessions and remembers how many are out."""

    def __init__(self) -> None:
        self.lent = 0
        self.out = 0
        self._lock = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[int]:
        with self._lock:
            self.lent += 1
            self.out += 1
        try:
            yield self.lent
        finally:
            with self._lock:
                self.out -= 1


def double(_session: int, item: int) -> int:
    return item * 2


def test_items_are_taken_from_the_source_as_work_goes_on() -> None:
    """No more than two for each thread are read ahead."""
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    lender = Lender()
    results = Workers(Grant(3), lender.lend, double).run(items())
    done = [next(results)]
    assert len(read) <= 7
    done += results
    assert {number: number * 2 for number in range(100)} == dict(done)
    assert lender.lent <= 3
    assert 0 == lender.out


def test_results_that_nobody_wants_any_more_end_the_work() -> None:
    """The sessions are given back when the loop is left."""
    lender = Lender()
    results = Workers(Grant(2), lender.lend, double).run(range(1000))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert 0 == lender.out


def test_what_the_source_raises_ends_the_work() -> None:
    """It is raised where the results are read."""

    def items() -> Iterator[int]:
        yield 1
        raise SourceVanished("gone")

    lender = Lender()
    with pytest.raises(SourceVanished):
        list(Workers(Grant(2), lender.lend, double).run(items()))
    assert 0 == lender.out


def test_a_session_that_cannot_be_had_ends_the_work() -> None:
    """The reason is raised where the results are read."""

    @contextmanager
    def refusing() -> Iterator[int]:
        raise LoginRefused("no")
        yield 0

    with pytest.raises(LoginRefused):
        list(Workers(Grant(2), refusing, double).run([1, 2, 3]))


def test_no_items_need_no_session() -> None:
    """Nobody logs in for nothing."""
    lender = Lender()
    assert [] == list(Workers(Grant(2), lender.lend, double).run([]))
    assert 0 == lender.lent


def test_a_grant_is_shared_out_without_waiting() -> None:
    """What is not there is not granted, and comes back when it is given back."""
    grant = Grant(3)
    assert 2 == grant.borrow(2)
    assert 1 == grant.borrow(2)
    assert 0 == grant.borrow(1)
    assert 0 == grant.borrow(-1)
    grant.give_back(2)
    assert 2 == grant.borrow(5)


def test_threads_leave_what_a_transfer_has_borrowed() -> None:
    """A single thread does all the work while the rest of the grant is out."""
    grant = Grant(3)
    assert 2 == grant.borrow(2)
    lender = Lender()
    assert 20 == len(list(Workers(grant, lender.lend, double).run(range(20))))
    assert 1 == lender.lent
