"""Collections, puts and names."""

from __future__ import annotations

import pytest

from lading.base.errors import (
    ChecksumMismatch,
    LadingError,
    ObjectExists,
    ObjectMissing,
)
from lading.ingest.engine.destinations.base import FaultKind, Session
from lading.ingest.engine.values import PutMode, ReplicaState, Stored, Target
from tests.contract.destinations.place import OnOnePlace, Place, create, overwrite


class ObjectsContract(OnOnePlace):
    """What every destination promises of collections and small objects."""

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
            "a,b",
            "x) and (y",
            "a && b || c",
            "it's a && b\\c",
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

    # --- faults ------------------------------------------------------------------------------------------------

    def test_what_is_stored_as_recorded_has_no_fault(self, place: Place, session: Session) -> None:
        """Empty or not; one request, and nothing is changed."""
        for data in (b"", b"some bytes"):
            listed = self.put(place, session, "file", data)
            before = session.requests()
            assert [] == session.faults(f"{place.collection}/file", len(data))
            assert 1 == session.requests() - before
            assert listed == session.find_objects(place.collection, ["file"])["file"]

    @pytest.mark.parametrize(
        ("stored", "kind"), [(b"OTHER bytes", FaultKind.CHECKSUM), (b"fewer", FaultKind.SIZE), (b"", FaultKind.SIZE)]
    )
    def test_damaged_bytes_are_a_fault(self, place: Place, session: Session, stored: bytes, kind: FaultKind) -> None:
        """The catalogue still says what was put; the server reads what is there."""
        listed = self.put(place, session, "file", b"some1 bytes")
        place.damage(f"{place.collection}/file", stored)
        assert kind is session.faults(f"{place.collection}/file", 11)[0].kind
        assert listed == session.find_objects(place.collection, ["file"])["file"]

    @pytest.mark.parametrize(
        ("stored", "kinds"), [(b"12345", []), (b"54321", [FaultKind.CHECKSUM]), (b"123", [FaultKind.SIZE])]
    )
    def test_a_replica_that_is_known_to_be_stale_is_no_fault(
        self, place: Place, session: Session, stored: bytes, kinds: list[FaultKind]
    ) -> None:
        """It is passed over, and hides no fault of the good one."""
        path = f"{place.collection}/file"
        self.put(place, session, "file", b"old")
        copy = Target(path=path, mode=PutMode.CREATE, resource=place.resource("archive"), beside=True)
        session.register(copy, place.file_on_resource("copy", b"old"), 3, 1_700_000_000)
        self.put(place, session, "file", b"12345")
        place.damage(path, stored)
        assert kinds == [fault.kind for fault in session.faults(path, 5)][:1]

    def test_faults_of_what_is_not_there_are_an_error(self, place: Place, session: Session) -> None:
        """A check that did not run never looks like one that passed."""
        with pytest.raises(ObjectMissing):
            session.faults(f"{place.collection}/missing", 1)
