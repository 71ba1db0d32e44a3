"""A token that says whether work may go on."""

from __future__ import annotations

import threading
from typing import Protocol

from lading.base.errors import Cancelled


class Token(Protocol):
    """Is asked right before each effect whether it may still happen."""

    def check(self) -> None:
        """Raise `Cancelled` when nothing more may be done."""

    @property
    def remaining(self) -> float:
        """Seconds for which the permission surely holds; a request's deadline must end before."""


class Unlimited:
    """A token for work that nobody else can take over (plans, tests)."""

    def check(self) -> None:
        """Never raise."""

    @property
    def remaining(self) -> float:
        """One day: longer than any request."""
        return 86_400.0


class Switch:
    """A token that another thread can turn off."""

    def __init__(self) -> None:
        self._off = threading.Event()
        self._reason = ""

    def cancel(self, reason: str) -> None:
        """Let every later `check` raise."""
        self._reason = reason
        self._off.set()

    def check(self) -> None:
        """Raise `Cancelled` once `cancel` was called."""
        if self._off.is_set():
            raise Cancelled(self._reason)

    @property
    def remaining(self) -> float:
        """Zero once cancelled."""
        return 0.0 if self._off.is_set() else 86_400.0
