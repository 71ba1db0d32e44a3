"""One thread for each session, for work on many items."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")


class Grant:
    """The connections that one piece of work may hold, shared out among its threads without ever waiting."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._lock = threading.Lock()
        self._free = total

    def borrow(self, wanted: int) -> int:
        """Take up to `wanted`; the number taken, which may be 0, must be given back."""
        with self._lock:
            taken = max(0, min(wanted, self._free))
            self._free -= taken
        return taken

    def give_back(self, taken: int) -> None:
        """Return what `borrow` took."""
        with self._lock:
            self._free += taken


class Workers(Generic[T, R, S]):
    """
    Threads that each borrow one session and take items until there are none.

    A thread is started only when an item waits and nobody is idle, so that a single item needs a single session. At
    most two items per thread are taken from the source ahead of the work.
    """

    def __init__(
        self, grant: Grant, lend: Callable[[], AbstractContextManager[S]], action: Callable[[S, T], R]
    ) -> None:
        self._grant = grant
        self._lend = lend
        self._action = action
        #: items in a tuple of one; None wakes a thread that is to end
        self._waiting: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[tuple[T, R] | BaseException] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open = 0

    def run(self, items: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Yield each item with its result, in the order they end; raise what the first failing action raised."""
        try:
            for item in items:
                self._hand_out(item)
                yield from self._finished(most_open=2 * self._grant.total - 1)
            yield from self._finished(most_open=0)
        finally:
            self._stop()

    def _hand_out(self, item: T) -> None:
        if self._open >= len(self._threads) and self._grant.borrow(1):
            thread = threading.Thread(target=self._work, name=f"session-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._open += 1
        self._waiting.put((item,))

    def _finished(self, most_open: int) -> Iterator[tuple[T, R]]:
        """Yield what has ended; wait while more than `most_open` items are under way."""
        while self._open > most_open or (self._open and not self._ended.empty()):
            ended = self._ended.get()
            if isinstance(ended, BaseException):
                raise ended
            self._open -= 1
            yield ended

    def _work(self) -> None:
        try:
            with self._lend() as session:
                while (item := self._next()) is not None:
                    self._ended.put((item[0], self._action(session, item[0])))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the results
            self._stopped.set()
            self._ended.put(error)
        finally:
            self._grant.give_back(1)

    def _next(self) -> tuple[T] | None:
        """Return the next item, None when there will be none."""
        item = self._waiting.get()
        return None if self._stopped.is_set() else item

    def _stop(self) -> None:
        self._stopped.set()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()
