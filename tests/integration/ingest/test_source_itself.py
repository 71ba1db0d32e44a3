"""Objects that are the files of the source, registered where they lie: what is put over such an object is put into the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.ingest.engine.values import Operation
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench

pytestmark = pytest.mark.services

OLD, NEW = b"as it was", b"as it is now, and longer" * 10


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(zone, tmp_path / "source")
    yield made
    made.place.destination.close()


@pytest.mark.parametrize("limit", [1 << 20, 50])
@pytest.mark.parametrize("operation", [Operation.PUT_SYNC, Operation.PUT_APPEND])
def test_a_file_is_never_put_over_itself(bench: Bench, operation: Operation, limit: int) -> None:
    """Whether it would go in one request, or emptied first and then sent: the file stays as it is, and that is told."""
    path = bench.write("file", OLD)
    bench.sync(bench.rules(Operation.REGISTER_SYNC))
    path.write_bytes(NEW)
    before = path.stat()

    told = bench.sync(bench.rules(operation, one_call_limit=limit))

    assert "failed SOURCE_ITSELF" == str(told["file"])
    assert NEW == path.read_bytes()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (path.stat().st_mtime_ns, path.stat().st_ctime_ns)


@pytest.mark.parametrize("operation", [Operation.PUT, Operation.PUT_SYNC])
def test_an_object_that_is_the_file_itself_is_not_adopted(bench: Bench, operation: Operation) -> None:
    """A later change would be put over it."""
    bench.write("file", OLD)
    bench.sync(bench.rules(Operation.REGISTER_SYNC))

    told = bench.sync(bench.rules(operation))

    assert "failed SOURCE_ITSELF" == str(told["file"])
