"""How runs of buckets use workers and stores: which queue, what they do about a store that is away or gives nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from lading.base import config
from lading.ingest.app import buckets, jobs, manifests, rehearsing, stores
from lading.ingest.engine.sources.errors import SourceSlow
from lading.ingest.engine.sources.s3 import permission
from lading.ingest.engine.sources.s3.source import S3Source
from lading.ingest.engine.values import DeleteMode
from lading.orchestration import work
from lading.orchestration.ledger import control
from lading.orchestration.models import Batch, BatchState, Circuit, Outcome, Run, RunState
from tests.carrying import HANDLERS, begun, carry, claimed, counts, outcomes
from tests.chaos.proxy import Proxy
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import LARGE, bucket, worker
from tests.integration.ingest.test_credentials import carry as carry_as_worker
from tests.integration.s3.shops import QUICK

__all__ = ["bucket", "worker"]  # the fixtures


def test_a_plan_is_made_by_workers_that_take_buckets(bucket: Bucket) -> None:
    """Who sees the folders of the lab need not see its stores."""
    bucket.put("a", "b/c")
    run = carry(rehearsing.rehearse(jobs.store(bucket.definition())))
    found = rehearsing.rehearsal_of(run)

    assert list(Batch.objects.filter(run=run).values_list("queue", "kind")) == [("s3", "s3.plan")]
    assert found is not None
    assert found.problem is None
    assert found.counts["create"] == 2
    assert bucket.store.counts["GET"] == 0


def test_a_store_that_lists_and_gives_nothing_pauses_the_run(bucket: Bucket, worker: None) -> None:
    """With the reason; no object fails for it, and all arrive once somebody has changed that."""
    permission._readable.clear()
    bucket.put(*(f"{number % 3}/{number:02}" for number in range(20)))
    bucket.store.set(denied=True)
    run = begun(bucket.definition(batch_files=4))
    paused = carry_as_worker(run)

    assert (paused.state, paused.code) == (RunState.PAUSED, "SOURCE_DENIED")
    assert f"Nothing of {bucket.source} may be read" in paused.reason
    assert not Outcome.objects.filter(run=run).exists()

    bucket.store.set()
    control.resume(run.pk)
    assert carry_as_worker(run).state == RunState.DONE
    assert bucket.zone() == bucket.tree()


@pytest.fixture
def between(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Stand between the store and the default profile, which is patient for a moment only."""
    monkeypatch.setitem(S3Source.__init__.__kwdefaults__ or {}, "patience", QUICK)
    with Proxy(int(bucket.store.endpoint.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("LADING_S3__DEFAULT__ENDPOINT", f"http://127.0.0.1:{proxy.port}")
        config.current.cache_clear()
        yield proxy
    config.current.cache_clear()


def nobody() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def as_workers(run: Run, rounds: int) -> None:
    """Carry what may be carried now, as often as that; what has to wait need not do so here."""
    for _ in range(rounds):
        Batch.objects.filter(run=run, state=BatchState.QUEUED).update(not_before=0)
        for batch in Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk"):
            work.carry(batch.pk, 1, HANDLERS[batch.kind])


def test_a_store_that_is_away_is_asked_by_one_batch_and_the_run_goes_on_when_it_is_back(
    bucket: Bucket, between: Proxy, worker: None
) -> None:
    """Three failures open its circuit; the zone's stays closed. All batches go on once one was answered."""
    names = [f"{number:02}" for number in range(12)]
    bucket.put(*names)
    wanted = bucket.definition(batch_files=1)
    run, name = begun(wanted), buckets.circuit_of(wanted)
    as_workers(run, 1)
    assert Batch.objects.filter(run=run, kind="s3.transfer", state=BatchState.QUEUED).count() == 12

    server, between.target = between.target, nobody()
    between.reset()
    before = between.connections
    as_workers(run, 2)
    first = between.connections - before
    as_workers(run, 10)
    later = between.connections - before - first
    run.refresh_from_db()
    found = Circuit.objects.get(pk=name)
    assert (found.is_open, Circuit.objects.count()) == (True, 1)
    assert first <= (3 + found.probes) * QUICK.attempts, "24 batches would have asked"
    assert later <= (1 + found.probes) * QUICK.attempts, "and another 120"
    assert (run.state, run.code) == (RunState.WAITING, "SOURCE_UNAVAILABLE")
    assert f"{name} does not answer since" in run.reason

    between.target = server
    Circuit.objects.filter(pk=name).update(probe_at=0)
    batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("-pk")[0]
    Batch.objects.filter(pk=batch.pk).update(not_before=0)
    work.carry(batch.pk, 1, HANDLERS[batch.kind])
    assert not Circuit.objects.filter(is_open=True).exists()
    assert not Batch.objects.filter(run=run, state=BatchState.QUEUED, not_before__gt=0).exists()
    assert carry_as_worker(Run.objects.get(pk=run.pk)).state == RunState.DONE
    assert set(bucket.zone()) == set(names)


def test_a_store_that_wants_fewer_requests_is_not_away(bucket: Bucket, worker: None) -> None:
    """Nobody leaves it alone for that."""
    bucket.put("a")
    run = begun(bucket.definition())
    held = claimed(Batch.objects.get(run=run))
    for _ in range(5):
        with pytest.raises(SourceSlow), stores.asking(held):
            raise SourceSlow("slow down")
    assert not Circuit.objects.exists()


def test_the_manifest_says_which_version_of_an_object_was_brought(bucket: Bucket) -> None:
    """Where the bucket keeps versions; the one that was read, not one that was put since."""
    bucket.put("a", "large")
    run = bucket.sync()
    assert {"version" in line.as_dict() for line in manifests.lines(run.pk)} == {False}

    on = {"Status": "Enabled"}
    bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=on)  # type: ignore[arg-type]
    bucket.put("a", "b", content=b"another ")
    bucket.client.put_object(Bucket=bucket.name, Key="in/large", Body=b"x" * LARGE)
    wanted = {
        path: bucket.client.head_object(Bucket=bucket.name, Key=bucket.key(path))["VersionId"]
        for path in ("a", "b", "large")
    }
    run = bucket.sync()
    assert {line.path: line.as_dict()["version"] for line in manifests.lines(run.pk)} == wanted

    bucket.remove("b")  # a marker is the newest version now
    assert outcomes(bucket.sync(delete_mode=DeleteMode.TRASH))["b"][0] == "deleted"
    assert set(bucket.zone()) == {"a", "large"}


def test_a_key_that_is_too_long_fails_alone_and_with_the_reason(bucket: Bucket) -> None:
    """Between slashes the disk of a resource takes 255 bytes; a store takes 1,024 in all."""
    long = "x" * 300
    deep = "/".join(["d" * 100] * 9)
    bucket.put("a", long, deep)
    run = bucket.sync()

    assert counts(run) == {"created": 2, "failed": 1}
    assert outcomes(run)[long][1] not in {"", "INTERNAL"}
    assert set(bucket.zone()) == {"a", deep}
