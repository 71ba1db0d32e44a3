"""What is known of one collection."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.ingest.engine.catalogue import Absent, Collection, Listing, NotAsked
from lading.ingest.engine.compare import UNLISTED
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import MemoryDestination
from lading.ingest.engine.values import PutMode, Target
from tests.unit.engine.workshop import ROOT


@pytest.mark.parametrize("keep", [100, 10, 3, 1])
def test_a_listing_finds_every_object_however_few_are_kept(keep: int) -> None:
    """What is too much for memory lies in a temporary file, and says the same."""
    destination = MemoryDestination()
    with destination.session() as session:
        session.make_collection(f"{ROOT}/child")
        for name in ("a", "b", "it's", "é", "x" * 300, "f", "g", "h", "i", "j"):
            data = name.encode()
            session.put(Target(path=f"{ROOT}/{name}", mode=PutMode.CREATE), data, checksum_of("sha256", data))
        expected = {listed.name: listed for listed in session.list_objects(ROOT)}

        listing = Listing(session, ROOT, keep=keep)

    found = {name: listing.find(name) for name in [*expected, "none"]}
    assert found == {**expected, "none": None}
    assert listing.has_collection("child") is True
    assert listing.has_collection("a") is False
    assert listing.is_there
    listing.close()


def test_what_is_spilled_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file is left behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    destination = MemoryDestination()
    with destination.session() as session:
        session.make_collection(ROOT)
        for name in "ab":
            session.put(Target(path=f"{ROOT}/{name}", mode=PutMode.CREATE), b"", checksum_of("sha256", b""))
        listing = Listing(session, ROOT, keep=1)
    assert list(tmp_path.iterdir()) != []

    listing.close()

    assert list(tmp_path.iterdir()) == []


def test_an_empty_listing_looks_like_no_collection() -> None:
    """To make it once more does no harm."""
    destination = MemoryDestination()
    with destination.session() as session:
        listing = Listing(session, ROOT)

    assert not listing.is_there
    listing.close()


@pytest.mark.parametrize(
    ("collection", "there", "found", "child"), [(Absent(), False, None, False), (NotAsked(), True, UNLISTED, None)]
)
def test_what_needs_no_request(collection: Collection, there: bool, found: object, child: bool | None) -> None:
    """A collection that is absent has nothing; of one that was not asked for nothing is known."""
    assert (collection.is_there, collection.find("a"), collection.has_collection("a")) == (there, found, child)
    collection.close()
