"""
A hook that is called around an action, held in the middle.

The action happens elsewhere: the hook runs in a thread of its own, which waits where the hook asks for the action until
that was done. Whoever calls it has two moments, before and after, as with any pair of hooks.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

#: seconds between looks, so that whoever waits here can be interrupted
_LOOK = 0.2


class NotDone(RuntimeError):  # noqa: N818 - a word that people read in their logs
    """What a hook asked for was not done; its file says why."""


class _Interrupted(BaseException):
    """Thrown into a hook that nobody waits for any more."""


class Nested:
    """One call of such a hook."""

    def __init__(self, hook: Callable[[Callable[..., None]], object]) -> None:
        self._hook = hook
        #: the hook asks for the action, or it ended without
        self._reached = threading.Event()
        self._goes_on = threading.Event()
        self._over = threading.Event()
        self._asked = False
        self._is_done = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="handler-around", daemon=True)

    def begin(self) -> bool:
        """Let the hook run up to the action; say whether it asks for it. Raise what the hook raised before."""
        self._thread.start()
        self._wait(self._reached)
        if self._error is not None:
            raise self._error
        return self._asked

    def end(self) -> None:
        """Let the hook run on after the action was done; raise what it raised."""
        self._is_done = True
        self._goes_on.set()
        self._wait(self._over)
        if self._error is not None:
            raise self._error

    def break_off(self) -> None:
        """Tell the hook that the action was not done; what it does about that is not waited for."""
        self._goes_on.set()

    def _run(self) -> None:
        try:
            self._hook(self._action)
        except _Interrupted:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            self._error = error
        self._over.set()
        self._reached.set()

    def _action(self, *_args: object, **_options: object) -> None:
        """Stand for the action; asked for a second time it was done already."""
        if not self._asked:
            self._asked = True
            self._reached.set()
            self._goes_on.wait()
        if not self._is_done:
            raise NotDone("it was not done: the file's outcome says why")

    def _wait(self, event: threading.Event) -> None:
        try:
            while not event.wait(_LOOK):
                pass
        except BaseException:
            self._interrupt()
            raise

    def _interrupt(self) -> None:
        self._goes_on.set()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(_Interrupted)
        )
