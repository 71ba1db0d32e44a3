"""What all sessions of a destination in memory share, and the failures that a test scripts."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from lading.base.cancellation import Token
from lading.base.clock import Clock
from lading.ingest.engine.destinations.base import Traits
from lading.ingest.engine.destinations.resources import Resource
from lading.ingest.engine.values import Listed, ReplicaState


class Call(Enum):
    """What a session can be asked, for scripted failures."""

    LIST_OBJECTS = "list_objects"
    LIST_COLLECTIONS = "list_collections"
    FIND_OBJECTS = "find_objects"
    HAS_COLLECTION = "has_collection"
    MAKE_COLLECTION = "make_collection"
    PUT = "put"
    PUT_STREAM = "put_stream"
    APPEND = "append"
    REGISTER = "register"
    REGISTER_MANY = "register_many"
    SET_MTIME = "set_mtime"
    UPDATE_REGISTERED = "update_registered"
    GIVE_UP = "give_up"
    CHECKSUM = "checksum"
    DECORATE = "decorate"
    AVUS = "avus"
    REPLICAS = "replicas"
    REMOVE_OBJECT = "remove_object"
    REMOVE_COLLECTION = "remove_collection"
    TRASH_TREE = "trash_tree"
    LOCATE = "locate"
    MOVE_OBJECT = "move_object"
    FAULTS = "faults"
    UNPACK = "unpack"
    FIND_ALL = "find_all"
    SET_CHECKSUMS = "set_checksums"


class Moment(Enum):
    """When a scripted failure strikes."""

    BEFORE = "before"  # nothing was done
    AFTER = "after"  # it was done, but the caller does not learn it


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryObject:
    """One data object: what the catalogue says, and its bytes (empty for a registered one)."""

    data: bytes
    listed: Listed
    #: further replicas, all registered
    others: tuple[Listed, ...] = ()
    #: stays the same wherever the object is moved
    number: int = 0
    avus: tuple[tuple[str, str, str], ...] = ()
    acls: tuple[tuple[str, str], ...] = ()
    #: who made it
    owner: str = ""

    @property
    def replicas(self) -> tuple[Listed, ...]:
        """All replicas in order of their numbers."""
        return (self.listed, *self.others)

    @property
    def best(self) -> Listed:
        """The good replica with the lowest number; the first if none is good."""
        return min(self.replicas, key=lambda listed: (listed.state is not ReplicaState.GOOD, listed.replica_number))


@dataclass(slots=True, kw_only=True)
class _Failure:
    call: Call
    path: str | None
    error: BaseException
    moment: Moment
    left: int


@dataclass(slots=True, kw_only=True)
class MemoryStore:
    """Objects, collections and scripted failures; one lock for all."""

    traits: Traits
    token: Token
    clock: Clock
    objects: dict[str, MemoryObject] = field(default_factory=dict)
    collections: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    resources: list[Resource] = field(default_factory=lambda: [Resource(id=1, name="memory")])
    #: bytes that the next unpacking stores instead of those in the tar
    spoiled: dict[str, bytes] = field(default_factory=dict)
    #: second at which it was last started: what was locked by then has no writer any more
    started_at: int = 0
    requests: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10_001))
    lock: threading.RLock = field(default_factory=threading.RLock)
    _failures: list[_Failure] = field(default_factory=list)

    def fail(self, call: Call, path: str | None, error: BaseException, *, times: int, moment: Moment) -> None:
        """Let the next `times` calls raise `error`."""
        with self.lock:
            self._failures.append(_Failure(call=call, path=path, error=error, moment=moment, left=times))

    def is_protected(self, path: str) -> bool:
        """Say whether the path lies in a protected collection."""
        return any(path == kept or path.startswith(f"{kept}/") for kept in self.protected)

    @contextmanager
    def request(self, call: Call, path: str) -> Iterator[None]:
        """Ask the token, count, and fail as scripted around one request."""
        self.token.check()
        with self.lock:
            self.requests += 1
        self._strike(call, path, Moment.BEFORE)
        with self.lock:
            yield
        self._strike(call, path, Moment.AFTER)

    def _strike(self, call: Call, path: str, moment: Moment) -> None:
        with self.lock:
            for failure in self._failures:
                if failure.left and failure.call is call and failure.moment is moment and failure.path in {None, path}:
                    failure.left -= 1
                    raise failure.error
