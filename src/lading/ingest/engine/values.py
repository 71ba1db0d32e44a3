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
    REGISTER_SYNC = "register-sync"  # enter into the catalogue where it lies


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the zone now has."""

    size: int
    checksum: str  # verified by the server; "" for a registration without one
