"""
Other people's code under a time limit.

Each call runs in a thread of its own while the caller waits. What happens when it does not come back:

============================  ===================================================================================
it hangs in                   then
============================  ===================================================================================
Python code                   an exception is thrown into it: its thread ends
a call that lets others run   (sleep, a socket) the same, once that call returns; until then its thread is left behind
a call that lets nobody run   (a regular expression without end) after `STALL` seconds the process is ended
============================  ===================================================================================

A process in which `MOST_STUCK` threads were left behind is ended as well. A worker process that ends is replaced, and
its batch goes to another one, in smaller and smaller parts until the file is found that does it.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

from lading.base.cancellation import Token
from lading.base.errors import HookTimedOut

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

#: seconds between looks whether the caller may still wait
_LOOK = 1.0
#: seconds without any other thread running after which the process is ended: leases are lost by then
STALL = 30.0
#: threads left behind that one process bears
MOST_STUCK = 16
#: seconds between looks whether the process still gets to run; setting the alarm costs more than most calls
_REARM = 5.0
#: exit status of a process that ends itself
_ENDED = 70


class Raised(Exception):  # noqa: N818 - what was called raised it
    """What the call raised, as its cause: never to be taken for an error of Lading's own."""


class _Interrupted(BaseException):
    """Thrown into code that took too long."""


class _Runner:
    """One thread that calls what it is given."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="handler", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def begin(self, call: Callable[[], object]) -> None:
        """Let the thread call it."""
        self._calls.put(call)

    def result(self, seconds: float) -> tuple[object, BaseException | None] | None:
        """Return what was returned and raised; None if it has not ended within `seconds`."""
        with suppress(queue.Empty):
            return self._ended.get(timeout=max(seconds, 0.0))
        return None

    def interrupt(self) -> None:
        """Throw an exception into the thread; it is not used any more."""
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(_Interrupted)
        )

    def _work(self) -> None:
        with suppress(_Interrupted):
            while True:
                call = self._calls.get()
                try:
                    value, error = call(), None
                except _Interrupted:
                    return
                except BaseException as raised:  # noqa: BLE001 - handed to the caller, SystemExit too
                    value, error = None, raised
                self._ended.put((value, error))


class _Watch:
    """The threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Runner] = []
        self._stuck: list[_Runner] = []
        self._running = 0
        self._is_armed = False

    def run(self, call: Callable[[], T], seconds: float, token: Token) -> T:
        """Return what it returns; raise `Raised`, `HookTimedOut`, or `Cancelled`."""
        runner = self._take()
        until = time.monotonic() + seconds
        runner.begin(call)
        try:
            ended = self._waited(runner, until, token)
        except BaseException:
            self._leave_behind(runner)
            raise
        finally:
            with self._lock:
                self._running -= 1
        if ended is None:
            self._leave_behind(runner)
            raise HookTimedOut(f"it took longer than {seconds:g} s")
        with self._lock:
            self._idle.append(runner)
        value, error = ended
        if error is not None:
            raise Raised(f"{type(error).__name__}: {error}") from error
        return cast("T", value)

    def _waited(self, runner: _Runner, until: float, token: Token) -> tuple[object, BaseException | None] | None:
        while (left := until - time.monotonic()) > 0:
            ended = runner.result(min(left, _LOOK))
            if ended is not None:
                return ended
            token.check()
        return runner.result(0)

    def _take(self) -> _Runner:
        with self._lock:
            self._running += 1
            if not self._is_armed:
                self._is_armed = True
                _arm()
                threading.Thread(target=self._keep_armed, name="handler-alarm", daemon=True).start()
            if self._idle:
                return self._idle.pop()
        return _Runner()

    def _keep_armed(self) -> None:
        """Put the alarm off while this thread gets to run; switch it off once nothing is called any more."""
        while True:
            time.sleep(min(_REARM, STALL / 3))
            with self._lock:
                if not self._running:
                    faulthandler.cancel_dump_traceback_later()
                    self._is_armed = False
                    return
                _arm()

    def _leave_behind(self, runner: _Runner) -> None:
        runner.interrupt()
        with self._lock:
            self._stuck = [one for one in self._stuck if one.is_alive] + [runner]
            stuck = len(self._stuck)
        if stuck > MOST_STUCK:
            _LOG.critical("%d calls of handlers never came back: this process ends", stuck)
            os._exit(_ENDED)


def _arm() -> None:
    """End the process if nobody calls this again in time; needs no thread of Python's for that."""
    with suppress(AttributeError, OSError, ValueError):  # no standard error to write to
        faulthandler.dump_traceback_later(STALL, exit=True, file=sys.__stderr__ or sys.stderr)


_watch = _Watch()


def _after_fork() -> None:
    global _watch  # noqa: PLW0603 - the parent's threads are not in the child
    _watch = _Watch()


os.register_at_fork(after_in_child=_after_fork)


def within(seconds: float, token: Token, call: Callable[[], T]) -> T:
    """Call it, and wait for it at most `seconds`; raise `Raised`, `HookTimedOut`, or `Cancelled`."""
    return _watch.run(call, seconds, token)
