"""What the framework that this one replaces gets wrong with operations, each defect by its number, against a zone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.ingest import Event, Handler
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.plan import group
from lading.ingest.engine.values import Operation, PutMode, Target
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench
from tests.oracle import sha2

pytestmark = pytest.mark.services


class Mounted(Handler):
    """Registers files as the storage sees them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def target_path(self, event: Event) -> str | None:
        return f"{self._folder}/{event.path}"


REGISTRATIONS = (Operation.REGISTER_SYNC, Operation.REGISTER_AS_REPLICA_SYNC)


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, tmp_path: Path) -> Bench:
    return Bench(zone, tmp_path / "source")


def archive(bench: Bench, name: str, data: bytes) -> None:
    """Put an object on a resource of its own, as an archive would have it."""
    with bench.place.destination.session() as session:
        target = Target(path=f"{bench.place.collection}/{name}", mode=PutMode.CREATE, resource="demoResc")
        session.put(target, data, sha2(data))


@pytest.mark.parametrize("operation", [Operation.PUT_SYNC, Operation.PUT_APPEND])
def test_b2_a_replacement_that_keeps_an_older_time_is_sent(bench: Bench, operation: Operation) -> None:
    """`rsync -t` brings other bytes of the same size with a time before the last run."""
    path = bench.write("a", b"first")
    bench.sync(bench.rules(operation))
    bench.write("other", b"other").rename(path)
    os.utime(path, (1_000_000_000, 1_000_000_000))

    assert "updated" == str(bench.sync(bench.rules(operation))["a"])
    assert sha2(b"other") == bench.replicas("a")[0].bytes_there


@pytest.mark.parametrize("operation", REGISTRATIONS)
def test_b2_a_registration_gets_an_older_time(bench: Bench, operation: Operation) -> None:
    """The catalogue's time goes back with the file's."""
    resource = bench.place.resource("landing")
    path = bench.write("a", b"first")
    bench.sync(bench.rules(operation, resource=resource))
    bench.write("other", b"other").rename(path)
    os.utime(path, (1_000_000_000, 1_000_000_000))

    assert "updated" == str(bench.sync(bench.rules(operation, resource=resource))["a"])
    assert 1_000_000_000 == bench.replicas("a")[0].modified


@pytest.mark.parametrize("operation", REGISTRATIONS)
@pytest.mark.parametrize("bulk", [False, True])
def test_b3_a_file_that_grows_between_scan_and_registration_has_its_size_of_now(
    bench: Bench, operation: Operation, bulk: bool
) -> None:
    """Hours may pass between the two; the next run finds nothing to do."""
    rules = bench.rules(operation, resource=bench.place.resource("landing"), bulk_register=bulk)
    shop = bench.shop(rules)
    bench.write("a", b"short")
    bench.write("b", b"short")
    works = list(group(shop.scan(), rules))
    bench.write("a", b"grown meanwhile")
    for work in works:
        shop.apply(work)

    assert [len(b"grown meanwhile")] == [replica.size for replica in bench.replicas("a")]
    assert {"a": "unchanged", "b": "unchanged"} == {name: str(told) for name, told in bench.sync(rules).items()}


@pytest.mark.parametrize("snapshot", [True, False])
def test_b7_put_never_overwrites(bench: Bench, snapshot: bool) -> None:
    """Neither what it brought nor what somebody else did, with a snapshot or without one."""
    rules = bench.rules(Operation.PUT)
    archive(bench, "foreign", b"somebody else's")
    bench.write("own", b"brought")
    bench.write("foreign", b"mine")
    bench.sync(rules)
    bench.write("own", b"changed afterwards")
    if not snapshot:
        bench.forget()

    told = bench.sync(rules)

    assert {"skipped OBJECT_EXISTS"} == {str(one) for one in told.values()}
    assert sha2(b"brought") == bench.replicas("own")[0].bytes_there
    assert sha2(b"somebody else's") == bench.replicas("foreign")[0].bytes_there


def test_b8_an_update_touches_only_the_replica_of_its_own_path(bench: Bench) -> None:
    """An archive's copy keeps size, time, state and checksum, with or without a resource in the job."""
    landing = bench.place.resource("landing")
    archive(bench, "a", b"archived")
    bench.write("a", b"archived")
    bench.sync(bench.rules(Operation.REGISTER_AS_REPLICA_SYNC, resource=landing))
    kept, _ = bench.replicas("a")
    for number, rules in enumerate(
        (
            bench.rules(Operation.REGISTER_AS_REPLICA_SYNC, resource=landing),
            bench.rules(Operation.REGISTER_SYNC, resource=landing),
            bench.rules(Operation.REGISTER_SYNC),
        )
    ):
        data = b"longer than the archive's copy" + b"!" * number
        bench.write("a", data)

        assert "updated" == str(bench.sync(rules)["a"])
        assert (kept, len(data)) == (bench.replicas("a")[0], bench.replicas("a")[1].size)


def test_b9_what_one_operation_has_seen_is_nothing_to_another(bench: Bench) -> None:
    """Nothing was sent by no-op, so put sends it; and no-op believes nothing of put's."""
    bench.write("a", b"bytes")

    assert "skipped NO_OP" == str(bench.sync(bench.rules(Operation.NO_OP))["a"])
    assert "unchanged" == str(bench.sync(bench.rules(Operation.NO_OP))["a"])
    assert [] == bench.replicas("a")
    assert "created" == str(bench.sync(bench.rules(Operation.PUT))["a"])
    assert sha2(b"bytes") == bench.replicas("a")[0].bytes_there
    assert "unchanged ADOPTED" == str(bench.sync(bench.rules(Operation.PUT_SYNC))["a"])


def test_b9_each_operation_has_a_digest_of_its_own(bench: Bench) -> None:
    """Also by resource."""
    digests = {bench.rules(operation, resource=name).digest for operation in Operation for name in (None, "a", "b")}

    assert 3 * len(Operation) == len(digests)


@pytest.mark.parametrize("snapshot", [True, False])
@pytest.mark.parametrize(
    ("now", "told"),
    [
        (b"the beg", "updated"),
        (b"THE beginning of a file", "updated"),
        (b"THE beginning of a file and more", "updated"),
        (b"the beginning of a file and more", "updated APPENDED"),
        (b"", "updated"),
    ],
)
def test_b12_an_object_never_keeps_what_its_file_has_not(bench: Bench, now: bytes, told: str, snapshot: bool) -> None:
    """Truncated, rewritten, rewritten and longer: the whole file is sent; only a longer one is appended."""
    rules = bench.rules(Operation.PUT_APPEND)
    bench.write("a", b"the beginning of a file")
    bench.sync(rules)
    bench.write("a", now)
    if not snapshot:
        bench.forget()

    assert told == str(bench.sync(rules)["a"])
    (replica,) = bench.replicas("a")
    assert (len(now), sha2(now), sha2(now), True) == (
        replica.size,
        replica.checksum,
        replica.bytes_there,
        replica.good,
    )
    assert "unchanged" == str(bench.sync(rules)["a"])


@pytest.mark.parametrize("operation", REGISTRATIONS)
def test_b32_a_registration_under_another_path_is_found_again(bench: Bench, operation: Operation) -> None:
    """What counts is the path that was registered, as the storage has it, not the one that the file is read by."""
    resource = bench.place.resource("storage")
    mounted = bench.root.parent / "as the storage has it"
    mounted.symlink_to(bench.root)
    bench.write("a", b"bytes")
    rules = bench.rules(operation, resource=resource)
    bench.shop(rules).hooks = Hooks(Calling(handler=Mounted(mounted)))
    bench.sync(rules)
    bench.write("a", b"more bytes")

    assert "updated" == str(bench.sync(rules)["a"])
    (replica,) = bench.replicas("a")
    assert (str(mounted / "a"), 10) == (replica.path, replica.size)
