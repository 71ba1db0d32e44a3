"""The values that a scan takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from lading.base.cancellation import Token
from lading.ingest.engine.compare import Action
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.hooks import NO_HOOKS, Hooks
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.selecting import Selector
from lading.ingest.engine.snapshot import Known, Segment, SegmentHead
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Listed
from lading.ingest.handlers import Event


@dataclass(frozen=True, slots=True)
class Range:
    """A folder with everything below it, or the part of it behind the child `after`."""

    folder: str = ""
    after: str = ""
    #: the collection is known not to exist, so nothing is asked about it
    absent: bool = False
    #: the folder had no snapshot when its scan began: what the snapshot has by now does not speak for the rest
    fresh: bool = False
    #: another folder beside this one has the same name in different bytes
    twin: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """After how much a scan stops and leaves the rest over. It overshoots by at most one part."""

    entries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A path that could not be scanned; below it nothing counts as vanished."""

    path: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPart:
    """
    What a scan found in one folder, or in some of it.

    Every file, link and other thing of the part is in exactly one of `actions`, `skips`, `kept`, `unchanged`,
    `failures` and `excluded`; the last two count folders, too.
    """

    folder: str
    collection: str
    #: the collection is not known to exist; told with actions, or once for a folder without any
    make_collection: bool
    #: what has to be transferred, adopted or registered
    actions: list[Action] = field(default_factory=list)
    #: what has its outcome already: `Step.SKIP` with a code
    skips: list[Action] = field(default_factory=list)
    #: segments that are as they were: nobody looked at their entries
    unchanged: list[SegmentHead] = field(default_factory=list)
    #: files that were compared one by one and need nothing
    kept: list[Action] = field(default_factory=list)
    excluded: int = 0
    #: managed files that the source does not show any more: told once, or by every scan of a job that deletes
    vanished: list[Known] = field(default_factory=list)
    #: relative paths of folders that the snapshot knows and the source does not show any more
    vanished_folders: list[str] = field(default_factory=list)
    #: relative paths of folders that the snapshot knows and an ignore file leaves out by now: it is to forget them
    forgotten_folders: list[str] = field(default_factory=list)
    #: objects and child collections that no entry of the source stands for; looked for only by a job that mirrors
    foreign: list[Listed] = field(default_factory=list)
    foreign_collections: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: folders that the handler left out with everything below
    skipped_folders: list[Failure] = field(default_factory=list)
    #: what the snapshot has to say of names of this folder, whatever becomes of the actions
    snapshot_changes: dict[str, Known | None] = field(default_factory=dict)
    #: the first segment of a folder in which there is nothing to do
    new_segments: list[Segment] = field(default_factory=list)
    #: entries read, folders included
    entries: int = 0
    #: whether the folder ends with this part
    ended: bool = False
    #: whether the catalogue was asked about the folder, or is known to have nothing of it
    compared: bool = False


class SnapshotReader(Protocol):
    """What the last successful run saw, as stored."""

    def heads(self, folder: str) -> Sequence[SegmentHead]:
        """Return the heads of the folder's segments in order; none if the folder has no snapshot."""

    def segment(self, folder: str, lo: bytes) -> Segment:
        """Return one segment."""

    def children(self, folder: str) -> Iterable[str]:
        """Return the names of the sub-folders that have a snapshot, in any order."""


def never(_folder: str) -> bool:
    """Recheck no folder."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a scan works with."""

    source: Source
    session_of: Callable[[], AbstractContextManager[Session]]
    snapshots: SnapshotReader
    rules: Rules
    token: Token
    selector: Selector
    #: whether a folder is compared with the catalogue although it has a snapshot
    recheck: Callable[[str], bool] = never
    hooks: Hooks = NO_HOOKS
    #: job and run, for questions
    about: Event = field(default_factory=Event)
