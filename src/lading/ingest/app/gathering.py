"""What the scan batches of a run find that may have to be deleted, as rows; and what they see that speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from lading.base.errors import NameRefused, SkipFile
from lading.base.paths import join, name_of, shown, to_bytes
from lading.ingest.app.context import Context
from lading.ingest.app.markers import Sight
from lading.ingest.app.models import DeletionLine, Observation
from lading.ingest.engine.deletion import Concern
from lading.ingest.engine.parts import FolderPart


def key_of(logical_path: str) -> bytes:
    """Return the 16 bytes by which a line is found again in the next run."""
    return blake2b(to_bytes(logical_path), digest_size=16).digest()


def lines(parts: Iterable[FolderPart], of: Context) -> list[DeletionLine]:
    """Return a row for each object and each whole folder that the source does not have any more."""
    if not of.rules.deletes:
        return []
    return [line for part in parts for line in (*_files(part, of), *_folders(part, of), *_foreign(part, of))]


def _files(part: FolderPart, of: Context) -> Iterator[DeletionLine]:
    for known in part.vanished:
        name = _logical_name(part.folder, part.collection, known.name, of)
        if name is not None:
            yield _line(
                of,
                path=join(part.folder, known.name),
                logical_path=f"{part.collection}/{name}",
                size=known.size,
                checksum=known.checksum,
            )


def _folders(part: FolderPart, of: Context) -> Iterator[DeletionLine]:
    for folder in part.vanished_folders:
        name = _logical_name(part.folder, part.collection, name_of(folder), of)
        if name is not None:
            yield _line(of, path=folder, logical_path=f"{part.collection}/{name}", is_tree=True)


def _foreign(part: FolderPart, of: Context) -> Iterator[DeletionLine]:
    for listed in part.foreign:
        yield _line(
            of,
            path=join(part.folder, listed.name),
            logical_path=f"{part.collection}/{listed.name}",
            size=listed.size,
            checksum=listed.checksum,
            is_foreign=True,
        )
    for name in part.foreign_collections:
        yield _line(
            of,
            path=join(part.folder, name),
            logical_path=f"{part.collection}/{name}",
            is_tree=True,
            is_foreign=True,
        )


def _line(of: Context, *, path: str, logical_path: str, **what: int | str | bool) -> DeletionLine:
    return DeletionLine(
        run_id=of.held.run_id, key=key_of(logical_path), path=shown(path), logical_path=shown(logical_path), **what
    )


def _logical_name(folder: str, collection: str, name: str, of: Context) -> str | None:
    """Return the name at the destination; None for one that has no place there, so that nothing is there."""
    try:
        path = of.rules.naming.child(collection, name, of.source.physical_path(join(folder, name))).path
    except NameRefused:
        return None
    return name_of(path)


def observations(of: Context) -> list[Observation]:
    """Return what this worker sees that speaks against deleting anything."""
    if not of.rules.deletes:
        return []
    return [*_of_marker(of), *_of_sentinel(of)]


def _of_marker(of: Context) -> Iterator[Observation]:
    if of.sight is Sight.CHANGED:
        marker = of.source.marker()
        yield Observation(
            run_id=of.held.run_id,
            concern=Concern.OTHER_SOURCE.value,
            reason=f"on {marker.host} another folder or filesystem lies under {shown(of.source.canonical)} than before",
            marker=[marker.host, marker.filesystem, marker.inode],
        )


def _of_sentinel(of: Context) -> Iterator[Observation]:
    sentinel = of.definition.sentinel
    if sentinel is None:
        return
    try:
        of.source.stat(sentinel)
    except SkipFile:
        yield Observation(
            run_id=of.held.run_id,
            concern=Concern.SENTINEL_MISSING.value,
            reason=f"the source has no {shown(sentinel)}",
        )
