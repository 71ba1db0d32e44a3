"""Registrations: one by one, many at a time, beside other replicas; and the resources that they may name."""

from __future__ import annotations

import pytest

from lading.base.errors import DestinationRefused, ObjectExists, ObjectLocked, ObjectMissing, Refused, WrongReplica
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.replicas import listed_by_name
from lading.ingest.engine.values import (
    DeleteMode,
    Listed,
    Operation,
    PutMode,
    Registration,
    ReplicaState,
    Stored,
    Target,
)
from tests.contract.destinations.place import OnOnePlace, Place, create


class RegistrationsContract(OnOnePlace):
    """What every destination promises of files that stay where they are."""

    def target(self, place: Place, name: str, resource: str | None = None, *, beside: bool = False) -> Target:
        path = f"{place.collection}/{name}"
        return Target(path=path, mode=PutMode.CREATE, resource=resource, beside=beside)

    def replicas(self, place: Place, session: Session, name: str) -> list[tuple[int, int, bool]]:
        """Return number, size and goodness of each replica."""
        found = listed_by_name(session, place.collection, [name, "absent"])
        assert "absent" not in found
        return [(each.replica_number, each.size, each.state is ReplicaState.GOOD) for each in found.get(name, ())]

    # --- one file ----------------------------------------------------------------------------------------------

    def test_a_file_is_registered_where_it_lies(self, place: Place, session: Session) -> None:
        """The catalogue has its path, size and time, and no checksum."""
        physical = place.file_on_resource("lies-here", b"12345")
        stored = session.register(create(f"{place.collection}/file"), physical, 5, 1_700_000_000)
        listed = session.find_objects(place.collection, ["file"])["file"]
        assert Stored(size=5, checksum="") == stored
        assert (5, "", physical, 1_700_000_000) == (
            listed.size,
            listed.checksum,
            listed.physical_path,
            listed.modified,
        )

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

    # --- a further replica -------------------------------------------------------------------------------------

    def test_a_file_is_registered_beside_a_replica(self, place: Place, session: Session) -> None:
        """A copy leaves the one that is there good; only the replica that is meant is brought up to date."""
        self.put(place, session, "file", b"12345")
        second = place.resource("second")
        physical = place.file_on_resource("copy", b"12345")
        session.register(self.target(place, "file", second, beside=True), physical, 5, 1_700_000_000)
        assert [(0, 5, True), (1, 5, True)] == self.replicas(place, session, "file")

        own = listed_by_name(session, place.collection, ["file"])["file"][1]
        assert (physical, True) == (own.physical_path, own.is_under(second))
        session.update_registered(f"{place.collection}/file", own, 9, 1_700_000_001)
        assert [(0, 5, True), (1, 9, True)] == self.replicas(place, session, "file")

    def test_a_file_of_another_size_beside_a_replica_is_the_truth(self, place: Place, session: Session) -> None:
        """The others are stale then."""
        self.put(place, session, "file", b"12345")
        physical = place.file_on_resource("copy", b"1234567")
        session.register(self.target(place, "file", place.resource("second"), beside=True), physical, 7, 1)
        assert [(0, 5, False), (1, 7, True)] == self.replicas(place, session, "file")

    def test_there_is_one_replica_on_a_resource(self, place: Place, session: Session) -> None:
        """A second one is refused, and so is one of an object that is not there."""
        self.put(place, session, "file", b"1")
        second = place.resource("second")
        target = self.target(place, "file", second, beside=True)
        session.register(target, place.file_on_resource("copy", b"1"), 1, 1)
        with pytest.raises(ObjectExists):
            session.register(target, place.file_on_resource("another", b"1"), 1, 1)
        absent = self.target(place, "absent", second, beside=True)
        with pytest.raises(ObjectMissing):
            session.register(absent, place.file_on_resource("third", b"1"), 1, 1)

    def test_one_replica_is_forgotten_and_the_others_stay(self, place: Place, session: Session) -> None:
        """Its file stays where it lies, and the object keeps its number."""
        self.put(place, session, "file", b"12345")
        physical = place.file_on_resource("copy", b"12345")
        target = self.target(place, "file", place.resource("second"), beside=True)
        session.register(target, physical, 5, 1_700_000_000)
        path, (before, *_) = target.path, list(session.replicas(place.collection, ["file"]))
        one_more = session.requests()

        session.remove_object(path, DeleteMode.UNREGISTER, 1)

        assert 1 == session.requests() - one_more
        assert [(0, 5, True)] == self.replicas(place, session, "file")
        assert [before.object_id] == [one.object_id for one in session.replicas(place.collection, ["file"])]
        assert b"12345" == place.stored_bytes(path)

    def test_the_last_good_replica_is_not_forgotten(self, place: Place, session: Session) -> None:
        """An object of stale replicas only would be left; who asks for the only replica has to look again."""
        self.put(place, session, "file", b"12345")
        physical = place.file_on_resource("copy", b"1234567")
        target = self.target(place, "file", place.resource("second"), beside=True)
        session.register(target, physical, 7, 1)
        with pytest.raises(Refused):
            session.remove_object(target.path, DeleteMode.UNREGISTER, 1)
        session.remove_object(target.path, DeleteMode.UNREGISTER, 0)
        with pytest.raises(ObjectLocked):
            session.remove_object(target.path, DeleteMode.UNREGISTER, 1)
        assert [(1, 7, True)] == self.replicas(place, session, "file")

    # --- many files --------------------------------------------------------------------------------------------

    def many(self, place: Place, names: list[str], resource: str | None = None) -> list[Registration]:
        return [
            Registration(
                target=self.target(place, name, resource),
                physical_path=place.file_on_resource(f"many-{number}", name.encode()),
                size=len(name),
                mtime=1_700_000_000,
            )
            for number, name in enumerate(names)
        ]

    def test_many_files_are_registered_in_one_request(self, place: Place, session: Session) -> None:
        """Each with its path and size; odd names are names like others."""
        names = [*(f"f{number}" for number in range(47)), "it's <odd>", "a;b", "ü"]
        files = self.many(place, names, place.leaf)
        session.register_many(files)
        found = session.find_objects(place.collection, names)
        assert set(names) == set(found)
        assert {file.physical_path for file in files} == {listed.physical_path for listed in found.values()}
        assert {(len(name), ReplicaState.GOOD) for name in names} == {(one.size, one.state) for one in found.values()}

        before = session.requests()
        session.register_many(self.many(place, [f"g{number}" for number in range(50)], place.leaf))
        assert 1 == session.requests() - before

    def test_of_many_files_all_or_none_are_registered(self, place: Place, session: Session) -> None:
        """One that is there, and the request does nothing."""
        self.put(place, session, "b", b"1")
        with pytest.raises(ObjectExists):
            session.register_many(self.many(place, ["a", "b", "c"], place.leaf))
        assert {"b"} == {listed.name for listed in session.list_objects(place.collection)}
        with pytest.raises(ObjectMissing):
            session.register_many(self.many(place, ["missing/a"], place.leaf))

    def test_many_files_need_a_resource_on_which_files_lie(self, place: Place, session: Session) -> None:
        """Neither a hierarchy with branches nor an unknown name will do."""
        for resource in (place.hierarchy()[0], "no such resource"):
            with pytest.raises(Refused):
                session.register_many(self.many(place, ["a"], resource))

    # --- resources ---------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("operations", "allowed"),
        [
            ((Operation.PUT, Operation.PUT_SYNC, Operation.PUT_APPEND), (True, False, False)),
            ((Operation.REGISTER_SYNC, Operation.REGISTER_AS_REPLICA_SYNC), (True, False, True)),
            ((Operation.NO_OP,), (True, True, True)),
        ],
    )
    def test_what_an_operation_may_name(
        self, place: Place, operations: tuple[Operation, ...], allowed: tuple[bool, bool, bool]
    ) -> None:
        """Root, middle and leaf of a hierarchy; the refusal names the root."""
        names = place.hierarchy()
        tree = place.destination.resources()
        for operation in operations:
            for name, may in zip(names, allowed, strict=True):
                if may:
                    tree.refuse(name, operation)
                    continue
                with pytest.raises(DestinationRefused, match=f"root of {name} is {names[0]}"):
                    tree.refuse(name, operation)

    def test_a_resource_that_is_not_there_is_refused(self, place: Place) -> None:
        """Whatever the operation; one that stands alone is a root."""
        tree = place.destination.resources()
        for operation in Operation:
            with pytest.raises(DestinationRefused, match="no resource"):
                tree.refuse("nowhere", operation)
            tree.refuse(place.leaf, operation)
