"""The values that the engine works on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What an entry is."""

    FILE = 0
    FOLDER = 1
    LINK = 2
    OTHER = 3  # socket, pipe, device: has no content
    ASIDE = 4  # seen, but not brought now; only on its way through a scan


#: what the tag of an object in a store begins with; its ETag follows
ETAG_TAG = "etag:"


class Entry(NamedTuple):
    """
    One child of a folder as a listing saw it. Times are nanoseconds since the epoch.

    A tuple, because a listing makes one per file: a frozen dataclass costs as much again as the `stat`.
    """

    name: str
    kind: Kind
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    #: what an object store says of the content (ETag, version id), "" for files; what a link or a socket is (`links`)
    tag: str = ""


class Operation(Enum):
    """How files come into the zone."""

    PUT = "put"  # copy what is not there; never touch what is
    PUT_SYNC = "put-sync"  # copy what is new or changed
    PUT_APPEND = "put-append"  # as PUT_SYNC, but send only the tail of a file that grew
    REGISTER_SYNC = "register-sync"  # enter into the catalogue where it lies
    REGISTER_AS_REPLICA_SYNC = "register-as-replica-sync"  # the same, also beside replicas on other resources
    NO_OP = "no-op"  # look, and change nothing

    @property
    def puts(self) -> bool:
        """Whether bytes are copied into the zone."""
        return self in {Operation.PUT, Operation.PUT_SYNC, Operation.PUT_APPEND}

    @property
    def registers(self) -> bool:
        """Whether files are entered into the catalogue where they lie."""
        return self in {Operation.REGISTER_SYNC, Operation.REGISTER_AS_REPLICA_SYNC}

    @property
    def spares(self) -> bool:
        """Whether good objects that are there are left as they are, whatever the source has."""
        return self is Operation.PUT

    @property
    def writes(self) -> bool:
        """Whether anything is made or changed at the destination."""
        return self.puts or self.registers


class DeleteMode(Enum):
    """What happens to objects whose file vanished at the source."""

    DO_NOT_DELETE = "do-not-delete"
    UNREGISTER = "unregister"  # the catalogue forgets them, their bytes stay
    TRASH = "trash"  # they go to the user's trash, from where they can be restored
    NO_TRASH = "no-trash"  # catalogue and bytes are gone for good


class ReplicaState(IntEnum):
    """Replica status as the catalogue stores it (DATA_REPL_STATUS)."""

    STALE = 0
    GOOD = 1
    INTERMEDIATE = 2
    READ_LOCKED = 3
    WRITE_LOCKED = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """One data object as the catalogue has it: its best replica."""

    name: str
    size: int
    #: as the catalogue stores it (`sha2:` + base64, or MD5 hex); "" where none is registered
    checksum: str
    #: seconds since the epoch
    modified: int
    state: ReplicaState
    replica_number: int
    resource: str
    physical_path: str
    #: further replicas that are not good
    unsound: int = 0

    @property
    def root_resource(self) -> str:
        """The first resource of the hierarchy that the replica lies on."""
        return self.resource.partition(";")[0]

    def is_under(self, resource: str | None) -> bool:
        """Say whether the replica lies on that resource or below it; None: any resource will do."""
        return resource is None or resource == self.resource or resource in self.resource.split(";")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One replica, and the number of its object, which stays the same when the object is moved."""

    object_id: int
    listed: Listed


class PutMode(Enum):
    """Whether an existing object may be overwritten."""

    CREATE = "create"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where and how one object is written."""

    path: str  # logical path
    mode: PutMode
    resource: str | None = None  # root resource; None: the zone decides
    avus: tuple[tuple[str, str, str], ...] = ()
    acls: tuple[tuple[str, str], ...] = ()  # (permission, user or user#zone)
    #: a registration: a further replica of an object that is there
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One file that is entered into the catalogue where it lies."""

    target: Target
    physical_path: str
    size: int
    #: seconds since the epoch
    mtime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the zone now has."""

    size: int
    checksum: str  # verified by the server; "" for a registration without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A tar file in the zone that is to be unpacked."""

    path: str  # logical path
    size: int
    collection: str  # where its files go
    resource: str | None = None  # root resource on which it lies; None: the zone decided
