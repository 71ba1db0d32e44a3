"""The port to whatever tells that something happened at a source: a filesystem's events, polling, a bucket's messages."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Look(Enum):
    """What has to be looked at again."""

    ENTRY = "entry"  # what is at the path
    TREE = "tree"  # and all that is below it; at the root: everything
    NOTHING = "nothing"  # it is gone: what vanished is told by the next look at everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened at a path (`lading.base.paths`); "" is the root."""

    path: str
    look: Look = Look.ENTRY
    #: what `Events.settled` is given once nobody has to remember the change any more; "" where nobody asks for it
    receipt: str = ""


#: some were lost, nobody knows which: everything is looked at
EVERYTHING = Change(path="", look=Look.TREE)


class Events(Protocol):
    """
    Tells what happened, at least once and in no promised order; from the moment it was made on.

    What happened before is the next whole run's to find, and so is what it knows that it lost: it then tells `EVERYTHING`.
    """

    @property
    def how(self) -> str:
        """In a word, for lists: events, polling."""

    @property
    def losses(self) -> int:
        """How often it lost events and told `EVERYTHING` for that."""

    @property
    def broken(self) -> str:
        """Why nothing will be told any more: another one has to be made; "" while all is well."""

    def changes(self) -> Sequence[Change]:
        """Return what happened since the last call; never wait for anything."""

    def settled(self, receipts: Collection[str]) -> None:
        """Be told that a run which looks at these changes is in the ledger; until then they may be told again."""

    def close(self) -> None:
        """Let go of everything."""


class Inbox:
    """Changes on their way from the thread that sees them to the one that asks; one for each path."""

    def __init__(self) -> None:
        self._changes: dict[str, Look] = {}
        self._lock = threading.Lock()

    def put(self, changes: Iterable[Change]) -> None:
        """Take changes in."""
        with self._lock:
            for change in changes:
                self._changes[change.path] = merged(self._changes.pop(change.path, None), change.look)

    def empty(self) -> list[Change]:
        """Return what is in it, oldest first, and forget it."""
        with self._lock:
            found, self._changes = self._changes, {}
        return [Change(path=path, look=look) for path, look in found.items()]


def merged(before: Look | None, after: Look) -> Look:
    """
    Return what has to be looked at after two changes of one path.

    =======  =======  =======
    before   after    look at
    =======  =======  =======
    any      nothing  nothing
    tree     entry    tree
    other    entry    entry
    any      tree     tree
    =======  =======  =======
    """
    return Look.TREE if after is Look.ENTRY and before is Look.TREE else after


class MemoryEvents:
    """Events that a test, or a program, tells by itself."""

    how = "memory"

    def __init__(self) -> None:
        self.losses = 0
        self.broken = ""
        self.receipts: list[str] = []
        self._told: list[Change] = []

    def tell(self, *changes: Change) -> None:
        """Let something have happened."""
        self._told += changes

    def changes(self) -> Sequence[Change]:
        """Return it once."""
        told, self._told = self._told, []
        return told

    def settled(self, receipts: Collection[str]) -> None:
        """Remember the receipts."""
        self.receipts += receipts

    def close(self) -> None:
        """Be of no use any more."""
        self.broken = "closed"
