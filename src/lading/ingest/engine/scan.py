"""A scan: ranges of the source tree, read within a budget, become parts that say what has to happen."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple

from lading.base.cancellation import Token
from lading.base.clock import Clock
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.folder import FolderWalk
from lading.ingest.engine.hooks import NO_HOOKS, Hooks
from lading.ingest.engine.parts import Budget, Failure, FolderPart, Ports, Range, SnapshotReader, never
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.selecting import Selector
from lading.ingest.engine.sources.base import Source
from lading.ingest.handlers import Event

__all__ = ["Budget", "Failure", "FolderPart", "Range", "Scan", "SnapshotReader"]


@dataclass(slots=True, kw_only=True)
class Scan:
    """
    One pass over some ranges, depth first.

    Neither depth nor number of folders costs memory: the work in hand is a stack of ranges and of folders too large
    for one part. A folder that cannot be read is a failure of its part; what concerns the whole run is raised.
    """

    ranges: Iterable[Range]
    source: Source
    session_of: Callable[[], AbstractContextManager[Session]]
    snapshots: SnapshotReader
    rules: Rules
    budget: Budget
    clock: Clock
    token: Token
    #: whether a folder is compared with the catalogue although it has a snapshot
    recheck: Callable[[str], bool] = never
    hooks: Hooks = NO_HOOKS
    #: job and run, for questions
    about: Event = field(default_factory=Event)
    #: what the budget did not suffice for; complete once `run` has ended
    leftover: list[Range] = field(default_factory=list, init=False)

    def run(self) -> Iterator[FolderPart]:
        """Yield the parts of all folders; at least one, however small the budget is."""
        ports, begun, entries = self._ports(), self.clock.now(), 0
        stack: list[Range | _Walking] = [*self.ranges]
        stack.reverse()
        try:
            while stack:
                self.token.check()
                walking = _begun(stack.pop(), ports)
                stack.append(walking)
                part = next(walking.parts)
                _descend(stack, walking)
                entries += part.entries + 1
                if entries >= self.budget.entries or self.clock.now() - begun >= self.budget.seconds:
                    self.leftover = _rest_of(stack)
                yield part
                if self.leftover:
                    return
        finally:
            for walking in (left for left in stack if isinstance(left, _Walking)):
                walking.parts.close()

    def _ports(self) -> Ports:
        return Ports(
            source=self.source,
            session_of=self.session_of,
            snapshots=self.snapshots,
            rules=self.rules,
            token=self.token,
            selector=Selector(self.source, self.rules.filters, self.clock),
            recheck=self.recheck,
            hooks=self.hooks,
            about=self.about,
        )


class _Walking(NamedTuple):
    """A folder in hand."""

    walk: FolderWalk
    parts: Generator[FolderPart, None, None]


def _begun(work: Range | _Walking, ports: Ports) -> _Walking:
    """Open a folder if it is not in hand yet."""
    if isinstance(work, _Walking):
        return work
    walk = FolderWalk(work, ports)
    return _Walking(walk, walk.parts())


def _descend(stack: list[Range | _Walking], walking: _Walking) -> None:
    """Let the sub-folders of the last part come next, and drop the folder if that was its last part."""
    if walking.walk.rest is None:
        walking.parts.close()
        stack.pop()
    stack.extend(reversed(walking.walk.folders))


def _rest_of(stack: list[Range | _Walking]) -> list[Range]:
    """Return what is still to be read, in order."""
    rest = (work.walk.rest if isinstance(work, _Walking) else work for work in reversed(stack))
    return [left for left in rest if left is not None]
