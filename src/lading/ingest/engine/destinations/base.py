"""The port to where files go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from lading.base.cancellation import Token
from lading.base.errors import SkipFile
from lading.ingest.engine.destinations.resources import ResourceTree
from lading.ingest.engine.values import DeleteMode, Listed, Packed, Registration, Replica, Stored, Target

T = TypeVar("T")
R = TypeVar("R")


class NotOffered(SkipFile):
    """The zone has no such call, or not for this user; there is another way."""

    code = "NOT_OFFERED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a destination is and can do."""

    zone: str
    user: str
    version: str
    #: name for `hashlib.new`: `sha256` or `md5`, as the zone's default scheme has it
    hash_name: str


class FaultKind(Enum):
    """What the server finds wrong with a stored replica."""

    SIZE = "size"  # not the recorded one, or the file is not there
    CHECKSUM = "checksum"  # the bytes are not those of the recorded checksum
    NO_CHECKSUM = "no-checksum"  # there is none to compare with
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with one replica."""

    kind: FaultKind
    #: the server's words
    message: str


class Slots(Protocol):
    """How many connections this process may hold at once; shared by all workers of a zone."""

    def take(self, wanted: int) -> AbstractContextManager[int]:
        """Hold up to `wanted` slots, at least one, while the context lasts; the number granted is yielded."""


class Traffic(Protocol):
    """What is agreed with others about requests to a zone: permission before, experience after."""

    def spend(self, requests: int, size: int, token: Token) -> None:
        """Return once so many requests with so many bytes may be sent; raise what the token raises."""

    def answered(self, seconds: float) -> None:
        """Take note of how long a small request took."""

    def broke(self) -> None:
        """Take note of a connection that could not be had, or broke."""


class Tail(Protocol):
    """The bytes of a file behind those that the destination has already."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes, once; raise instead of ending if the file is not what it was."""

    def checksum(self) -> str:
        """Return the checksum of the whole file in catalogue form, once all chunks were taken."""


class Session(Protocol):
    """
    One connection to the destination. Used by one thread at a time.

    Every method asks the token right before it sends, raises `Cancelled` if it may not, `ConnectionLost` when the
    outcome of the request is unknown, `ZoneUnreachable` when no connection can be had, and otherwise an error that
    says what can be done (`lading.base.errors`).
    """

    def list_objects(self, collection: str) -> Iterator[Listed]:
        """Yield the data objects of a collection, one each (best replica); nothing if there is no such collection."""

    def list_collections(self, collection: str) -> Iterator[str]:
        """Yield the names of the child collections; nothing if there is no such collection."""

    def find_objects(self, collection: str, names: Iterable[str]) -> dict[str, Listed]:
        """Return those of the named objects that the catalogue has, in few requests."""

    def has_collection(self, collection: str) -> bool:
        """Say whether the collection is there."""

    def make_collection(self, collection: str) -> None:
        """
        Make the collection and its parents; being there already is fine.

        Where somebody else makes one of its parents at that moment it may not be there afterwards, without an error.
        """

    def put(self, target: Target, data: bytes, checksum: str) -> Stored:
        """Store `data` in one request, verified by the server against `checksum` (catalogue form)."""

    def put_stream(self, target: Target, size: int, chunks: Iterable[bytes], progress: Callable[[int], None]) -> Stored:
        """
        Store `size` bytes by parallel ranges; `chunks` are in order and hashed in order, verified at the final close.

        Whatever `chunks` raises ends the transfer: nothing is left that looks good. An object that was there is never
        deleted; it may be locked for a moment, until the zone has noticed that the transfer ended.
        """

    def append(self, target: Target, there: Listed, size: int, tail: Tail, progress: Callable[[int], None]) -> Stored:
        """
        Write `tail` behind the bytes of the replica `there`, so that it has `size` bytes.

        The server compares the whole with the tail's checksum before it calls the replica good: raise
        `ChecksumMismatch` if they differ. Whatever the tail raises, and wherever the work breaks off, nothing is left
        that looks good but what was there before.
        """

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
        """
        Enter a file into the catalogue where it lies (`mtime` in seconds).

        A target that is `beside` becomes a further replica of an object that is there: the server looks at the file's
        size itself, and the replica's time is that of the request. Raise `ObjectMissing` if there is no object.
        """

    def register_many(self, files: Sequence[Registration]) -> None:
        """
        Enter files into the catalogue in one request, all or none; their times are that of the request.

        Targets have neither AVUs nor permissions, and all the same resource. Raise `Refused` where that resource is
        none that files lie on, or the server does not know the request; `AccessDenied` where the user may not.
        """

    def set_mtime(self, path: str, seconds: int) -> None:
        """Let the catalogue's modification time of the object's newest good replica be that one."""

    def update_registered(self, path: str, listed: Listed, size: int, mtime: int) -> Stored:
        """Bring size and time of that one replica up to date; raise `WrongReplica` if it is another one."""

    def give_up(self, path: str) -> bool:
        """
        Mark as stale what is locked and was last changed before the server last started; say whether there was any.

        For an object that is new: its writer ended with the server before. Raise `AccessDenied` where the user may not.
        """

    def decorate(self, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:
        """
        Give an object that is there the AVUs and permissions of `target`, and take the AVUs `remove` away.

        What is there already, or is not there to be taken away, is fine. All AVUs are one request, each permission is one.
        """

    def avus(self, path: str) -> Sequence[tuple[str, str, str]]:
        """Return the AVUs of an object, in no promised order; none where there is no object."""

    def checksum(self, path: str, size: int | None = None) -> str:
        """
        Let the server compute (where none is registered) and return the checksum.

        It is given time for `size`; where that is None the catalogue is asked for it first.
        """

    def unpack(self, packed: Packed) -> None:
        """
        Let the server unpack a tar file below a collection, in one request; what is there is never overwritten.

        Each file becomes an object without checksum; collections are made. An error says that not all of them came:
        which ones did is to be looked at. Raise `NotOffered` where the zone has no such call for this user.
        """

    def find_all(self, paths: Iterable[str]) -> dict[str, Listed]:
        """Return those of these objects that the catalogue has, by path, in few requests whatever their collections."""

    def set_checksums(self, objects: Mapping[str, Listed]) -> None:
        """
        Let the catalogue say of each object the size and checksum given here, taken on trust, in few requests.

        Only for what nobody else writes to. Each request sets all or none. Raise `NotOffered` as `unpack` does.
        """

    def replicas(self, collection: str, names: Iterable[str] | None = None) -> Iterator[Replica]:
        """Yield all replicas of the named objects of a collection, or of all its objects."""

    def remove_object(self, path: str, mode: DeleteMode, replica_number: int | None = None) -> None:
        """
        Remove one data object as `mode` says, in one request; raise `ObjectMissing` if it is not there.

        `UNREGISTER` with a number forgets that replica only: raise `Refused` if it is the last one that is good, and
        `ObjectLocked` if it is the only one by now, so that whoever asked has to look again.
        """

    def remove_collection(self, path: str) -> None:
        """Remove an empty collection; raise `CollectionNotEmpty`, or `ObjectMissing` if it is not there."""

    def trash_tree(self, path: str, objects: int) -> None:
        """Move a collection with all that is in it (about so many objects) to the trash, in one request."""

    def locate(self, object_ids: Iterable[int]) -> dict[int, str]:
        """Return the logical paths that objects have now; those that are gone are left out."""

    def move_object(self, path: str, target: str) -> None:
        """Give an object another logical path; raise `ObjectExists` where something has it, `ObjectMissing`."""

    def faults(self, path: str, size: int) -> list[Fault]:
        """
        Let the server read what is stored and compare it with the catalogue; `size` says how long to wait.

        Nothing is changed. No fault: every replica has the recorded size and checksum.
        """

    def requests(self) -> int:
        """Return how many requests this session has sent since it was opened, logins not counted."""


class Destination(Protocol):
    """A place in a zone, reached over pooled connections."""

    def traits(self) -> Traits:
        """Return what the destination is; connects if it has to."""

    def session(self, connections: int = 1) -> AbstractContextManager[Session]:
        """
        Lend one pooled session.

        It holds up to `connections` slots, so that `put_stream` may use parallel ranges; one is enough for all else.
        """

    def each(self, items: Iterable[T], action: Callable[[Session, T], R]) -> Iterator[tuple[T, R]]:
        """
        Yield each item with what `action` returned for it, in the order they end, over several sessions.

        The first exception that an action raises stops the rest and is raised here.
        """

    def check_destination(self, collection: str) -> None:
        """Raise `DestinationRefused` unless objects can be written into the collection, which need not be there."""

    def acting_as(self, user: str, zone: str = "") -> Destination:
        """
        Return the same destination on which every request is done as another user ("": of the same zone).

        Slots and counts are shared. The profile's own user logs in for it, and must be of type rodsadmin.
        """

    def resources(self) -> ResourceTree:
        """Return all storage resources of the zone and how they hang together, in one request."""

    def requests(self) -> int:
        """Return how many requests were sent over all sessions of this destination object."""
