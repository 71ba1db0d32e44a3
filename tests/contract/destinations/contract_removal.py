"""Taking objects and collections away, and bringing them back."""

from __future__ import annotations

import pytest

from lading.base.errors import CollectionNotEmpty, ObjectExists, ObjectMissing
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import DeleteMode
from tests.contract.destinations.place import OnOnePlace, Place, create

_PUT_MODES = [DeleteMode.TRASH, DeleteMode.NO_TRASH, DeleteMode.UNREGISTER]


class RemovalContract(OnOnePlace):
    """What every destination promises of removals."""

    @pytest.mark.parametrize("mode", _PUT_MODES)
    def test_one_request_removes_one_object(self, place: Place, session: Session, mode: DeleteMode) -> None:
        """Its neighbour stays, and a second removal says that nothing is there."""
        self.put_only(place, session, "gone")
        self.put_only(place, session, "stays")
        before = session.requests()

        session.remove_object(f"{place.collection}/gone", mode)

        assert 1 == session.requests() - before
        assert ["stays"] == [listed.name for listed in session.list_objects(place.collection)]
        with pytest.raises(ObjectMissing):
            session.remove_object(f"{place.collection}/gone", mode)

    def test_an_object_keeps_its_number_in_the_trash_and_on_its_way_back(self, place: Place, session: Session) -> None:
        """Whatever name the trash gives it."""
        path = f"{place.collection}/file"
        for data in (b"first", b"second"):
            self.put(place, session, "file", data)
            (replica,) = session.replicas(place.collection, ["file"])
            session.remove_object(path, DeleteMode.TRASH)

        trashed = session.locate([replica.object_id])[replica.object_id]
        session.move_object(trashed, path)

        assert "/trash/" in trashed
        assert b"second" == place.stored_bytes(path)
        assert {replica.object_id: path} == session.locate([replica.object_id])

    def test_what_is_purged_is_nowhere(self, place: Place, session: Session) -> None:
        """Not in the trash either."""
        self.put_only(place, session, "file")
        (replica,) = session.replicas(place.collection)
        session.remove_object(f"{place.collection}/file", DeleteMode.NO_TRASH)
        assert {} == session.locate([replica.object_id])

    def test_nothing_is_moved_over_another_object(self, place: Place, session: Session) -> None:
        """Nor over a collection; what is not there cannot be moved."""
        for name in ("one", "two"):
            self.put_only(place, session, name)
        session.make_collection(f"{place.collection}/three")
        for target in ("two", "three"):
            with pytest.raises(ObjectExists):
                session.move_object(f"{place.collection}/one", f"{place.collection}/{target}")
        with pytest.raises(ObjectMissing):
            session.move_object(f"{place.collection}/missing", f"{place.collection}/new")

    def test_only_an_empty_collection_is_removed_alone(self, place: Place, session: Session) -> None:
        """One that holds an object or another collection stays."""
        session.make_collection(f"{place.collection}/a/b")
        session.put(create(f"{place.collection}/a/b/c"), b"1", self.checksum(place, b"1"))
        for name in ("a", "a/b"):
            with pytest.raises(CollectionNotEmpty):
                session.remove_collection(f"{place.collection}/{name}")
        session.remove_object(f"{place.collection}/a/b/c", DeleteMode.NO_TRASH)
        session.remove_collection(f"{place.collection}/a/b")
        session.remove_collection(f"{place.collection}/a")
        assert not session.has_collection(f"{place.collection}/a")
        with pytest.raises(ObjectMissing):
            session.remove_collection(f"{place.collection}/a")

    def test_a_tree_goes_to_the_trash_in_one_request(self, place: Place, session: Session) -> None:
        """And each object of it can be found again; a tree beside it with a longer name stays."""
        for folder in ("tree/below", "tree-beside"):
            session.make_collection(f"{place.collection}/{folder}")
            session.put(create(f"{place.collection}/{folder}/file"), b"1", self.checksum(place, b"1"))
        (replica,) = session.replicas(f"{place.collection}/tree/below")
        before = session.requests()

        session.trash_tree(f"{place.collection}/tree", 1)

        assert 1 == session.requests() - before
        assert ["tree-beside"] == list(session.list_collections(place.collection))
        assert session.locate([replica.object_id])[replica.object_id].endswith("/below/file")

    def test_replicas_are_those_of_the_named_objects(self, place: Place, session: Session) -> None:
        """A name that another one begins with is another name."""
        for name in ("a", "ab", "it's"):
            self.put_only(place, session, name)
        found = session.replicas(place.collection, ["a", "it's", "missing"])
        assert ["a", "it's"] == sorted(replica.listed.name for replica in found)
        assert 3 == len(list(session.replicas(place.collection)))
