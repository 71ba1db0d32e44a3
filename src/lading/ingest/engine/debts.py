"""
Post-create hooks are owed from before the thing is made until they have run.

The debt is written down before anything is sent. A crash, a stop or a hook that fails leaves it there; whoever meets the
object next finds it made already, and runs the hook. A debt for something that was never made does no harm: the next
one to make it owes the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum
from typing import NamedTuple, Protocol


class Made(Enum):
    """What was to be made."""

    OBJECT = "o"
    COLLECTION = "c"


class Subject(NamedTuple):
    """Something for which a hook may be owed: relative path of a file, logical path of a collection."""

    made: Made
    path: str


class Debts(Protocol):
    """The hooks that one job owes. Used by one thread at a time but for `settle`."""

    def owe(self, new: Collection[Subject], asked: Iterable[Subject] = ()) -> frozenset[Subject]:
        """Write durably that `new` are owed; return which of `new` and `asked` were owed before."""

    def settle(self, subject: Subject) -> None:
        """Let `write` forget a debt; any thread may."""

    def write(self) -> None:
        """Forget what was settled: in the transaction that ends this piece of work."""


class NoDebts:
    """Owes nothing: for work without hooks."""

    def owe(self, new: Collection[Subject], asked: Iterable[Subject] = ()) -> frozenset[Subject]:  # noqa: ARG002 - the port's
        """Write nothing."""
        return frozenset()

    def settle(self, subject: Subject) -> None:
        """Forget nothing."""

    def write(self) -> None:
        """Forget nothing."""


class DebtsInMemory:
    """Debts that live as long as the object: the twin of the ledger's, for tests of the engine."""

    def __init__(self) -> None:
        self.owed: set[Subject] = set()
        self.settled: list[Subject] = []

    def owe(self, new: Collection[Subject], asked: Iterable[Subject] = ()) -> frozenset[Subject]:
        """Keep the new ones."""
        before = self.owed.intersection([*new, *asked])
        self.owed.update(new)
        return frozenset(before)

    def settle(self, subject: Subject) -> None:
        """Note what `write` forgets."""
        self.settled.append(subject)

    def write(self) -> None:
        """Forget what was settled: the work has ended."""
        self.owed.difference_update(self.settled)
        self.settled.clear()
