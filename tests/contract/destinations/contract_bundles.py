"""Many small files at once."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import replace

import pytest

from lading.base.errors import Cancelled, LadingError, ObjectMissing
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import Listed, Packed, ReplicaState
from tests.contract.destinations.place import OnOnePlace, Place, create

ODD = ["it's", "a b", "ü☃", "<&>", "n" * 180, "-rf", "*?[%_", "two\nlines", "x) and (y", "it's a && b\\c"]


def tar_of(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


class BundlesContract(OnOnePlace):
    """What every destination promises of files that are unpacked there."""

    def send(self, place: Place, session: Session, files: Mapping[str, bytes]) -> Packed:
        data = tar_of(files)
        listed = self.put(place, session, "bundle.tar", data)
        assert len(data) == listed.size
        return Packed(path=f"{place.collection}/bundle.tar", size=len(data), collection=f"{place.collection}/into")

    def unpack(self, place: Place, session: Session, files: Mapping[str, bytes]) -> dict[str, Listed]:
        """Unpack these files and return what is listed of them, by their names in the tar."""
        session.unpack(self.send(place, session, files))
        found = session.find_all([f"{place.collection}/into/{name}" for name in files])
        return {path.removeprefix(f"{place.collection}/into/"): listed for path, listed in found.items()}

    def test_unpacked_files_are_good_objects_without_checksum(self, place: Place, session: Session) -> None:
        """In collections that were not there before; the bytes are those of the tar."""
        files = {"a": b"A", "deep/er/b": b"BB", "empty": b""}

        found = self.unpack(place, session, files)

        assert {name: (len(data), "", ReplicaState.GOOD) for name, data in files.items()} == {
            name: (listed.size, listed.checksum, listed.state) for name, listed in found.items()
        }
        for name, data in files.items():
            assert data == place.stored_bytes(f"{place.collection}/into/{name}")

    def test_odd_names_come_and_are_found_together(self, place: Place, session: Session) -> None:
        """As they are, those that have to be asked for alone too."""
        assert set(ODD) == set(self.unpack(place, session, dict.fromkeys(ODD, b"x")))

    def test_more_files_than_one_condition_holds_are_found(self, place: Place, session: Session) -> None:
        """Over many collections, of which some have other objects of the same names."""
        files = {
            f"folder {number % 7}/a rather long name of a file, {number:04}": b"%d" % number for number in range(230)
        }
        found = self.unpack(place, session, files)

        assert {name: len(data) for name, data in files.items()} == {
            name: listed.size for name, listed in found.items()
        }

    def test_only_what_was_asked_for_is_found(self, place: Place, session: Session) -> None:
        """Conditions on collections and names let in others, which are left out."""
        self.unpack(place, session, {"x/a": b"1", "x/b": b"22", "y/a": b"333", "y/b": b"4444"})
        wanted = [f"{place.collection}/into/{name}" for name in ("x/a", "y/b", "z/a")]

        assert {wanted[0]: 1, wanted[1]: 4} == {path: one.size for path, one in session.find_all(wanted).items()}
        assert {} == session.find_all([])

    def test_what_is_there_stays_and_the_others_come(self, place: Place, session: Session) -> None:
        """The error says only that not all came."""
        session.make_collection(f"{place.collection}/into")
        session.put(create(f"{place.collection}/into/a"), b"somebody's", self.checksum(place, b"somebody's"))

        with pytest.raises(LadingError):
            self.unpack(place, session, {"a": b"ours", "b": b"B"})

        assert b"somebody's" == place.stored_bytes(f"{place.collection}/into/a")
        assert b"B" == place.stored_bytes(f"{place.collection}/into/b")

    def test_checksums_are_entered_in_bulk(self, place: Place, session: Session) -> None:
        """More than one request holds; content and state are as before."""
        files = {f"f{number}": b"%d" % number for number in range(120)}
        found = {
            f"{place.collection}/into/{name}": replace(listed, checksum=self.checksum(place, files[name]))
            for name, listed in self.unpack(place, session, files).items()
        }

        session.set_checksums(found)

        now = session.find_all(found)
        assert {path: (listed.checksum, listed.size, ReplicaState.GOOD) for path, listed in found.items()} == {
            path: (listed.checksum, listed.size, listed.state) for path, listed in now.items()
        }
        assert b"7" == place.stored_bytes(f"{place.collection}/into/f7")

    def test_the_server_computes_the_checksum_of_an_unpacked_file(self, place: Place, session: Session) -> None:
        """From what it stored."""
        self.unpack(place, session, {"a": b"A"})

        assert self.checksum(place, b"A") == session.checksum(f"{place.collection}/into/a")

    def test_no_checksum_is_entered_for_what_is_not_there(self, place: Place, session: Session) -> None:
        """And none of the same request."""
        (listed,) = self.unpack(place, session, {"a": b"A"}).values()
        said = replace(listed, checksum=self.checksum(place, b"A"))
        there, missing = (f"{place.collection}/into/{name}" for name in ("a", "missing"))

        with pytest.raises(ObjectMissing):
            session.set_checksums({there: said, missing: said})

        assert "" == session.find_all([there])[there].checksum

    def test_a_tar_that_is_not_there_cannot_be_unpacked(self, place: Place, session: Session) -> None:
        """And makes nothing."""
        packed = Packed(path=f"{place.collection}/no.tar", size=0, collection=f"{place.collection}/into")
        with pytest.raises(ObjectMissing):
            session.unpack(packed)

    def test_the_token_is_asked_before_each_of_them(self, place: Place, session: Session) -> None:
        """Nothing is sent once the permission is gone."""
        packed = self.send(place, session, {"a": b"A"})
        place.switch.cancel("enough")

        for ask in (
            lambda: session.unpack(packed),
            lambda: session.find_all([packed.path]),
        ):
            with pytest.raises(Cancelled):
                ask()
