"""Registrations, tokens, counts, many sessions, the destination itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lading.base.errors import (
    Cancelled,
    DestinationRefused,
    ObjectMissing,
)
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import PutMode, Target
from tests.contract.destinations.place import OnOnePlace, Place, create


class SessionsContract(OnOnePlace):
    """What every destination promises beyond storing."""

    #: what a put with AVUs into a new place costs
    put_requests = 1

    # --- checksums --------------------------------------------------------------------------------------------

    def test_a_checksum_is_the_registered_one(self, place: Place, session: Session) -> None:
        """What was verified at the put is returned."""
        self.put(place, session, "file", b"data")
        assert self.checksum(place, b"data") == session.checksum(f"{place.collection}/file")

    def test_the_checksum_of_nothing_is_an_error(self, place: Place, session: Session) -> None:
        """An object that is not there has none."""
        with pytest.raises(ObjectMissing):
            session.checksum(f"{place.collection}/missing")

    # --- token, counts, many sessions --------------------------------------------------------------------------

    def test_nothing_is_sent_once_the_token_is_off(self, place: Place, session: Session) -> None:
        """`Cancelled`, and no request leaves."""
        before = session.requests()
        place.switch.cancel("lease lost")
        with pytest.raises(Cancelled):
            session.put(create(f"{place.collection}/file"), b"1", self.checksum(place, b"1"))
        assert before == session.requests()

    def test_a_put_costs_what_it_may(self, place: Place, session: Session) -> None:
        """With AVUs and a verified checksum."""
        before = session.requests()
        target = Target(path=f"{place.collection}/file", mode=PutMode.CREATE, avus=(("a", "v", ""),))
        session.put(target, b"1", self.checksum(place, b"1"))
        assert self.put_requests == session.requests() - before

    def test_each_does_every_item_once(self, place: Place) -> None:
        """Items are spread over sessions; each comes back with its result."""

        def store(session: Session, number: int) -> int:
            self.put_only(place, session, str(number))
            return number * 2

        done = dict(place.destination.each(range(40), store))
        assert {number: number * 2 for number in range(40)} == done

    def test_each_stops_at_the_first_failure(self, place: Place) -> None:
        """The error is raised here and the source is not read to its end."""
        read: list[int] = []

        def items() -> Iterator[int]:
            for number in range(10_000):
                read.append(number)
                yield number

        def work(_session: Session, number: int) -> None:
            if number == 5:
                raise ObjectMissing("five")

        with pytest.raises(ObjectMissing, match="five"):
            list(place.destination.each(items(), work))
        assert len(read) < 10_000

    def test_each_uses_no_more_sessions_than_items(self, place: Place) -> None:
        """A single item is worked on by a single thread."""
        threads: set[int] = set()
        list(place.destination.each([1], lambda _session, _item: threads.add(threading.get_ident())))
        assert 1 == len(threads)

    # --- the destination itself --------------------------------------------------------------------------------

    def test_a_collection_that_can_be_made_is_a_good_destination(self, place: Place) -> None:
        """It need not be there yet."""
        place.destination.check_destination(place.collection)
        place.destination.check_destination(f"{place.collection}/not/there/yet")

    @pytest.mark.parametrize("bad", ["relative/path", "/", "/otherZone/home/x", "//double", "/{zone}/home/../x"])
    def test_a_bad_destination_is_refused(self, place: Place, bad: str) -> None:
        """Relative paths, the root, other zones and odd elements are refused before anything is sent."""
        zone = place.destination.traits().zone
        with pytest.raises(DestinationRefused):
            place.destination.check_destination(bad.format(zone=zone))

    def test_a_data_object_is_no_destination(self, place: Place, session: Session) -> None:
        """Neither is anything below it."""
        self.put(place, session, "file", b"1")
        with pytest.raises(DestinationRefused, match="data object"):
            place.destination.check_destination(f"{place.collection}/file")
