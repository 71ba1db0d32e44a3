"""Metadata and permissions of what is there, and other users."""

from __future__ import annotations

import pytest

from lading.base.errors import SkipFile
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import PutMode, Target
from tests.contract.destinations.place import OnOnePlace, Place, create


class DecoratingContract(OnOnePlace):
    """What every destination promises of them."""

    def test_an_object_gets_metadata_and_permissions(self, place: Place, session: Session) -> None:
        """In one request and one for each permission; what goes away goes with it. A second time changes nothing."""
        reader = place.another_user()
        path = f"{place.collection}/file"
        session.put(Target(path=path, mode=PutMode.CREATE, avus=(("old", "1", ""),)), b"1", self.checksum(place, b"1"))
        target = Target(path=path, mode=PutMode.REPLACE, avus=(("new", "2", "u"),), acls=(("read", reader),))
        for _ in range(2):
            session.decorate(target, [("old", "1", "")])

        assert {("new", "2", "u")} == place.avus(path) == set(session.avus(path))
        assert ("read", reader) in place.acls(path)

    def test_what_has_no_metadata_or_is_not_there_has_none(self, place: Place, session: Session) -> None:
        """It is no error to ask."""
        session.put(create(f"{place.collection}/it's"), b"1", self.checksum(place, b"1"))

        assert list(session.avus(f"{place.collection}/it's")) == []
        assert list(session.avus(f"{place.collection}/no")) == []

    def test_what_is_missing_cannot_be_decorated(self, place: Place, session: Session) -> None:
        """It is an error of that one object."""
        with pytest.raises(SkipFile):
            session.decorate(Target(path=f"{place.collection}/no", mode=PutMode.REPLACE, avus=(("a", "b", ""),)))

    def test_another_user_may_be_acted_for(self, place: Place) -> None:
        """What is made is theirs; requests count together."""
        user = place.another_user()
        other = place.destination.acting_as(user)
        before = place.destination.requests()
        for name, destination in (("mine", place.destination), ("theirs", other)):
            with destination.session() as session:
                session.put(create(f"{place.collection}/{name}"), b"1", self.checksum(place, b"1"))

        assert user == place.owner(f"{place.collection}/theirs")
        assert user != place.owner(f"{place.collection}/mine")
        assert place.destination.requests() == other.requests() >= before + 2
