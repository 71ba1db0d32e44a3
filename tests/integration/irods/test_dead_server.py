"""What a server was writing when it died: with the next one it is locked for ever, unless somebody gives it up."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from lading.base.errors import ObjectLocked
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.values import PutMode, ReplicaState, Target
from lading.zone.state import ZoneSettings
from lading.zone.testing import RunningZone, zone_process
from tests.contract.destinations.zone_place import ZonePlace

pytestmark = pytest.mark.services

DATA = b"the whole of it"


def killed(zone: RunningZone) -> None:
    assert zone.process is not None
    os.kill(zone.process.pid, signal.SIGKILL)
    zone.process.wait()


@pytest.mark.parametrize("release", ["rods4.3.4", "rods5.0.2"])
def test_what_a_dead_server_left_locked_is_given_up_and_written_over(tmp_path: Path, release: str) -> None:
    """Whoever wrote is gone with the server; the size and state of what it left are no matter."""
    settings = ZoneSettings(release=release)
    with zone_process(tmp_path / "zone", settings=settings) as first:
        place = ZonePlace(first)
        path = f"{place.collection}/file"
        library = place.library()
        # the handle cannot be closed once the server is dead
        with contextlib.suppress(Exception), library.data_objects.open(path, "w") as half:
            half.write(b"half")
            killed(first)
    time.sleep(1.1)  # times are whole seconds: what is as old as the oldest connection may be its own
    with zone_process(tmp_path / "zone", settings=settings) as second:
        again = ZonePlace(second)
        target = Target(path=path, mode=PutMode.REPLACE)
        checksum = checksum_of("sha256", DATA)
        with again.destination.session() as session:
            with pytest.raises(ObjectLocked):
                session.put(target, DATA, checksum)
            assert session.give_up(path)
            assert ReplicaState.STALE is session.find_objects(place.collection, ["file"])["file"].state
            assert not session.give_up(path)
            session.put(target, DATA, checksum)
        assert DATA == again.stored_bytes(path)


@pytest.mark.parametrize("release", ["rods4.3.4", "rods5.0.2"])
def test_what_a_living_server_holds_is_not_given_up(tmp_path: Path, release: str) -> None:
    """Its writer ends it."""
    with zone_process(tmp_path / "zone", settings=ZoneSettings(release=release)) as zone:
        time.sleep(1.1)  # the catalogue's times are whole seconds, and the server may have started in this one
        held(ZonePlace(zone))


def held(place: ZonePlace) -> None:
    path = f"{place.collection}/file"
    with place.library() as library, place.destination.session() as session:
        with library.data_objects.open(path, "w") as half:
            half.write(b"half")
            assert not session.give_up(path)
            assert ReplicaState.INTERMEDIATE is session.find_objects(place.collection, ["file"])["file"].state
        assert not session.give_up(path)
    assert b"half" == place.stored_bytes(path)
