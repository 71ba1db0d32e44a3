"""Collections of which a server says that they were made, although somebody else was at work on their parents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.ingest.engine.values import Operation
from lading.zone.faults import Fault, FaultKind
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench

pytestmark = pytest.mark.services

COLL_CREATE = 681


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(zone, tmp_path / "source")
    yield made
    zone.control.clear()
    made.place.destination.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_folder_without_files_is_there_although_the_server_was_content_too_early(bench: Bench, times: int) -> None:
    """It met a level that was made at that moment, and went no deeper: the answer is the same as after all went well."""
    (bench.root / "a/b/c").mkdir(parents=True)
    bench.place.zone.control.inject(Fault(kind=FaultKind.ERROR, api=COLL_CREATE, code=0, times=times))

    bench.sync(bench.rules(Operation.PUT_SYNC))

    with bench.place.destination.session() as session:
        assert session.has_collection(f"{bench.place.collection}/a/b/c")


def test_files_make_the_collection_that_they_miss(bench: Bench) -> None:
    """Nothing is asked before."""
    (bench.root / "a/b").mkdir(parents=True)
    (bench.root / "a/b/file").write_bytes(b"1")
    bench.place.zone.control.inject(Fault(kind=FaultKind.ERROR, api=COLL_CREATE, code=0))

    bench.sync(bench.rules(Operation.PUT_SYNC))

    assert ["a/b/file"] == list(bench.below(bench.place.collection))
