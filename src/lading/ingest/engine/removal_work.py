"""What a piece of deletion has to do, as values and as bytes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from hashlib import blake2b

from lading.base.outcomes import Outcome
from lading.base.paths import join
from lading.ingest.engine.snapshot import Known
from lading.ingest.handlers import User

_VERSION = 2


@dataclass(frozen=True, slots=True)
class Doomed:
    """One object that is to go, as it was when that was planned."""

    #: at the source; of a foreign object: at the destination
    name: str
    logical_name: str
    #: bytes; negative where the object may be damaged
    size: int
    checksum: str
    is_foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedFolder:
    """Objects of one collection that are to go."""

    folder: str
    collection: str
    objects: tuple[Doomed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedTree:
    """A vanished folder whose whole collection goes at once, if nothing else has come into it."""

    folder: str
    collection: str
    folders: tuple[DoomedFolder, ...]

    @property
    def objects(self) -> int:
        """How many objects are planned to go."""
        return sum(len(one.objects) for one in self.folders)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalWork:
    """What one batch deletes."""

    folders: tuple[DoomedFolder, ...] = ()
    trees: tuple[DoomedTree, ...] = ()

    @property
    def objects(self) -> int:
        """How many objects are planned to go."""
        return sum(len(one.objects) for one in self.folders) + sum(tree.objects for tree in self.trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalResult:
    """What became of one object, and what is needed to bring it back."""

    folder: str
    name: str
    logical_path: str
    outcome: Outcome
    code: str = ""
    reason: str = ""
    size: int = 0
    checksum: str = ""
    is_foreign: bool = False
    #: 0 where nobody learned it
    object_id: int = 0
    physical_path: str = ""
    resource: str = ""
    #: who removed it; None: the job's own user
    user: User | None = None

    @property
    def is_forgotten(self) -> bool:
        """Whether the job does not manage the object any more."""
        return self.outcome is Outcome.DELETED or self.code == ALREADY_GONE


#: code of a planned deletion that found nothing
ALREADY_GONE = "ALREADY_GONE"


def doomed(known: Known, logical_name: str) -> Doomed:
    """Return a managed object that is to go."""
    return Doomed(known.name, logical_name, known.size, known.checksum)


def paths(work: RemovalWork) -> list[str]:
    """Return the paths at the source of all objects that are planned to go."""
    folders = [*work.folders, *(folder for tree in work.trees for folder in tree.folders)]
    return [join(folder.folder, item.name) for folder in folders for item in folder.objects]


def encode(work: RemovalWork) -> bytes:
    """Return the work as bytes: zlib of JSON, in which names that are not UTF-8 survive as escapes."""
    trees = [[tree.folder, tree.collection, _rows(tree.folders)] for tree in work.trees]
    return zlib.compress(json.dumps([_VERSION, _rows(work.folders), trees]).encode(), 1)


def decode(value: bytes) -> RemovalWork:
    """Return the work that was encoded; raise `ValueError` for another version."""
    version, folders, trees = json.loads(zlib.decompress(value))
    if version != _VERSION:
        raise ValueError(f"removal work of version {version} cannot be read")
    return RemovalWork(
        folders=tuple(_folders(folders)),
        trees=tuple(
            DoomedTree(folder=folder, collection=collection, folders=tuple(_folders(inside)))
            for folder, collection, inside in trees
        ),
    )


def fingerprint(folders: Iterable[DoomedFolder]) -> str:
    """Return text that differs for other objects, or other bytes in them; in whichever order they are told."""
    rows = sorted(
        [one.collection, item.logical_name, item.size, item.checksum] for one in folders for item in one.objects
    )
    return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()


def halves(work: RemovalWork) -> tuple[RemovalWork, ...]:
    """Return two works of about half the objects each; the work itself if it is a single object or tree."""
    units = [RemovalWork(trees=(tree,)) for tree in work.trees]
    units += [
        RemovalWork(folders=(DoomedFolder(folder=one.folder, collection=one.collection, objects=(item,)),))
        for one in work.folders
        for item in one.objects
    ]
    middle = len(units) // 2
    return (_joined(units[:middle]), _joined(units[middle:])) if middle else (work,)


def _joined(units: Iterable[RemovalWork]) -> RemovalWork:
    """Return one work of many, with a folder's objects together."""
    folders: dict[tuple[str, str], list[Doomed]] = {}
    trees: list[DoomedTree] = []
    for unit in units:
        trees += unit.trees
        for one in unit.folders:
            folders.setdefault((one.folder, one.collection), []).extend(one.objects)
    return RemovalWork(
        folders=tuple(
            DoomedFolder(folder=folder, collection=collection, objects=tuple(objects))
            for (folder, collection), objects in folders.items()
        ),
        trees=tuple(trees),
    )


def _rows(folders: Iterable[DoomedFolder]) -> list[list[object]]:
    return [[one.folder, one.collection, [astuple(item) for item in one.objects]] for one in folders]


def _folders(rows: Iterable[tuple[str, str, list[tuple[str, str, int, str, bool]]]]) -> Iterator[DoomedFolder]:
    for folder, collection, objects in rows:
        yield DoomedFolder(folder=folder, collection=collection, objects=tuple(Doomed(*row) for row in objects))
