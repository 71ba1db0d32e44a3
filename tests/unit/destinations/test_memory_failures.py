"""The destination in memory fails as it is told."""

from __future__ import annotations

import pytest

from lading.base.errors import AccessDenied, ConnectionLost, DestinationRefused, ObjectLocked
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import Call, MemoryDestination, Moment
from lading.ingest.engine.values import PutMode, Target

PATH = "/memory/home/rods/file"
TARGET = Target(path=PATH, mode=PutMode.CREATE)
CHECKSUM = checksum_of("sha256", b"1")


def test_a_scripted_failure_strikes_as_often_as_told() -> None:
    """Twice here, and only for that path and call."""
    destination = MemoryDestination()
    destination.fail(Call.PUT, PATH, ObjectLocked("busy"), times=2)
    with destination.session() as session:
        other = Target(path=f"{PATH}-2", mode=PutMode.CREATE)
        session.put(other, b"1", CHECKSUM)
        for _ in range(2):
            with pytest.raises(ObjectLocked):
                session.put(TARGET, b"1", CHECKSUM)
        session.put(TARGET, b"1", CHECKSUM)
    assert {PATH, f"{PATH}-2"} == set(destination.objects)


def test_a_failure_before_leaves_nothing_and_one_after_leaves_the_effect() -> None:
    """A lost reply does not undo what was done."""
    destination = MemoryDestination()
    destination.fail(Call.PUT, None, ConnectionLost("before"))
    destination.fail(Call.PUT, None, ConnectionLost("after"), moment=Moment.AFTER)
    with destination.session() as session:
        with pytest.raises(ConnectionLost, match="before"):
            session.put(TARGET, b"1", CHECKSUM)
        assert {} == destination.objects
        with pytest.raises(ConnectionLost, match="after"):
            session.put(TARGET, b"1", CHECKSUM)
    assert b"1" == destination.objects[PATH].data


def test_a_protected_collection_takes_nothing() -> None:
    """Neither objects nor collections, and it is no destination."""
    destination = MemoryDestination()
    destination.protect("/memory/home/rods")
    with destination.session() as session:
        with pytest.raises(AccessDenied):
            session.put(TARGET, b"1", CHECKSUM)
        with pytest.raises(AccessDenied):
            session.make_collection("/memory/home/rods/new")
    with pytest.raises(DestinationRefused):
        destination.check_destination("/memory/home/rods/new")


def test_requests_of_all_sessions_are_counted() -> None:
    """Each call is one."""
    destination = MemoryDestination()
    for _ in range(2):
        with destination.session() as session:
            session.has_collection("/memory")
            assert 1 == session.requests()
    assert 2 == destination.requests()
