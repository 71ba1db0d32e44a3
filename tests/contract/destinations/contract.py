"""What every destination promises, as a suite of tests with one fixture."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from lading.base.cancellation import Switch
from lading.base.errors import (
    Cancelled,
    ChecksumMismatch,
    DestinationRefused,
    LadingError,
    ObjectExists,
    ObjectMissing,
    SourceChanged,
    WrongReplica,
)
from lading.ingest.engine.destinations.base import Destination, Session
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.values import Listed, PutMode, ReplicaState, Stored, Target

MIB = 1 << 20


class Place(Protocol):
    """A destination under test, a fresh collection in it and a switch for its token."""

    destination: Destination
    collection: str
    switch: Switch

    def stored_bytes(self, path: str) -> bytes:
        """Return the bytes behind an object, read behind the destination's back."""

    def avus(self, path: str) -> set[tuple[str, str, str]]:
        """Return the AVUs of an object."""

    def file_on_resource(self, name: str, data: bytes) -> str:
        """Return the path of a file that can be registered."""


def ignore_progress(_sent: int) -> None:
    """Take progress and do nothing."""


def create(path: str) -> Target:
    return Target(path=path, mode=PutMode.CREATE)


def overwrite(path: str) -> Target:
    return Target(path=path, mode=PutMode.REPLACE)


class DestinationContract:
    """Derive from it and give it a fixture `place`."""

    #: what a put with AVUs into a new place costs
    put_requests = 1

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

    # --- collections -------------------------------------------------------------------------------------------

    def test_a_collection_is_made_with_its_parents(self, place: Place, session: Session) -> None:
        """One call makes the whole chain, and a second one changes nothing."""
        deep = f"{place.collection}/a/b/c"
        session.make_collection(deep)
        session.make_collection(deep)
        assert session.has_collection(deep)
        assert ["b"] == list(session.list_collections(f"{place.collection}/a"))

    def test_a_missing_collection_lists_nothing(self, place: Place, session: Session) -> None:
        """Listing what is not there is no error."""
        missing = f"{place.collection}/missing"
        assert not session.has_collection(missing)
        assert [] == list(session.list_objects(missing))
        assert [] == list(session.list_collections(missing))
        assert {} == session.find_objects(missing, ["a"])

    def test_only_direct_children_are_listed(self, place: Place, session: Session) -> None:
        """Objects and collections further down belong to their own collection."""
        session.make_collection(f"{place.collection}/sub/deeper")
        session.put(create(f"{place.collection}/sub/inside"), b"1", self.checksum(place, b"1"))
        self.put(place, session, "here", b"2")
        assert ["here"] == [listed.name for listed in session.list_objects(place.collection)]
        assert ["sub"] == list(session.list_collections(place.collection))

    # --- put ---------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 64])
    def test_what_is_put_is_listed_good_with_size_and_checksum(
        self, place: Place, session: Session, data: bytes
    ) -> None:
        """The catalogue has the size, the verified checksum, and the bytes are those sent."""
        path = f"{place.collection}/file"
        stored = session.put(create(path), data, self.checksum(place, data))
        listed = session.find_objects(place.collection, ["file"])["file"]
        assert Stored(size=len(data), checksum=self.checksum(place, data)) == stored
        assert (len(data), self.checksum(place, data), ReplicaState.GOOD) == (
            listed.size,
            listed.checksum,
            listed.state,
        )
        assert data == place.stored_bytes(path)

    def test_create_never_overwrites(self, place: Place, session: Session) -> None:
        """An existing object stays as it is and `ObjectExists` is raised."""
        self.put(place, session, "file", b"old")
        path = f"{place.collection}/file"
        with pytest.raises(ObjectExists):
            session.put(create(path), b"new", self.checksum(place, b"new"))
        assert b"old" == place.stored_bytes(path)

    def test_replace_overwrites(self, place: Place, session: Session) -> None:
        """The new bytes are shorter and nothing of the old ones is left."""
        self.put(place, session, "file", b"old and long")
        listed = self.put(place, session, "file", b"new")
        assert (3, self.checksum(place, b"new")) == (listed.size, listed.checksum)
        assert b"new" == place.stored_bytes(f"{place.collection}/file")

    def test_other_bytes_than_the_checksum_leave_nothing_that_looks_good(self, place: Place, session: Session) -> None:
        """The put fails, what is listed (if anything) is not good, and putting again with REPLACE repairs it."""
        path = f"{place.collection}/file"
        with pytest.raises(ChecksumMismatch):
            session.put(create(path), b"sent", self.checksum(place, b"other"))
        assert [] == [listed for listed in session.list_objects(place.collection) if listed.state is ReplicaState.GOOD]
        assert ReplicaState.GOOD is self.put(place, session, "file", b"sent").state

    def test_avus_come_with_the_put(self, place: Place, session: Session) -> None:
        """Characters that separate AVUs on the way arrive as they were; an empty unit is fine."""
        avus = (("a;b", "v\\1", "u;"), ("plain", "value", ""), ("ünï", "<&>'\"", "µ"))
        path = f"{place.collection}/file"
        session.put(Target(path=path, mode=PutMode.CREATE, avus=avus), b"1", self.checksum(place, b"1"))
        assert set(avus) == place.avus(path)

    def test_avus_twice_are_there_once(self, place: Place, session: Session) -> None:
        """A repeated put with the same AVUs is no error."""
        path = f"{place.collection}/file"
        for _ in range(2):
            target = Target(path=path, mode=PutMode.REPLACE, avus=(("a", "v", "u"),))
            session.put(target, b"1", self.checksum(place, b"1"))
        assert {("a", "v", "u")} == place.avus(path)

    def test_a_put_into_a_missing_collection_says_so(self, place: Place, session: Session) -> None:
        """The collection must be made first."""
        with pytest.raises(ObjectMissing):
            session.put(create(f"{place.collection}/missing/file"), b"1", self.checksum(place, b"1"))

    def test_a_put_onto_a_collection_is_refused(self, place: Place, session: Session) -> None:
        """A collection is never replaced by an object."""
        session.make_collection(f"{place.collection}/taken")
        with pytest.raises(LadingError):
            session.put(overwrite(f"{place.collection}/taken"), b"1", self.checksum(place, b"1"))
        assert session.has_collection(f"{place.collection}/taken")

    # --- names -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "name",
        [
            "it's",
            "'",
            "a'b'c",
            'say "hi"',
            "two words",
            "semi;colon",
            "100%",
            "under_score",
            "<&>",
            "back\\slash",
            "ü☃",
        ],
    )
    def test_any_name_is_found_again(self, place: Place, session: Session, name: str) -> None:
        """Names with quotes, wildcards and markup are found, listed and matched exactly."""
        self.put(place, session, "other", b"0")
        self.put(place, session, name, b"1")
        assert {name} == set(session.find_objects(place.collection, [name, "absent", "it's not"]))
        assert {name, "other"} == {listed.name for listed in session.list_objects(place.collection)}

    def test_a_newline_in_a_name_arrives(self, place: Place, session: Session) -> None:
        """A line break is a character like any other."""
        self.put(place, session, "two\nlines", b"1")
        assert {"two\nlines"} == {listed.name for listed in session.list_objects(place.collection)}

    def test_a_quote_in_a_collection_is_no_obstacle(self, place: Place, session: Session) -> None:
        """Collections with quotes can be made, filled and listed."""
        quoted = f"{place.collection}/it's 'quoted'"
        session.make_collection(quoted)
        session.put(create(f"{quoted}/o'clock"), b"1", self.checksum(place, b"1"))
        assert session.has_collection(quoted)
        assert ["o'clock"] == [listed.name for listed in session.list_objects(quoted)]
        assert {"o'clock"} == set(session.find_objects(quoted, ["o'clock"]))

    def test_many_names_are_found_at_once(self, place: Place, session: Session) -> None:
        """Some there, some not, more than one condition holds."""
        there = [f"a rather long name of a file, number {number:04}" for number in range(120)]
        for name in there:
            self.put_only(place, session, name)
        asked = [*there, *(f"absent {number}" for number in range(120))]
        assert set(there) == set(session.find_objects(place.collection, asked))

    def put_only(self, place: Place, session: Session, name: str) -> None:
        session.put(create(f"{place.collection}/{name}"), b"1", self.checksum(place, b"1"))

    # --- large objects -----------------------------------------------------------------------------------------

    def test_a_stream_arrives_whole(self, place: Place, wide: AbstractContextManager[Session]) -> None:
        """Chunks of uneven sizes are stored in order and verified; progress adds up to the size."""
        chunks = [bytes([number % 251]) * (MIB + number) for number in range(11)]
        data = b"".join(chunks)
        sent: list[int] = []
        path = f"{place.collection}/large"
        with wide as session:
            stored = session.put_stream(create(path), len(data), iter(chunks), sent.append)
            listed = session.find_objects(place.collection, ["large"])["large"]
        assert Stored(size=len(data), checksum=self.checksum(place, data)) == stored
        assert (len(data), stored.checksum, ReplicaState.GOOD) == (listed.size, listed.checksum, listed.state)
        assert len(data) == sum(sent)
        assert data == place.stored_bytes(path)

    @pytest.mark.parametrize("chunks", [[], [b"one"]])
    def test_a_short_stream_arrives(self, place: Place, session: Session, chunks: list[bytes]) -> None:
        """An empty stream and one of a single chunk are streams as well."""
        path = f"{place.collection}/short"
        session.put_stream(create(path), sum(map(len, chunks)), iter(chunks), ignore_progress)
        assert b"".join(chunks) == place.stored_bytes(path)
        assert ReplicaState.GOOD is session.find_objects(place.collection, ["short"])["short"].state

    def test_a_stream_carries_avus(self, place: Place, session: Session) -> None:
        """Metadata comes with the transfer."""
        path = f"{place.collection}/large"
        target = Target(path=path, mode=PutMode.CREATE, avus=(("a;b", "v", ""),))
        session.put_stream(target, 3, iter([b"abc"]), ignore_progress)
        assert {("a;b", "v", "")} == place.avus(path)

    def test_a_stream_replaces_a_longer_object(self, place: Place, session: Session) -> None:
        """Nothing of the old bytes is left."""
        self.put(place, session, "file", b"x" * 1000)
        path = f"{place.collection}/file"
        session.put_stream(overwrite(path), 3, iter([b"new"]), ignore_progress)
        assert b"new" == place.stored_bytes(path)

    def test_a_stream_in_create_mode_never_overwrites(self, place: Place, session: Session) -> None:
        """`ObjectExists`, and the old bytes stay."""
        self.put(place, session, "file", b"old")
        path = f"{place.collection}/file"
        with pytest.raises(ObjectExists):
            session.put_stream(create(path), 3, iter([b"new"]), ignore_progress)
        assert b"old" == place.stored_bytes(path)

    @pytest.mark.parametrize("before", [None, b"old"])
    def test_a_stream_whose_source_fails_leaves_nothing_good(
        self, place: Place, wide: AbstractContextManager[Session], before: bytes | None
    ) -> None:
        """The source's own error is raised; a created object is gone, an overwritten one is not good or gone."""
        path = f"{place.collection}/file"

        def failing() -> Iterator[bytes]:
            yield b"1" * MIB
            yield b"2" * MIB
            raise SourceChanged("it moved")

        with wide as session:
            if before is not None:
                self.put(place, session, "file", before)
            with pytest.raises(SourceChanged, match="it moved"):
                session.put_stream(overwrite(path), 2 * MIB, failing(), ignore_progress)
            left = session.find_objects(place.collection, ["file"])
            assert [] == [listed for listed in left.values() if listed.state is ReplicaState.GOOD]
            assert before is not None or not left
            assert ReplicaState.GOOD is self.put(place, session, "file", b"again").state

    @pytest.mark.parametrize("announced", [2, 4])
    def test_a_stream_of_another_size_than_announced_fails(
        self, place: Place, session: Session, announced: int
    ) -> None:
        """More or fewer bytes than announced mean that the source changed."""
        with pytest.raises(SourceChanged):
            session.put_stream(create(f"{place.collection}/file"), announced, iter([b"a", b"b", b"c"]), ignore_progress)
        assert {} == session.find_objects(place.collection, ["file"])

    # --- registration, checksums -------------------------------------------------------------------------------

    def test_a_file_is_registered_where_it_lies(self, place: Place, session: Session) -> None:
        """The catalogue has its path, size and time, and no checksum."""
        physical = place.file_on_resource("lies-here", b"12345")
        stored = session.register(create(f"{place.collection}/file"), physical, 5, 1_700_000_000)
        listed = session.find_objects(place.collection, ["file"])["file"]
        assert Stored(size=5, checksum="") == stored
        assert (5, "", physical) == (listed.size, listed.checksum, listed.physical_path)

    def test_a_registration_is_brought_up_to_date(self, place: Place, session: Session) -> None:
        """Size and time are those of the changed file."""
        physical = place.file_on_resource("changes", b"1")
        session.register(create(f"{place.collection}/file"), physical, 1, 1_700_000_000)
        listed = session.find_objects(place.collection, ["file"])["file"]
        session.update_registered(f"{place.collection}/file", listed, 7, 1_700_000_100)
        after = session.find_objects(place.collection, ["file"])["file"]
        assert (7, 1_700_000_100, ReplicaState.GOOD) == (after.size, after.modified, after.state)

    def test_the_replica_of_another_file_is_not_updated(self, place: Place, session: Session) -> None:
        """A registration under another physical path stays as it is."""
        physical = place.file_on_resource("one", b"1")
        session.register(create(f"{place.collection}/file"), physical, 1, 1_700_000_000)
        listed = session.find_objects(place.collection, ["file"])["file"]
        other = Listed(
            name="file", size=1, checksum="", modified=0, state=ReplicaState.GOOD, replica_number=0,
            resource=listed.resource, physical_path="/somewhere/else",
        )  # fmt: skip
        with pytest.raises(WrongReplica):
            session.update_registered(f"{place.collection}/file", other, 7, 1_700_000_100)
        assert 1 == session.find_objects(place.collection, ["file"])["file"].size

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
