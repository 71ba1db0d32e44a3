"""A destination that is only looked at: what would write to it is refused. A policy around another destination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from lading.base.errors import NotSent
from lading.ingest.engine.destinations.base import Destination, Fault, Session, Tail, Traits
from lading.ingest.engine.destinations.resources import ResourceTree
from lading.ingest.engine.values import DeleteMode, Listed, Packed, Registration, Replica, Stored, Target

T = TypeVar("T")
R = TypeVar("R")


class Unwritten:
    """The destination `inner`, for runs that take over what is there and send nothing."""

    def __init__(self, inner: Destination) -> None:
        self._inner = inner

    def traits(self) -> Traits:
        """Return what the destination is."""
        return self._inner.traits()

    @contextmanager
    def session(self, connections: int = 1) -> Iterator[Session]:
        """Lend a session that only looks."""
        with self._inner.session(connections) as session:
            yield LookingSession(session)

    def each(self, items: Iterable[T], action: Callable[[Session, T], R]) -> Iterator[tuple[T, R]]:
        """Yield each item with what `action` returned for it."""
        return self._inner.each(items, lambda session, item: action(LookingSession(session), item))

    def check_destination(self, collection: str) -> None:
        """Raise `DestinationRefused` unless objects could be written into the collection."""
        self._inner.check_destination(collection)

    def acting_as(self, user: str, zone: str = "") -> Destination:
        """Return the same destination for another user, only to be looked at, too."""
        return Unwritten(self._inner.acting_as(user, zone))

    def resources(self) -> ResourceTree:
        """Return all storage resources of the zone."""
        return self._inner.resources()

    def requests(self) -> int:
        """Return how many requests were sent."""
        return self._inner.requests()


class LookingSession:
    """
    One session that changes no object.

    A checksum that the catalogue lacks is still made by the zone: that is how it is proven that an object is the same.
    """

    def __init__(self, inner: Session) -> None:
        self._inner = inner

    def list_objects(self, collection: str) -> Iterator[Listed]:
        """Yield the data objects of a collection."""
        return self._inner.list_objects(collection)

    def list_collections(self, collection: str) -> Iterator[str]:
        """Yield the names of the child collections."""
        return self._inner.list_collections(collection)

    def find_objects(self, collection: str, names: Iterable[str]) -> dict[str, Listed]:
        """Return those of the named objects that the catalogue has."""
        return self._inner.find_objects(collection, names)

    def has_collection(self, collection: str) -> bool:
        """Say whether the collection is there."""
        return self._inner.has_collection(collection)

    def find_all(self, paths: Iterable[str]) -> dict[str, Listed]:
        """Return those of these objects that the catalogue has, by path."""
        return self._inner.find_all(paths)

    def avus(self, path: str) -> Sequence[tuple[str, str, str]]:
        """Return the AVUs of an object."""
        return self._inner.avus(path)

    def checksum(self, path: str, size: int | None = None) -> str:
        """Let the server compute (where none is registered) and return the checksum."""
        return self._inner.checksum(path, size)

    def faults(self, path: str, size: int) -> list[Fault]:
        """Let the server read what is stored and compare it with the catalogue."""
        return self._inner.faults(path, size)

    def replicas(self, collection: str, names: Iterable[str] | None = None) -> Iterator[Replica]:
        """Yield all replicas of the named objects of a collection, or of all its objects."""
        return self._inner.replicas(collection, names)

    def locate(self, object_ids: Iterable[int]) -> dict[int, str]:
        """Return the logical paths that objects have now."""
        return self._inner.locate(object_ids)

    def requests(self) -> int:
        """Return how many requests this session has sent."""
        return self._inner.requests()

    # --- refused -------------------------------------------------------------------------------------------------

    def make_collection(self, collection: str) -> None:
        """Refuse."""
        _refuse(collection)

    def put(self, target: Target, data: bytes, checksum: str) -> Stored:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(target.path)

    def put_stream(
        self,
        target: Target,
        size: int,  # noqa: ARG002 - the port's
        chunks: Iterable[bytes],  # noqa: ARG002 - the port's
        progress: Callable[[int], None],  # noqa: ARG002 - the port's
    ) -> Stored:
        """Refuse."""
        _refuse(target.path)

    def append(
        self,
        target: Target,
        there: Listed,  # noqa: ARG002 - the port's
        size: int,  # noqa: ARG002 - the port's
        tail: Tail,  # noqa: ARG002 - the port's
        progress: Callable[[int], None],  # noqa: ARG002 - the port's
    ) -> Stored:
        """Refuse."""
        _refuse(target.path)

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(target.path)

    def register_many(self, files: Sequence[Registration]) -> None:
        """Refuse."""
        for file in files:
            _refuse(file.target.path)

    def unpack(self, packed: Packed) -> None:
        """Refuse."""
        _refuse(packed.collection)

    def set_checksums(self, objects: Mapping[str, Listed]) -> None:
        """Refuse."""
        for path in objects:
            _refuse(path)

    def set_mtime(self, path: str, seconds: int) -> None:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(path)

    def update_registered(self, path: str, listed: Listed, size: int, mtime: int) -> Stored:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(path)

    def give_up(self, path: str) -> bool:
        """Refuse."""
        _refuse(path)

    def decorate(self, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(target.path)

    def remove_object(self, path: str, mode: DeleteMode, replica_number: int | None = None) -> None:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(path)

    def remove_collection(self, path: str) -> None:
        """Refuse."""
        _refuse(path)

    def trash_tree(self, path: str, objects: int) -> None:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(path)

    def move_object(self, path: str, target: str) -> None:  # noqa: ARG002 - the port's
        """Refuse."""
        _refuse(path)


def _refuse(path: str) -> NoReturn:
    raise NotSent(f"{path} is not as it is at the source, and nothing is sent", hint="`lading sync` sends it")
