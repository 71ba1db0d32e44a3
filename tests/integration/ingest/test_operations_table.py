"""Every operation on every kind of resource, for every state of a file: the zone has what the page says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.errors import DestinationRefused
from lading.ingest.engine.values import Operation, PutMode, Target
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench, Replica
from tests.integration.ingest.table import table
from tests.oracle import sha2

PAGE = "operations.md"
OUTCOMES, RESOURCES = table(PAGE, "outcomes"), table(PAGE, "resources")
KINDS = ("standalone", "root", "middle", "leaf")
BEFORE = b"as it was brought"

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, tmp_path: Path) -> Bench:
    return Bench(zone, tmp_path / "source")


def resource_of(bench: Bench, kind: str) -> str:
    if kind == "standalone":
        return bench.place.resource("alone")
    return dict(zip(KINDS[1:], bench.place.hierarchy(), strict=True))[kind]


def store(bench: Bench, name: str, data: bytes, resource: str, *, registered: bool = False) -> None:
    """Put an object there, or register one, as somebody else would."""
    with bench.place.destination.session() as session:
        target = Target(path=f"{bench.place.collection}/{name}", mode=PutMode.CREATE, resource=resource)
        if registered:  # nobody may put to a leaf
            session.register(target, bench.place.file_on_resource(name, data), len(data), 1)
        else:
            session.put(target, data, sha2(data))


def change(bench: Bench) -> None:
    """Bring each file into the state that it is called after."""
    os.utime(bench.write("modified", BEFORE[::-1]), (1, 1))
    bench.write("grown", BEFORE + b" and more")
    bench.write("truncated", BEFORE[:5])
    (bench.root / "touched").chmod(0o600)
    for name in ("new", "foreign", "elsewhere"):
        bench.write(name, BEFORE)


def state_of(bench: Bench, name: str, before: list[Replica]) -> str:
    """Say what the catalogue has of a file now."""
    after, path = bench.replicas(name), bench.root / name
    if after == before:
        return "as before"
    own = [replica for replica in after if replica.path == str(path)]
    if own:
        others = [replica for replica in after if replica not in own]
        same = (
            own[0].good and own[0].size == path.stat().st_size and others == [r for r in before if r.path != str(path)]
        )
        return "registration" if same else f"{after}, which was {before}"
    data = sha2(path.read_bytes())
    sent = len(after) == 1 and after[0].good and (after[0].checksum, after[0].bytes_there) == (data, data)
    return "copy" if sent else f"{after}, which was {before}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation, ids=lambda operation: operation.value)
def test_the_catalogue_has_what_the_table_says(bench: Bench, operation: Operation, kind: str) -> None:
    """Outcome, code and replicas of each file; a resource that is refused brings none."""
    resource = resource_of(bench, kind)
    rules = bench.rules(operation, resource=resource)
    tree = bench.place.destination.resources()
    if RESOURCES[operation.value][kind] == "refused":
        with pytest.raises(DestinationRefused):
            tree.refuse(resource, operation)
        bench.write("one", BEFORE)
        assert {"one": "failed ZONE_REFUSED"} == {name: str(told) for name, told in bench.sync(rules).items()}
        assert [] == bench.replicas("one")
        return
    tree.refuse(resource, operation)
    for name in ("same", "touched", "modified", "grown", "truncated"):
        bench.write(name, BEFORE)
    bench.sync(rules)
    place = "demoResc" if kind == "middle" else resource
    store(bench, "foreign", b"somebody else's", place, registered=kind == "leaf" or not operation.puts)
    store(bench, "elsewhere", BEFORE, "demoResc")
    change(bench)
    names = [path.name for path in bench.root.iterdir()]
    before = {name: bench.replicas(name) for name in names}

    told = bench.sync(rules)

    found = {name: f"{told[name]} → {state_of(bench, name, before[name])}" for name in names}
    assert OUTCOMES[operation.value] == found


def test_the_tables_name_every_operation_and_kind() -> None:
    """A new operation is in the documentation, or this fails."""
    every = {operation.value for operation in Operation}

    assert every == OUTCOMES.keys() == RESOURCES.keys()
    assert {tuple(row) for row in RESOURCES.values()} == {KINDS}
