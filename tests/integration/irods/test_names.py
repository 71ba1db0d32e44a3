"""Odd names, each on its way into a zone and back: put, unchanged, modified, listed."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from irods.column import Like
from irods.message import ET, XML_Parser_Type
from irods.models import Collection, DataObject

from lading.base.errors import NameRefused
from lading.base.paths import LONGEST_LOGICAL_PATH, from_bytes, to_bytes
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.naming import MAPPED, NOT_UTF8, PREFIX, Naming
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.values import Operation
from tests import oracle
from tests.contract.destinations.zone_place import ZonePlace
from tests.integration.irods.odd_names import BYTES, KEPT
from tests.unit.engine.workshop import Workshop, outcomes


@dataclass
class Trip:
    """A folder of the disk and the collection it goes to."""

    root: Path
    place: ZonePlace
    naming: Naming = field(default_factory=Naming)

    def __post_init__(self) -> None:
        self.shop = Workshop(
            source=FilesystemSource(self.root),
            destination=self.place.destination,  # type: ignore[arg-type] # the other destination of the same port
            rules=Rules(destination=self.place.collection, naming=self.naming),
        )

    def write(self, path: str, data: bytes) -> None:
        """Write a file at the source, with the folders that it needs."""
        whole = os.path.join(os.fsencode(self.root), to_bytes(path))  # noqa: PTH118 - bytes
        os.makedirs(os.path.dirname(whole), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
        with open(whole, "wb") as file:  # noqa: PTH123 - bytes
            file.write(data)

    def stored(self, collection: str = "") -> dict[str, bytes]:
        """Return name and bytes of each object of a collection, which are those of its checksum."""
        found = self._seen(collection or self.place.collection)
        assert all(oracle.sha2(data) == checksum for data, checksum in found.values())
        return {name: data for name, (data, _) in found.items()}

    def contents(self) -> dict[str, bytes]:
        """Return name and bytes of each object, whether it has a checksum or not."""
        return {name: data for name, (data, _) in self._seen(self.place.collection).items()}

    def _seen(self, wanted: str) -> dict[str, tuple[bytes, str]]:
        """Return name, bytes and checksum, as other eyes see the catalogue and the vault."""
        columns = (Collection.name, DataObject.name, DataObject.path, DataObject.checksum)
        found = {}
        with self.place.library() as session:
            for row in session.query(*columns).filter(Like(Collection.name, f"{self.place.collection}%")):
                if row[Collection.name] == wanted:
                    found[row[DataObject.name]] = Path(row[DataObject.path]).read_bytes(), row[DataObject.checksum]
        return found


@pytest.fixture(autouse=True)
def _lenient() -> Iterator[None]:
    """Let the client library read control characters, which no XML parser does."""
    ET(XML_Parser_Type.QUASI_XML, (5, 0, 2))
    yield
    ET(None)


@pytest.fixture
def trip(tmp_path: Path, place: ZonePlace) -> Trip:
    root = tmp_path / "source"
    root.mkdir()
    return Trip(root, place)


def there_and_back(trip: Trip, path: str, logical: str) -> None:
    """Bring one file, bring nothing, bring it changed; each time the zone has what the source has, and nothing else."""
    collection, _, name = f"{trip.place.collection}/{logical}".rpartition("/")
    trip.write(path, b"first")

    assert {path: ("created", "")} == outcomes(trip.shop.sync())
    assert {name: b"first"} == trip.stored(collection)
    assert [] == trip.shop.sync()
    trip.write(path, b"second time")
    assert {path: ("updated", "")} == outcomes(trip.shop.sync())
    assert {name: b"second time"} == trip.stored(collection)
    trip.shop.snapshots.folders.clear()
    assert {path: ("unchanged", "ADOPTED")} == outcomes(trip.shop.sync())


@pytest.mark.parametrize("name", KEPT, ids=ascii)
def test_an_odd_name_goes_there_and_back(trip: Trip, name: str) -> None:
    """A file of that name."""
    there_and_back(trip, name, name)


@pytest.mark.parametrize("name", KEPT, ids=ascii)
def test_a_folder_of_an_odd_name_goes_there_and_back(trip: Trip, name: str) -> None:
    """With a file in it, and one below."""
    there_and_back(trip, f"{name}/{name}", f"{name}/{name}")


def test_all_odd_names_side_by_side_are_told_apart(trip: Trip) -> None:
    """No wildcard takes another name for its own."""
    for name in KEPT:
        trip.write(name, name.encode())
    trip.shop.sync()

    assert {name: name.encode() for name in KEPT} == trip.stored()
    assert [] == trip.shop.sync()
    trip.write("*", b"only this one")
    assert {"*": ("updated", "")} == outcomes(trip.shop.sync())
    assert {name: name.encode() for name in KEPT} | {"*": b"only this one"} == trip.stored()


@pytest.mark.parametrize("raw", BYTES, ids=ascii)
def test_b33_bytes_that_are_no_text_go_there_and_back(trip: Trip, raw: bytes) -> None:
    """Under their encoded source path, which the object's AVU tells."""
    name = from_bytes(raw)
    source_path = os.fsencode(trip.root) + b"/" + raw
    logical = trip.shop.rules.naming.child(trip.place.collection, name, from_bytes(source_path)).path
    there_and_back(trip, name, logical.removeprefix(trip.place.collection + "/"))

    ((attribute, value, _unit),) = trip.place.avus(logical)
    assert (NOT_UTF8, source_path) == (attribute, b64decode(value))


@pytest.mark.parametrize("raw", BYTES, ids=ascii)
def test_b33_a_folder_of_bytes_that_are_no_text_is_a_collection(trip: Trip, raw: bytes) -> None:
    """Of one element, whatever its base64 has in it; the file in it keeps its name."""
    encoded = trip.shop.rules.naming.logical_path("", from_bytes(raw), source_root=str(trip.root)).path[1:]

    assert encoded.startswith(PREFIX)
    assert "/" not in encoded
    there_and_back(trip, f"{from_bytes(raw)}/plain", f"{encoded}/plain")


def test_b4_a_hidden_folder_and_its_namesake_are_two(trip: Trip) -> None:
    """`.data`, `..data` and `data` never share a collection, also when one of them is emptied."""
    for folder in (".data", "..data", "data"):
        trip.write(f"{folder}/x", folder.encode())
    trip.shop.sync()
    (trip.root / ".data" / "x").unlink()
    parts = trip.shop.scan()

    for folder in (".data", "..data", "data"):
        assert {"x": folder.encode()} == trip.stored(f"{trip.place.collection}/{folder}")
    assert [(".data", ["x"])] == [(part.folder, [one.name for one in part.vanished]) for part in parts if part.vanished]


@pytest.fixture
def mapped(trip: Trip) -> Trip:
    """A folder that goes under a map which leaves letters and digits alone."""
    return Trip(trip.root, trip.place, Naming(characters=CharacterMap((("regex:[^a-zA-Z0-9]", "_"),))))


@pytest.mark.parametrize("name", [name for name in KEPT if len(name.encode()) < 200], ids=ascii)
def test_a_mapped_name_goes_there_and_back(mapped: Trip, name: str) -> None:
    """In a folder of that name; the AVU tells the source path, if anything of it was changed."""
    stored = mapped.naming.characters.stored(name)
    there_and_back(mapped, f"{name}/{name}", f"{stored}/{stored}")

    avus = mapped.place.avus(f"{mapped.place.collection}/{stored}/{stored}")
    wanted = f"{mapped.root}/{name}/{name}".encode()
    assert ([(MAPPED, wanted)] if stored != name else []) == [(avu[0], b64decode(avu[1])) for avu in avus]


def test_all_mapped_names_side_by_side_are_told_apart(mapped: Trip) -> None:
    """Also from names that read as if they were mapped."""
    stored = mapped.naming.characters.stored
    names = {name for name in KEPT if len(name.encode()) < 200}
    names |= {stored(name) for name in names}
    for name in names:
        mapped.write(name, name.encode())
    results = mapped.shop.sync()

    assert {("created", "")} == set(outcomes(results).values())
    assert {stored(name): name.encode() for name in names} == mapped.stored()
    assert [] == mapped.shop.sync()


def test_a_path_that_is_too_long_is_refused_alone(trip: Trip) -> None:
    """A file, and a folder with all that is in it; the longest path that fits arrives."""
    element = "f" * 200
    room = LONGEST_LOGICAL_PATH - len(trip.place.collection) - len(f"/{element}") * 4 - 1
    deep = "/".join([element] * 4)
    longest, longer = f"{deep}/{'x' * room}", f"{deep}/{'y' * (room + 1)}"
    for path in ("a", longest, longer, f"{deep}/{'z' * (room + 1)}/in it"):
        trip.write(path, b"1")
    parts = trip.shop.scan()

    refused = {(failure.path, failure.code) for part in parts for failure in part.failures}
    assert {(longer, NameRefused.code), (f"{deep}/{'z' * (room + 1)}", NameRefused.code)} == refused
    results = [result for work in group(parts, trip.shop.rules) for result in trip.shop.apply(work)]
    assert {"a": ("created", ""), longest: ("created", "")} == outcomes(results)
    assert {"x" * room: b"1"} == trip.stored(f"{trip.place.collection}/{deep}")


def test_a_name_that_grows_beyond_what_a_disk_takes_fails_alone(mapped: Trip) -> None:
    """The zone says so, and nothing of it is left there."""
    mapped.write(" " + "x" * 253, b"1")
    mapped.write("plain", b"1")
    results = mapped.shop.sync()

    assert {"failed", "created"} == {result.outcome.value for result in results}
    assert {"plain": b"1"} == mapped.stored()


@pytest.fixture
def registering(place: ZonePlace) -> Trip:
    """A folder that the zone's resource sees, whose files are registered where they lie."""
    root = place.zone.home / "landing" / f"names-{place.number}"
    root.mkdir(parents=True)
    trip = Trip(root, place)
    trip.shop.rules = replace(trip.shop.rules, operation=Operation.REGISTER_SYNC)
    return trip


def test_odd_names_are_registered_where_they_lie(registering: Trip) -> None:
    """Each with its own physical path, and brought up to date when it changes."""
    for name in KEPT:
        registering.write(name, name.encode())

    assert dict.fromkeys(KEPT, "registered") == {one.name: one.outcome.value for one in registering.shop.sync()}
    assert {name: name.encode() for name in KEPT} == registering.contents()
    assert [] == registering.shop.sync()
    for name in KEPT:
        registering.write(name, name.encode() + b" and more")
    assert dict.fromkeys(KEPT, "updated") == {one.name: one.outcome.value for one in registering.shop.sync()}
    assert {name: name.encode() + b" and more" for name in KEPT} == registering.contents()


def test_b33_bytes_that_are_no_text_cannot_be_registered_and_are_refused_alone(registering: Trip) -> None:
    """A physical path is text to the catalogue; another one would be of a file that does not exist."""
    for raw in BYTES:
        registering.write(from_bytes(raw), raw)
    registering.write("plain", b"1")
    found = outcomes(registering.shop.sync())

    assert {from_bytes(raw): ("failed", NameRefused.code) for raw in BYTES} | {"plain": ("registered", "")} == found
    assert {"plain": b"1"} == registering.contents()


def test_b33_a_single_file_as_the_source_tells_its_own_path(trip: Trip) -> None:
    """Not its path below itself."""
    trip.write(from_bytes(b"caf\xe9"), b"1")
    whole = os.fsencode(trip.root) + b"/caf\xe9"
    single = Trip(Path(os.fsdecode(whole)), trip.place)
    (result,) = single.shop.sync()

    assert "created" == result.outcome.value
    assert [(NOT_UTF8, whole)] == [(avu[0], b64decode(avu[1])) for avu in trip.place.avus(result.logical_path)]
