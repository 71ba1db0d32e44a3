"""A destination under test, and what its tests share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from lading.base.cancellation import Switch
from lading.ingest.engine.destinations.base import Destination, Session
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.values import Listed, PutMode, Replica, ReplicaState, Target

MIB = 1 << 20


class Place(Protocol):
    """A destination under test, a fresh collection in it and a switch for its token."""

    destination: Destination
    collection: str
    switch: Switch
    #: a resource that stands alone, on which files lie
    leaf: str

    def stored_bytes(self, path: str) -> bytes:
        """Return the bytes behind an object, read behind the destination's back."""

    def damage(self, path: str, data: bytes) -> None:
        """Let other bytes lie behind an object than its catalogue entry says."""

    def avus(self, path: str) -> set[tuple[str, str, str]]:
        """Return the AVUs of an object."""

    def acls(self, path: str) -> set[tuple[str, str]]:
        """Return (permission, user) for an object, as short words: `own`, `read`, `write`."""

    def owner(self, path: str) -> str:
        """Return who made an object."""

    def another_user(self) -> str:
        """Return a user who may write into the collection."""

    def file_on_resource(self, name: str, data: bytes) -> str:
        """Return the path of a file that can be registered."""

    def resource(self, name: str) -> str:
        """Make a further resource that stands alone; return its name."""

    def hierarchy(self) -> tuple[str, str, str]:
        """Make resources one below the other; return the names of root, middle and leaf."""


def ignore_progress(_sent: int) -> None:
    """Take progress and do nothing."""


def create(path: str) -> Target:
    return Target(path=path, mode=PutMode.CREATE)


def overwrite(path: str) -> Target:
    return Target(path=path, mode=PutMode.REPLACE)


class OnOnePlace:
    """Tests that need a fixture `place`."""

    @pytest.fixture
    def session(self, place: Place) -> Iterator[Session]:
        with place.destination.session() as session:
            yield session

    @pytest.fixture
    def wide(self, place: Place) -> AbstractContextManager[Session]:
        """A session with room for parallel ranges."""
        return place.destination.session(4)

    def checksum(self, place: Place, data: bytes) -> str:
        return checksum_of(place.destination.traits().hash_name, data)

    def put(self, place: Place, session: Session, name: str, data: bytes) -> Listed:
        path = f"{place.collection}/{name}"
        session.put(overwrite(path), data, self.checksum(place, data))
        return session.find_objects(place.collection, [name])[name]

    def put_only(self, place: Place, session: Session, name: str) -> None:
        session.put(create(f"{place.collection}/{name}"), b"1", self.checksum(place, b"1"))

    def settled(self, place: Place, session: Session, name: str) -> list[Replica]:
        """Return the replicas once nothing is locked any more: a zone notices in its own time that a connection ended."""
        until = time.monotonic() + 10
        while True:
            found = list(session.replicas(place.collection, [name]))
            if {one.listed.state for one in found} <= {ReplicaState.GOOD, ReplicaState.STALE}:
                return found
            assert time.monotonic() < until
            time.sleep(0.05)
