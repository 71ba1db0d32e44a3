"""What each call costs in requests, as the zone counts them after the login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lading.base.errors import SourceChanged
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.irods import PutCall, TransferSettings
from lading.ingest.engine.values import PutMode, Target
from tests.contract.destinations.zone_place import ZonePlace

MIB = 1 << 20
DATA = b"some bytes"
CHECKSUM = checksum_of("sha256", DATA)
QUERY, PUT, OPEN, MADE, WRITE, CLOSE, LEAVE = 702, 606, 602, 20000, 676, 673, 20004
CHKSUM, MAKE, REGISTER, CHANGE, AVUS = 629, 681, 630, 622, 20002


@contextmanager
def counted(place: ZonePlace) -> Iterator[dict[int, int]]:
    """Collect what the zone counted meanwhile."""
    place.zone.control.reset_counters()
    before = place.destination.requests()
    requests: dict[int, int] = {}
    yield requests
    requests.update(place.zone.control.counters())
    assert sum(requests.values()) == place.destination.requests() - before


def create(place: ZonePlace, name: str, avus: tuple[tuple[str, str, str], ...] = ()) -> Target:
    return Target(path=f"{place.collection}/{name}", mode=PutMode.CREATE, avus=avus)


def test_a_put_is_one_request_with_all_that_it_carries(place: ZonePlace) -> None:
    """AVUs, a permission and the checksum come along."""
    target = Target(
        path=f"{place.collection}/file", mode=PutMode.REPLACE, avus=(("a", "v", ""),), acls=(("read", "public"),)
    )
    with place.destination.session() as session, counted(place) as requests:
        session.put(target, DATA, CHECKSUM)
        session.put(target, DATA, CHECKSUM)
    assert {PUT: 2} == requests


def test_opening_writing_and_closing_is_three_requests_and_three_looks(make_place: Callable[..., ZonePlace]) -> None:
    """The looks, before and after the open and at the checksum, are for creating only: opens never mind what is there."""
    place = make_place(TransferSettings(put_call=PutCall.OPEN_WRITE_CLOSE))
    with place.destination.session() as session:
        with counted(place) as requests:
            session.put(create(place, "file"), DATA, CHECKSUM)
        assert {QUERY: 1, OPEN: 1, MADE: 1, WRITE: 1, CLOSE: 1, CHKSUM: 1} == requests
        with counted(place) as requests:
            session.put(Target(path=f"{place.collection}/file", mode=PutMode.REPLACE), DATA, CHECKSUM)
        assert {OPEN: 1, WRITE: 1, CLOSE: 1} == requests


def test_data_over_the_limit_are_not_put_in_one_call(make_place: Callable[..., ZonePlace]) -> None:
    """The limit is the largest that still is."""
    place = make_place(TransferSettings(one_call_limit=len(DATA)))
    with place.destination.session() as session, counted(place) as requests:
        session.put(create(place, "at"), DATA, CHECKSUM)
        session.put(
            Target(path=f"{place.collection}/at", mode=PutMode.REPLACE),
            DATA + b"!",
            checksum_of("sha256", DATA + b"!"),
        )
    assert {PUT: 1, OPEN: 1, WRITE: 1, CLOSE: 1} == requests


def test_an_object_is_emptied_in_one_call(make_place: Callable[..., ZonePlace]) -> None:
    """Servers that are sent no byte between open and close take other replicas for as good as before."""
    place = make_place(TransferSettings(put_call=PutCall.OPEN_WRITE_CLOSE))
    with place.destination.session() as session:
        session.put(create(place, "file"), DATA, CHECKSUM)
        with counted(place) as requests:
            session.put(Target(path=f"{place.collection}/file", mode=PutMode.REPLACE), b"", checksum_of("sha256", b""))
        assert {PUT: 1} == requests
    assert b"" == place.stored_bytes(f"{place.collection}/file")


def test_a_listing_is_a_request_for_two_thousand_objects(place: ZonePlace) -> None:
    """And five hundred names are found in five."""
    with place.destination.session() as session:
        list(
            place.destination.each(
                range(500), lambda each, number: each.put(create(place, f"{number:03}"), DATA, CHECKSUM)
            )
        )
        with counted(place) as requests:
            assert 500 == len(list(session.list_objects(place.collection)))
        assert {QUERY: 1} == requests
        with counted(place) as requests:
            assert 500 == len(session.find_objects(place.collection, [f"{number:03}" for number in range(500)]))
        assert {QUERY: 5} == requests


def test_collections_are_one_request_each(place: ZonePlace) -> None:
    """Asking and making, with all parents."""
    with place.destination.session() as session, counted(place) as requests:
        session.make_collection(f"{place.collection}/a/b/c/d")
        session.has_collection(f"{place.collection}/a/b")
        list(session.list_collections(f"{place.collection}/a"))
    assert {MAKE: 1, QUERY: 2} == requests


def test_a_registered_checksum_is_one_request(place: ZonePlace) -> None:
    """Only where there is none the server is asked to compute it."""
    with place.destination.session() as session:
        session.put(create(place, "file"), DATA, CHECKSUM)
        physical = place.file_on_resource("registered", DATA)
        session.register(create(place, "registered"), physical, len(DATA), 1_700_000_000)
        with counted(place) as requests:
            assert CHECKSUM == session.checksum(f"{place.collection}/file")
        assert {QUERY: 1} == requests
        with counted(place) as requests:
            assert CHECKSUM == session.checksum(f"{place.collection}/registered")
        assert {QUERY: 1, CHKSUM: 1} == requests


def test_a_registration_is_one_request_and_its_update_two(place: ZonePlace) -> None:
    """The update looks first which replica it is; AVUs of a registration are one request more."""
    with place.destination.session() as session:
        physical = place.file_on_resource("file", DATA)
        with counted(place) as requests:
            session.register(create(place, "file", (("a", "v", ""), ("b", "w", ""))), physical, 10, 1_700_000_000)
        assert {REGISTER: 1, AVUS: 1} == requests
        listed = session.find_objects(place.collection, ["file"])["file"]
        with counted(place) as requests:
            session.update_registered(f"{place.collection}/file", listed, 11, 1_700_000_001)
        assert {QUERY: 1, CHANGE: 1} == requests


def test_a_stream_costs_a_request_for_each_chunk_and_a_few_more(make_place: Callable[..., ZonePlace]) -> None:
    """One connection, ten chunks: two looks, an open, ten writes without seeks, the close, the checksum."""
    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=1))
    with place.destination.session() as session, counted(place) as requests:
        session.put_stream(create(place, "file"), 10 * MIB, (b"x" * MIB for _ in range(10)), lambda _sent: None)
    assert {QUERY: 1, OPEN: 1, MADE: 1, WRITE: 10, CLOSE: 1, CHKSUM: 1} == requests


def test_the_last_piece_is_kept_back_until_the_source_has_ended(make_place: Callable[..., ZonePlace]) -> None:
    """A source that fails at its very end leaves fewer bytes than announced, which servers notice by themselves."""

    def failing() -> Iterator[bytes]:
        yield from (b"x" * MIB for _ in range(3))
        raise SourceChanged("it moved")

    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=1))
    with place.destination.session() as session, counted(place) as requests, pytest.raises(SourceChanged):
        session.put_stream(create(place, "file"), 3 * MIB, failing(), lambda _sent: None)
    assert 1 == requests[WRITE]  # the third chunk was not taken up yet, the second was kept back


def test_small_chunks_are_written_together(make_place: Callable[..., ZonePlace]) -> None:
    """A source that reads in small pieces does not cost small writes."""
    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=1))
    with place.destination.session() as session, counted(place) as requests:
        session.put_stream(create(place, "file"), 2 * MIB, (b"x" * 4096 for _ in range(512)), lambda _sent: None)
    assert 2 == requests[WRITE]


def test_a_stream_uses_the_connections_it_was_granted(make_place: Callable[..., ZonePlace]) -> None:
    """Three openings of one replica where three slots are held, one where one is."""
    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=3))
    for granted in (3, 1):
        with place.destination.session(granted) as session, counted(place) as requests:
            session.put_stream(
                create(place, f"file-{granted}"), 12 * MIB, (b"x" * MIB for _ in range(12)), lambda _sent: None
            )
        assert granted == requests[OPEN]
        assert granted - 1 == requests.get(LEAVE, 0)


def test_a_large_file_among_the_items_of_each_uses_the_idle_connections(make_place: Callable[..., ZonePlace]) -> None:
    """A single item leaves the other slots to its ranges."""
    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=3, connections=3))
    with counted(place) as requests:
        list(
            place.destination.each(
                [create(place, "file")],
                lambda session, target: session.put_stream(
                    target, 12 * MIB, (b"x" * MIB for _ in range(12)), lambda _sent: None
                ),
            )
        )
    assert 3 == requests[OPEN]


def test_checking_a_destination_takes_a_few_questions(place: ZonePlace) -> None:
    """Which collections are there, who the user is, what it may."""
    with counted(place) as requests:
        place.destination.check_destination(place.collection)
    assert {QUERY: 3} == requests
