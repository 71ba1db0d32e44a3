"""What has to happen, as values: pieces of work of bounded size, and lines and tallies that a person can be shown."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from lading.base.paths import join
from lading.ingest.engine.compare import Action, Difference, Step, difference
from lading.ingest.engine.parts import FolderPart
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Known, Proof
from lading.ingest.engine.values import Entry, Kind, Listed, ReplicaState

_VERSION = 1
#: steps that read the file
_READS = frozenset({Step.CREATE, Step.REPLACE, Step.APPEND, Step.HASH_THEN_REPLACE, Step.ADOPT_BY_CHECKSUM})
_KNOWN = attrgetter("name", "size", "mtime_ns", "ctime_ns", "inode", "checksum", "tag", "proof", "gone", "is_plain")
_LISTED = attrgetter("name", "size", "checksum", "modified", "state", "replica_number", "resource", "physical_path")
_REASONS = {
    Step.CREATE: "new",
    Step.REGISTER: "new",
    Step.ADOPT_BY_CHECKSUM: "already there with this size: its checksum decides",
    Step.ADOPT_BY_SIZE: "already there with this size",
    Step.KEEP: "unchanged",
    Step.DECORATE: "other metadata or permissions",
    Step.SKIP: "skipped",
    Step.APPEND: "longer than before: what comes behind is sent if the beginning is the same",
}
_DIFFERENCES = {
    Difference.NONE: "the object in the zone is not as it was",
    Difference.TOUCHED: "only ctime or inode differ: the content decides",
    Difference.DATED: "the modification time differs, the ETag does not",
    Difference.RETIMED: "the modification time differs: the content decides",
    Difference.CONTENT: "the content differs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Actions for files of one folder. Without actions only the collection is made."""

    folder: str
    collection: str
    make_collection: bool
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWork:
    """What one batch carries out."""

    groups: tuple[Group, ...]

    @property
    def files(self) -> int:
        """How many files are concerned."""
        return sum(len(group.actions) for group in self.groups)

    @property
    def bytes(self) -> int:
        """How many bytes are read at most."""
        return sum(cost(action) for group in self.groups for action in group.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """What is going to happen to one path, and why."""

    path: str
    step: Step
    reason: str
    size: int


def nothing(name: str) -> Entry:
    """Return the entry for a path at which nothing is."""
    return Entry(name, Kind.OTHER, 0, 0, 0, 0)


def cost(action: Action) -> int:
    """Return how many bytes of the file an action reads at most."""
    return action.entry.size if action.step in _READS else 0


# --- pieces of work ------------------------------------------------------------------------------------------------


def group(parts: Iterable[FolderPart], rules: Rules) -> Iterator[TransferWork]:
    """
    Yield work for the actions of all parts, and for the collections that are to be made.

    ==========================================  ==================================
    action                                      goes
    ==========================================  ==================================
    reads more than `one_call_limit`            into a work of its own
    fits into count and bytes of the open work  there, beside those of other folders
    does not                                    into a new work
    ==========================================  ==================================

    A folder without actions counts as one file.
    """
    filling = _Filling(rules)
    for part in parts:
        if part.make_collection and not part.actions:
            yield from filling.add(part, None)
        for action in part.actions:
            if cost(action) > rules.one_call_limit:
                yield TransferWork(groups=(_group(part, [action]),))
            else:
                yield from filling.add(part, action)
    yield from filling.close()


class _Filling:
    """The work that is being filled."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._groups: list[tuple[FolderPart, list[Action]]] = []
        self._files = 0
        self._bytes = 0

    def add(self, part: FolderPart, action: Action | None) -> Iterator[TransferWork]:
        """Take one action in (or only the folder); yield the work that was full before."""
        size = cost(action) if action is not None else 0
        if self._files >= self._rules.batch_files or (self._files and self._bytes + size > self._rules.batch_bytes):
            yield from self.close()
        if not self._groups or self._groups[-1][0] is not part:
            self._groups.append((part, []))
        if action is not None:
            self._groups[-1][1].append(action)
        self._files += 1
        self._bytes += size

    def close(self) -> Iterator[TransferWork]:
        """Yield what there is and begin anew."""
        if self._groups:
            yield TransferWork(groups=tuple(_group(part, actions) for part, actions in self._groups))
        self._groups, self._files, self._bytes = [], 0, 0


def _group(part: FolderPart, actions: list[Action]) -> Group:
    return Group(
        folder=part.folder,
        collection=part.collection,
        make_collection=part.make_collection,
        actions=tuple(actions),
    )


def halves(work: TransferWork) -> tuple[TransferWork, ...]:
    """Return two works of about half the files each; the work itself if it is a single file or folder."""
    units = [(one, action) for one in work.groups for action in (one.actions or (None,))]
    if len(units) < 2:  # noqa: PLR2004 - one cannot be halved
        return (work,)
    middle = len(units) // 2
    return _of_units(units[:middle]), _of_units(units[middle:])


def _of_units(units: list[tuple[Group, Action | None]]) -> TransferWork:
    """Return the work of some files and folders."""
    chosen: dict[int, tuple[Group, list[Action]]] = {}
    for one, action in units:
        _, actions = chosen.setdefault(id(one), (one, []))
        actions += [action] if action is not None else []
    return TransferWork(
        groups=tuple(
            Group(folder=g.folder, collection=g.collection, make_collection=g.make_collection, actions=tuple(actions))
            for g, actions in chosen.values()
        )
    )


# --- as bytes ------------------------------------------------------------------------------------------------------


def encode(work: TransferWork) -> bytes:
    """Return the work as bytes: zlib of JSON, in which names that are not UTF-8 survive as escapes."""
    rows = [
        [one.folder, one.collection, one.make_collection, [_row(action) for action in one.actions]]
        for one in work.groups
    ]
    return zlib.compress(json.dumps([_VERSION, rows], separators=(",", ":")).encode(), 1)


def decode(value: bytes) -> TransferWork:
    """Return the work that was encoded; raise `ValueError` for another version."""
    version, rows = json.loads(zlib.decompress(value))
    if version != _VERSION:
        raise ValueError(f"work of version {version} cannot be read")
    return TransferWork(
        groups=tuple(
            Group(folder=folder, collection=collection, make_collection=make, actions=tuple(map(_action, actions)))
            for folder, collection, make, actions in rows
        )
    )


def _row(action: Action) -> list[Any]:
    """Return an action as plain values."""
    known, listed = action.known, action.listed
    return [
        action.step.value,
        list(action.entry),
        _KNOWN(known) if known is not None else None,
        _LISTED(listed) if listed is not None else None,
        action.code,
    ]


def _action(row: list[Any]) -> Action:
    """Return the action of a row."""
    step, (name, kind, *facts), known, listed, code = row
    return Action(
        Step(step),
        Entry(name, Kind(kind), *facts),
        Known(*[*known[:7], Proof(known[7]), *known[8:]]) if known is not None else None,
        Listed(*[*listed[:4], ReplicaState(listed[4]), *listed[5:]]) if listed is not None else None,
        code,
    )


# --- shown ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Tallies:
    """Counts over the parts of a plan."""

    steps: Counter[Step] = field(default_factory=Counter)
    #: bytes that are read at most
    bytes: int = 0
    #: files in segments that nobody looked into, and those kept after a look
    unchanged: int = 0
    excluded: int = 0
    vanished: int = 0
    vanished_folders: int = 0
    failed: int = 0
    collections: int = 0

    def add(self, part: FolderPart) -> None:
        """Count one part."""
        for action in (*part.actions, *part.skips):
            self.steps[action.step] += 1
            self.bytes += cost(action)
        self.unchanged += len(part.kept) + sum(head.count for head in part.unchanged)
        self.excluded += part.excluded
        self.vanished += len(part.vanished)
        self.vanished_folders += len(part.vanished_folders)
        self.failed += len(part.failures)
        self.collections += part.make_collection and part.ended


def lines(part: FolderPart) -> Iterator[PlanLine]:
    """Yield a line for each file of the part to which something is going to happen, or which is left out."""
    for action in (*part.actions, *part.skips):
        yield PlanLine(
            path=join(part.folder, action.entry.name), step=action.step, reason=reason(action), size=action.entry.size
        )


def reason(action: Action) -> str:
    """Say why an action is taken."""
    if action.code:
        return action.code
    if action.step in _REASONS:
        return _REASONS[action.step]
    if action.known is not None:
        return _DIFFERENCES[difference(action.entry, action.known)]
    return "another object is there"
