"""What the catalogue says of one collection, so far as it was asked."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any, Protocol

from lading.ingest.engine.compare import UNLISTED, Catalogue
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import Listed, ReplicaState

#: objects of one collection that are kept in memory (about 50 MB); more go to a temporary file
KEPT_IN_MEMORY = 100_000


class Collection(Protocol):
    """Answers about the children of one collection, without a request."""

    @property
    def is_there(self) -> bool:
        """Whether the collection is known to exist."""

    def find(self, name: str) -> Catalogue:
        """Return the object of that name, None if there is none, or that it is not known."""

    def has_collection(self, name: str) -> bool | None:
        """Say whether there is a child collection of that name; None if it is not known."""

    def objects(self) -> Iterator[Listed]:
        """Yield the objects that are known to be there."""

    def collections(self) -> frozenset[str]:
        """Return the names of the child collections that are known to be there."""

    def close(self) -> None:
        """Free what it holds."""


class _Nothing:
    """An answer that names nothing."""

    def objects(self) -> Iterator[Listed]:
        """Name none."""
        return iter(())

    def collections(self) -> frozenset[str]:
        """Name none."""
        return frozenset()

    def close(self) -> None:
        """Hold nothing."""


class Absent(_Nothing):
    """A collection that is known not to exist."""

    is_there = False

    def find(self, _name: str) -> Catalogue:
        """Nothing is there."""
        return None

    def has_collection(self, _name: str) -> bool | None:
        """Nothing is there."""
        return False


class NotAsked(_Nothing):
    """A collection for which the snapshot speaks."""

    is_there = True

    def find(self, _name: str) -> Catalogue:
        """Nobody asked."""
        return UNLISTED

    def has_collection(self, _name: str) -> bool | None:
        """Nobody asked."""
        return None


class Listing:
    """A collection whose objects and child collections were listed once."""

    def __init__(self, session: Session, collection: str, *, keep: int = KEPT_IN_MEMORY) -> None:
        objects = session.list_objects(collection)
        self._kept = {listed.name: listed for listed in islice(objects, keep)}
        self._spilled = _Spilled(objects) if len(self._kept) == keep else None
        self._collections = frozenset(session.list_collections(collection))

    @property
    def is_there(self) -> bool:
        """Whether anything is in it; an empty one looks like none."""
        return bool(self._kept or self._collections)

    def find(self, name: str) -> Catalogue:
        """Return the object of that name."""
        found = self._kept.get(name)
        return self._spilled.find(name) if found is None and self._spilled is not None else found

    def names(self, after: str = "") -> Iterator[str]:
        """Yield the names of the objects behind `after`, in order of their bytes."""
        floor = _encoded(after)
        kept = sorted(name for name in map(_encoded, self._kept) if name > floor)
        more = self._spilled.names(floor) if self._spilled is not None else ()
        return (name.decode("utf-8", "surrogatepass") for name in merge(kept, more))

    def has_collection(self, name: str) -> bool | None:
        """Say whether there is a child collection of that name."""
        return name in self._collections

    def objects(self) -> Iterator[Listed]:
        """Yield all objects."""
        yield from self._kept.values()
        if self._spilled is not None:
            yield from self._spilled.objects()

    def collections(self) -> frozenset[str]:
        """Return the names of all child collections."""
        return self._collections

    def close(self) -> None:
        """Remove the temporary file."""
        if self._spilled is not None:
            self._spilled.close()


class _Spilled:
    """Objects in a temporary file that vanishes with the process."""

    def __init__(self, objects: Iterator[Listed]) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="lading-listing-")  # noqa: SIM115 - closed by `close`
        self._database = sqlite3.connect(self._file.name, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(
            "CREATE TABLE object (name BLOB PRIMARY KEY, size, checksum, modified, state, replica, resource, path, unsound)"
            " WITHOUT ROWID"
        )
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO object VALUES (?,?,?,?,?,?,?,?,?)", map(_row, objects))
        self._database.execute("COMMIT")

    def find(self, name: str) -> Listed | None:
        """Return the object of that name."""
        row = self._database.execute("SELECT * FROM object WHERE name = ?", (_encoded(name),)).fetchone()
        return _listed(row) if row is not None else None

    def objects(self) -> Iterator[Listed]:
        """Yield all objects."""
        return map(_listed, self._database.execute("SELECT * FROM object"))

    def names(self, floor: bytes) -> Iterator[bytes]:
        """Yield the names behind `floor` in order."""
        for (name,) in self._database.execute("SELECT name FROM object WHERE name > ? ORDER BY name", (floor,)):
            yield name

    def close(self) -> None:
        """Remove the file."""
        self._database.close()
        self._file.close()


def _encoded(text: str) -> bytes:
    """Return bytes for any text, also for what a catalogue may hold that is no Unicode."""
    return text.encode("utf-8", "surrogatepass")


def _listed(row: Sequence[Any]) -> Listed:
    """Return the object of a row."""
    name, size, checksum, modified, state, replica, resource, path, unsound = row
    names = (one.decode("utf-8", "surrogatepass") for one in (name, path))
    return Listed(next(names), size, checksum, modified, ReplicaState(state), replica, resource, next(names), unsound)


def _row(listed: Listed) -> tuple[object, ...]:
    """Return an object as a row."""
    return (
        _encoded(listed.name),
        listed.size,
        listed.checksum,
        listed.modified,
        int(listed.state),
        listed.replica_number,
        listed.resource,
        _encoded(listed.physical_path),
        listed.unsound,
    )
