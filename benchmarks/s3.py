"""
Buckets: an unchanged rescan against bare paginated listing, and an object of 1 GiB against each of its two halves.

Listings come from the store of the tests, which is quick at them; the object from rclone's server, which has real bytes
on disk. All of it runs on this machine, so that store, worker and zone share its processors.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.integration.s3 import stores
from tests.integration.s3.stores import FaultStore, Store
from tests.store_processes import KEY, SECRET
from tests.unit.engine.workshop import Snapshots, Workshop

from benchmarks import trees
from benchmarks.large import session
from benchmarks.place import HOME_COLLECTION, Place, place
from benchmarks.rows import Row, at_least, at_most
from benchmarks.usage import MemoryWatch
from lading.ingest.engine.snapshot import Known, Proof, known_from
from lading.ingest.engine.values import Kind

KEYS, SIZE, TIMES = 100_000, 1024 * trees.MIB, 3
_CHUNK = 1024 * 1024


def s3(folder: Path, scale: float) -> Iterator[Row]:
    """Measure both."""
    folder.mkdir(parents=True, exist_ok=True)
    key_file = folder / "keys"
    key_file.write_text(f"{KEY}\n{SECRET}\n")
    with stores.faulty(key_file) as store:
        yield from _rescan(store, max(int(KEYS * scale), 2000))
    served = folder / "served"
    (served / "bucket").mkdir(parents=True)
    with stores.rclone(served, key_file) as store:
        yield from _large(store, folder, max(int(SIZE * scale), 40 * trees.MIB))


# --- listing -------------------------------------------------------------------------------------------------------


def _rescan(store: FaultStore, count: int) -> Iterator[Row]:
    for name, layout in (("flat", "{0:07}.bin"), ("deep", "{1:04}/{0:07}.bin")):
        bucket = store.bucket()
        store.fill(bucket, [layout.format(number, number // 100) for number in range(count)])
        snapshots = _brought(store, bucket)
        bare, ours, requests = [], [], 0
        for _ in range(TIMES):
            bare.append(_timed(lambda bucket=bucket: _pages(store, bucket)))  # type: ignore[misc]
            store.rules()
            ours.append(_timed(lambda bucket=bucket, known=snapshots: _unchanged(store, bucket, known, count)))  # type: ignore[misc]
            requests = store.counts.total()
        share = 100 * min(bare) / min(ours)
        yield Row(name=f"{name}: bare listing", measured=count / min(bare), unit="keys/s")
        yield Row(name=f"{name}: unchanged rescan", measured=count / min(ours), unit="keys/s")
        yield Row(name=f"{name}: rescan of bare listing", measured=share, unit="%", bound=at_least(70))
        yield Row(
            name=f"{name}: requests for 1,000 unchanged", measured=1000 * requests / count, unit="", bound=at_most(1.05)
        )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _pages(store: Store, bucket: str) -> int:
    """List with the library's own paginator."""
    pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(len(page.get("Contents", ())) for page in pages)


def _brought(store: Store, bucket: str) -> Snapshots:
    """Return what a run that brought the bucket would remember."""
    snapshots, source, left = Snapshots(), store.source(bucket), [""]
    while left:
        folder = left.pop(0)  # in the order in which they lie in the stream
        known: dict[str, Known | None] = {}
        for entry in source.list(folder):
            if entry.kind is Kind.FOLDER:
                left.append(entry.name)
            else:
                known[entry.name] = known_from(entry, f"sha2:{'x' * 44}", Proof.VERIFIED)
        snapshots.change(folder, known)
    return snapshots


def _unchanged(store: Store, bucket: str, snapshots: Snapshots, count: int) -> None:
    """Scan as a run does, and find everything as it was."""
    workshop = Workshop(source=store.source(bucket), snapshots=snapshots)
    found = sum(head.count for part in workshop.scanning().run() for head in part.unchanged)
    if found != count:
        raise RuntimeError(f"{found} of {count} keys were unchanged")


# --- a large object ------------------------------------------------------------------------------------------------


def _large(store: Store, folder: Path, size: int) -> Iterator[Row]:
    trees.large(folder / "served" / "bucket" / "large.bin", size)
    settings = {
        "LADING_S3__DEFAULT__ENDPOINT": store.endpoint,
        "LADING_S3__DEFAULT__KEY_FILE": str(store.key_file),
        "LADING_S3__DEFAULT__ADDRESSING": "path",
    }
    reads, puts, syncs, peak = [], [], [], 0.0
    with place(folder / "place", **settings) as home, home.workers() as worker:
        idle = MemoryWatch(worker).look()
        for turn in range(TIMES):
            reads.append(_timed(lambda: _read(store)))
            puts.append(_moved(home, str(folder / "served" / "bucket"), f"put-{turn}"))
            with MemoryWatch(worker) as seen:
                syncs.append(_moved(home, "s3://bucket", f"sync-{turn}"))
            peak = max(peak, (seen.peak_of_tree - idle) / trees.MIB)
    read, put, sync = (statistics.median(times) for times in (reads, puts, syncs))
    rate = size / trees.MIB
    what = f"{size // trees.MIB} MiB"
    yield Row(name=f"{what}: S3 read alone", measured=rate / read, unit="MiB/s")
    yield Row(name=f"{what}: iRODS put alone", measured=rate / put, unit="MiB/s")
    yield Row(name=f"{what}: S3 to iRODS", measured=rate / sync, unit="MiB/s")
    share = 100 * max(read, put) / sync
    yield Row(name=f"{what}: S3 to iRODS of the slower half", measured=share, unit="%", bound=at_least(70))
    yield Row(name=f"{what}: peak less idle", measured=peak, unit="MiB", bound=at_most(200))


def _read(store: Store) -> None:
    """Read the object with the library, and drop it."""
    body = store.client.get_object(Bucket="bucket", Key="large.bin")["Body"]
    while body.read(_CHUNK):
        pass


def _moved(home: Place, source: str, name: str) -> float:
    """Return the seconds of a run; what it brought is removed again, so that the disk holds one copy at a time."""
    seconds = home.sync(source, name).seconds
    with session(home) as irods:
        irods.data_objects.unlink(f"{HOME_COLLECTION}/{name}/large.bin", force=True)
    return seconds
