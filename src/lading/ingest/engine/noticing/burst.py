"""Changes that wait until what they are about has come to rest, and then are looked at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lading.base.paths import parent, upwards
from lading.ingest.engine.noticing.changes import Change, Look, merged

#: paths that are remembered one by one; beyond, everything is looked at
MOST = 50_000
#: files of one folder that are looked at one by one; beyond, the folder is
MOST_OF_FOLDER = 500
#: how many quiet periods those that are at rest wait for those that are not, so that one run looks at all
PATIENCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is known of one path."""

    look: Look
    #: when something last happened to it (seconds on the caller's clock)
    at: float
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one run has to look at."""

    #: the topmost paths, in order; none where everything is looked at
    paths: tuple[str, ...]
    everything: bool
    #: all that is dealt with by that
    of: dict[str, Waiting]

    @property
    def receipts(self) -> list[str]:
        """What whoever told it wants to hear."""
        return [receipt for waiting in self.of.values() for receipt in waiting.receipts]


class Burst:
    """
    Gathers changes.

    ==========================================  ==================================================
    of what waits                               there is
    ==========================================  ==================================================
    nothing has been at rest for `quiet`        no work
    some has, and all else waits less than      no work yet: more of the same burst is on its way
    `PATIENCE` quiet periods
    some has, otherwise                         work: all that is at rest
    the root is at rest                         work: everything
    ==========================================  ==================================================
    """

    def __init__(self, quiet: float, *, most: int = MOST) -> None:
        self._quiet = quiet
        self._most = most
        self._waiting: dict[str, Waiting] = {}
        self._since: float | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, change: Change, at: float) -> None:
        """Take a change in that was seen at a time; one that lies ahead lets the path wait for it."""
        before = self._waiting.pop(change.path, None)
        look = merged(before.look if before else None, change.look)
        if not change.path and before is not None and look is Look.NOTHING:
            look = before.look  # it may stand for paths that were too many
        receipts = (before.receipts if before else ()) + ((change.receipt,) if change.receipt else ())
        if look is Look.NOTHING and not receipts:
            return
        self._waiting[change.path] = Waiting(look=look, at=at, receipts=receipts)
        self._since = at if self._since is None else self._since
        if len(self._waiting) > self._most:
            self._forget_paths(at)

    def ready(self, at: float) -> Work | None:
        """Return what can be looked at now; it stays until `looked_at` is told of it."""
        rested = {path: waiting for path, waiting in self._waiting.items() if at - waiting.at >= self._quiet}
        if not rested:
            return None
        restless = any(0 <= at - waiting.at < self._quiet for waiting in self._waiting.values())
        waits = at - (self._since if self._since is not None else at)
        if restless and waits < PATIENCE * self._quiet:
            return None
        paths = tuple(sorted(_topmost(rested)))
        everything = "" in paths
        return Work(paths=() if everything else paths, everything=everything, of=rested)

    def looked_at(self, work: Work, at: float) -> None:
        """Forget what a run looks at, but for what something has happened to since."""
        for path, waiting in work.of.items():
            if self._waiting.get(path) is waiting:
                del self._waiting[path]
        self._since = at if self._waiting else None

    def _forget_paths(self, at: float) -> None:
        receipts = tuple(receipt for waiting in self._waiting.values() for receipt in waiting.receipts)
        self._waiting = {"": Waiting(look=Look.TREE, at=at, receipts=receipts)}


def _topmost(rested: dict[str, Waiting]) -> Iterator[str]:
    """Yield what has to be looked at: nothing twice, and folders instead of very many of their files."""
    entries = [path for path, waiting in rested.items() if waiting.look is Look.ENTRY]
    crowded = {folder for folder, count in Counter(map(parent, entries)).items() if count > MOST_OF_FOLDER}
    trees = {path for path, waiting in rested.items() if waiting.look is Look.TREE} | crowded
    for path in {*trees, *entries}:
        if not any(above in trees for above in upwards(path) if above != path):
            yield path
