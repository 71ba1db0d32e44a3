"""A worker takes no batch of a source that it does not see, or of another one under the same path."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import SourceMissing
from lading.ingest.app import context, scanning
from lading.ingest.app.markers import Sight, SourceElsewhere, pin, sight
from lading.ingest.app.models import Job, Pin
from lading.ingest.engine.sources.base import Marker
from lading.orchestration import keeper, work
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, Run, RunState
from tests import oracle
from tests.carrying import begun, claimed, collection_for, definition_for, step, sync, write

HERE = platform.node()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "source", "a", "b")
    return tmp_path / "source"


def waiting(root: Path) -> tuple[Run, Claim]:
    """Return a run of the folder and its first batch, in hand."""
    run = begun(definition_for(root))
    return run, claimed(Batch.objects.get(run=run))


def elsewhere(job_id: int, inode: int) -> None:
    """Let only another host have seen the source."""
    Pin.objects.filter(job_id=job_id).delete()
    pin(job_id, Marker(host="other", filesystem="1", inode=inode))


def test_the_first_worker_takes_the_root_for_the_right_one(shared_ledger: Settings, root: Path) -> None:
    """And each host remembers its own filesystem id."""
    run, held = waiting(root)
    _ = context.of(held).source
    (found,) = Pin.objects.filter(job_id=run.job_id or 0)
    assert (HERE, str(root.stat().st_ino)) == (found.host, found.inode)


def test_a_host_that_sees_the_same_inode_works(shared_ledger: Settings, root: Path) -> None:
    """A network filesystem has another id on each host."""
    run, held = waiting(root)
    elsewhere(run.job_id or 0, root.stat().st_ino)
    assert str(root) == context.of(held).source.canonical
    assert {HERE, "other"} == set(Pin.objects.values_list("host", flat=True))


def test_a_host_that_sees_another_root_takes_no_batch(shared_ledger: Settings, root: Path) -> None:
    """It says so, and remembers nothing."""
    run, held = waiting(root)
    elsewhere(run.job_id or 0, 1)
    with pytest.raises(SourceElsewhere, match=f"{HERE} does not see the source"):
        _ = context.of(held).source
    assert ["other"] == list(Pin.objects.values_list("host", flat=True))


def test_a_host_without_the_source_leaves_it_to_those_that_have_it(shared_ledger: Settings, root: Path) -> None:
    """Where no other host has it either, it is missing."""
    run, held = waiting(root)
    elsewhere(run.job_id or 0, 1)
    root.rename(root.with_name("away"))
    with pytest.raises(SourceElsewhere):
        _ = context.of(held).source
    Pin.objects.all().delete()
    with pytest.raises(SourceMissing):
        _ = context.of(held).source


def test_a_root_that_changed_is_seen_but_not_believed(shared_ledger: Settings, root: Path) -> None:
    """Files still come; deletions are another matter."""
    sync(definition_for(root))
    job = Job.objects.get()
    Pin.objects.update(inode="1")
    write(root, "c")
    assert RunState.DONE == sync(definition_for(root)).state
    assert {"a", "b", "c"} == set(oracle.zone_tree(shared_ledger.home, collection_for(root)))
    there = Marker(host=HERE, filesystem="x", inode=1)
    assert Sight.CHANGED is sight(job.pk, there)


@pytest.fixture
def worker(shared_ledger: Settings) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    keeper.keeper("filesystem")
    yield
    keeper.leave()


def test_a_run_waits_with_the_reason(worker: None, root: Path) -> None:
    """Whoever follows it learns which host does not see the source."""
    run = begun(definition_for(root))
    elsewhere(run.job_id or 0, 1)
    batch = Batch.objects.get(run=run)
    work.carry(batch.pk, 1, scanning.scan_batch)

    run.refresh_from_db()
    batch.refresh_from_db()
    assert (RunState.WAITING, "queued") == (run.state, batch.state)
    assert f"{HERE} does not see the source" in run.reason
    Pin.objects.all().delete()
    Batch.objects.update(not_before=0)
    while step(run):
        pass
    assert RunState.DONE == Run.objects.get(pk=run.pk).state
