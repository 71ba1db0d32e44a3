"""What becomes of requests when the zone, the connection or the lease fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lading.base.errors import (
    AccessDenied,
    Cancelled,
    ChecksumMismatch,
    ConnectionLost,
    LadingError,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    Refused,
    SourceChanged,
    TargetFull,
)
from lading.ingest.engine.budget import IN_FLIGHT
from lading.ingest.engine.destinations.base import FaultKind as FaultOf
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.irods import PutCall, TransferSettings
from lading.ingest.engine.values import PutMode, ReplicaState, Target
from lading.zone.faults import Fault, FaultKind
from tests.contract.destinations.zone_place import ZonePlace

MIB = 1 << 20
PUT, OPEN, WRITE, CLOSE, ACCESS, CHKSUM = 606, 602, 676, 673, 20000, 629
DATA = b"some bytes"
CHECKSUM = checksum_of("sha256", DATA)


def create(place: ZonePlace, name: str = "file") -> Target:
    return Target(path=f"{place.collection}/{name}", mode=PutMode.CREATE)


def ignore_progress(_sent: int) -> None:
    """Take progress and do nothing."""


def chunks(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield bytes([number]) * MIB


def good_objects(place: ZonePlace) -> list[str]:
    with place.destination.session() as session:
        return [item.name for item in session.list_objects(place.collection) if item.state is ReplicaState.GOOD]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-818000, AccessDenied),
        (-814000, ObjectMissing),
        (-406000, ObjectLocked),
        (-314000, ChecksumMismatch),
        (-513028, TargetFull),
        (-903000, Refused),
    ],
)
def test_a_code_of_the_zone_is_the_error_of_the_table(place: ZonePlace, code: int, kind: type[LadingError]) -> None:
    """And the connection goes on being used."""
    with place.destination.session() as session:
        place.zone.control.inject(Fault(kind=FaultKind.ERROR, api=PUT, code=code))
        with pytest.raises(kind, match=str(code)):
            session.put(create(place), DATA, CHECKSUM)
        session.put(create(place), DATA, CHECKSUM)
    assert ["file"] == good_objects(place)


@pytest.mark.parametrize(
    ("kind", "stored"), [(FaultKind.DROP_BEFORE, []), (FaultKind.DROP_AFTER, ["file"])], ids=["before", "after"]
)
def test_a_dropped_connection_leaves_the_outcome_open(place: ZonePlace, kind: FaultKind, stored: list[str]) -> None:
    """The same session asks over a new connection what has become of it, and puts again."""
    with place.destination.session() as session:
        place.zone.control.inject(Fault(kind=kind, api=PUT))
        with pytest.raises(ConnectionLost):
            session.put(create(place), DATA, CHECKSUM)
        assert stored == list(session.find_objects(place.collection, ["file"]))
        session.put(Target(path=f"{place.collection}/file", mode=PutMode.REPLACE), DATA, CHECKSUM)
    assert DATA == place.stored_bytes(f"{place.collection}/file")


def test_a_lost_lease_ends_a_stuck_request(place: ZonePlace) -> None:
    """Within about a second of the token, long before the time limit."""
    place.zone.control.inject(Fault(kind=FaultKind.STALL, api=PUT, seconds=20))
    threading.Timer(0.3, place.switch.cancel, ["lease lost"]).start()
    began = time.monotonic()
    with place.destination.session() as session, pytest.raises(Cancelled, match="lease lost"):
        session.put(create(place), DATA, CHECKSUM)
    assert time.monotonic() - began < 4


def test_a_reply_that_never_comes_is_a_lost_connection(make_place: Callable[..., ZonePlace]) -> None:
    """After the time limit."""
    place = make_place(TransferSettings(read_timeout=0.5))
    place.zone.control.inject(Fault(kind=FaultKind.STALL, api=PUT, seconds=20))
    with place.destination.session() as session, pytest.raises(ConnectionLost, match="too long"):
        session.put(create(place), DATA, CHECKSUM)


def test_a_slow_checksum_of_a_large_file_is_waited_for(make_place: Callable[..., ZonePlace]) -> None:
    """The close may take longer than other replies: the limit grows with the size."""
    settings = TransferSettings(read_timeout=0.5, chunk_bytes=MIB, slowest_bytes_per_second=MIB)
    place = make_place(settings)
    place.zone.control.inject(Fault(kind=FaultKind.DELAY, api=CLOSE, seconds=1.5))
    with place.destination.session() as session:
        session.put_stream(create(place), 4 * MIB, chunks(4), ignore_progress)
    assert ["file"] == good_objects(place)


@pytest.mark.parametrize("api", [OPEN, ACCESS, WRITE, CLOSE, CHKSUM])
@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.DROP_BEFORE])
def test_a_stream_that_fails_anywhere_leaves_nothing_good(place: ZonePlace, api: int, kind: FaultKind) -> None:
    """Neither bytes in flight nor an object that looks good; the next try succeeds."""
    target = Target(path=f"{place.collection}/file", mode=PutMode.REPLACE)
    with place.destination.session(3) as session:
        place.zone.control.inject(Fault(kind=kind, api=api, code=-154000))
        with pytest.raises((Refused, ConnectionLost)):
            session.put_stream(target, 6 * MIB, chunks(6), ignore_progress)
        assert 0 == IN_FLIGHT.held
    if api != CHKSUM:  # that one comes after the object is finished
        assert [] == good_objects(place)
    place.zone.control.clear()
    with place.destination.session(3) as session:
        _put_when_unlocked(session.put_stream, target)
    assert b"".join(chunks(6)) == place.stored_bytes(target.path)


def _put_when_unlocked(put: Callable[..., object], target: Target) -> None:
    """Try again while the zone has not noticed yet that the connection is gone."""
    deadline = time.monotonic() + 10
    while True:
        try:
            put(target, 6 * MIB, chunks(6), ignore_progress)
        except ObjectLocked:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("api", [OPEN, WRITE, CLOSE])
@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.DROP_BEFORE])
def test_a_put_in_steps_that_fails_leaves_nothing_good(
    make_place: Callable[..., ZonePlace], api: int, kind: FaultKind
) -> None:
    """Whichever of its requests it was."""
    place = make_place(TransferSettings(put_call=PutCall.OPEN_WRITE_CLOSE))
    with place.destination.session() as session:
        place.zone.control.inject(Fault(kind=kind, api=api, code=-154000))
        with pytest.raises((Refused, ConnectionLost)):
            session.put(create(place), DATA, CHECKSUM)
    assert [] == good_objects(place)


@pytest.mark.parametrize("code", [-406000, -154000])
def test_a_server_that_still_counts_the_last_connection_is_waited_for(
    make_place: Callable[..., ZonePlace], code: int
) -> None:
    """Whether it says that the object is locked, or that something is wrong inside."""
    place = make_place(TransferSettings(chunk_bytes=MIB), slots=1)
    target = Target(path=f"{place.collection}/file", mode=PutMode.REPLACE)
    with place.destination.session() as session:
        session.put(target, DATA, CHECKSUM)
        place.zone.control.inject(Fault(kind=FaultKind.ERROR, api=OPEN, nth=2, times=2, code=code))
        session.put_stream(target, 4 * MIB, chunks(4), ignore_progress)
    assert ["file"] == good_objects(place)
    assert b"".join(chunks(4)) == place.stored_bytes(f"{place.collection}/file")


def test_an_object_that_came_to_be_meanwhile_stays_good(make_place: Callable[..., ZonePlace]) -> None:
    """Somebody makes it between the look and the opening, which then meets it: it keeps its bytes and its state."""
    place = make_place(TransferSettings(put_call=PutCall.OPEN_WRITE_CLOSE))
    met: list[BaseException] = []

    def put() -> None:
        with place.destination.session() as session:
            try:
                session.put(create(place), DATA, CHECKSUM)
            except LadingError as error:
                met.append(error)

    place.zone.control.inject(Fault(kind=FaultKind.DELAY, api=OPEN, seconds=2))
    before = place.zone.control.counters().get(OPEN, 0)
    thread = threading.Thread(target=put)
    thread.start()
    while place.zone.control.counters().get(OPEN, 0) == before:
        time.sleep(0.01)
    theirs = b"somebody else's"
    with make_place().destination.session() as session:
        session.put(create(place), theirs, checksum_of("sha256", theirs))
    thread.join()

    assert [ObjectExists] == [type(error) for error in met]
    assert ["file"] == good_objects(place)
    assert theirs == place.stored_bytes(f"{place.collection}/file")


def test_a_lost_secondary_connection_ends_the_stream(place: ZonePlace) -> None:
    """A write of any range may be the one that fails."""
    with place.destination.session(3) as session:
        place.zone.control.inject(Fault(kind=FaultKind.DROP_BEFORE, api=WRITE, nth=5))
        with pytest.raises(ConnectionLost):
            session.put_stream(create(place), 12 * MIB, chunks(12), ignore_progress)
    assert [] == good_objects(place)


def test_fewer_connections_do_for_a_stream_if_no_more_are_had(place: ZonePlace) -> None:
    """A second open that fails costs speed, not the file."""
    with place.destination.session(3) as session:
        place.zone.control.inject(Fault(kind=FaultKind.ERROR, api=OPEN, nth=2, code=-118000))
        session.put_stream(create(place), 12 * MIB, chunks(12), ignore_progress)
    assert b"".join(chunks(12)) == place.stored_bytes(f"{place.collection}/file")


def test_a_stream_ends_when_the_lease_is_lost(place: ZonePlace) -> None:
    """Nothing more is sent, and what was sent does not look good."""

    def losing() -> Iterator[bytes]:
        yield from chunks(3)
        place.switch.cancel("lease lost")
        yield from chunks(3)

    with place.destination.session(3) as session, pytest.raises(Cancelled):
        session.put_stream(create(place), 6 * MIB, losing(), ignore_progress)
    assert 0 == IN_FLIGHT.held
    other = ZonePlace(place.zone)
    with other.destination.session() as session:
        listed = session.find_objects(place.collection, ["file"]).values()
        assert [] == [item for item in listed if item.state is ReplicaState.GOOD]


def test_what_the_storage_spoils_is_found_out_and_deleted(place: ZonePlace) -> None:
    """The bytes in the vault are changed after they were written and before the object is finished."""
    path = f"{place.collection}/file"

    def spoiling() -> Iterator[bytes]:
        yield from chunks(3)
        deadline = time.monotonic() + 10
        while not place.stored_bytes(path).startswith(b"\x00" * MIB):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        vault = place.physical_path(path)
        with vault.open("r+b") as spoilt:
            spoilt.write(b"spoilt")
        yield from chunks(1)

    with place.destination.session() as session:
        with pytest.raises(ChecksumMismatch, match="deleted"):
            session.put_stream(create(place), 4 * MIB, spoiling(), ignore_progress)
        assert {} == session.find_objects(place.collection, ["file"])


def test_progress_that_raises_ends_the_stream(place: ZonePlace) -> None:
    """As whatever the source raises does."""

    def object_to(_sent: int) -> None:
        raise SourceChanged("seen enough")

    with place.destination.session() as session, pytest.raises(SourceChanged):
        session.put_stream(create(place), 6 * MIB, chunks(6), object_to)
    assert [] == good_objects(place)


def test_a_file_that_is_gone_from_the_vault_is_of_another_size(place: ZonePlace) -> None:
    """The server says only that it could not look at it, with the number of the error; that is no doubt, it is a loss."""
    with place.destination.session() as session:
        session.put(create(place), DATA, CHECKSUM)
        place.physical_path(f"{place.collection}/file").unlink()
        found = session.faults(f"{place.collection}/file", len(DATA))
    assert {FaultOf.SIZE} == {fault.kind for fault in found}
