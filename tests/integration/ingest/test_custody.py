"""Every run that ends leaves a signed manifest, whole or none, however it ended."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app import finishing, job_hooks, kinds, manifests, sealing
from lading.ingest.engine import custody
from lading.ingest.engine.custody import Finding, KeyRing, Verdict
from lading.ingest.engine.custody.keys import ManifestKeyUnusable
from lading.orchestration import enqueue
from lading.orchestration.kinds import NewOutcome
from lading.orchestration.ledger import claims, control, runs
from lading.orchestration.ledger.why import Why
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.orchestration.progress import Meter
from tests.carrying import begun, carry, claimed, definition_for, step, sync, write
from tests.conftest import StartWorker


@pytest.fixture
def source(shared_ledger: Settings, tmp_path: Path) -> Path:
    """Return a folder with two files."""
    write(tmp_path / "source", "a", "folder/b")
    return tmp_path / "source"


def path_of(run: Run) -> Path:
    return manifests.path_of(config.current().home, run.pk)


def verdict_of(run: Run) -> Verdict:
    with path_of(run).open("rb") as file:
        return custody.verify(file, KeyRing(keys=(sealing.signer(),)))


def lines_of(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path_of(run).read_bytes().splitlines()]


def stopped(source: Path) -> Run:
    """Return a run that was stopped once its first file had arrived."""
    run = begun(definition_for(source))
    step(run)
    control.stop(run.pk)
    run.refresh_from_db()
    return run


def closing_of(run: Run) -> Run:
    """Return the run that writes the manifest of one."""
    (pk,) = job_hooks.after_runs(run.pk)
    return Run.objects.get(pk=pk)


def test_a_run_leaves_a_signed_manifest(source: Path) -> None:
    """It says which run of which job, with what, and what became of each path."""
    run = sync(definition_for(source, name="nightly"))
    verdict = verdict_of(run)
    head, *lines, end = lines_of(run)

    assert (verdict.finding, verdict.proven) == (Finding.WHOLE, 4)
    assert (head["run"], head["job"], head["ended"]) == (run.pk, "nightly", "complete")
    assert head["totals"]["created"] == 2
    assert head["lading"]
    assert {(line["path"], line["outcome"]) for line in lines} == {("a", "created"), ("folder/b", "created")}
    assert end["end"] == 3
    assert path_of(run).stat().st_mode & 0o777 == 0o600


def test_a_stopped_run_leaves_what_was_done_until_then(source: Path) -> None:
    """By a run of its own, which no other run of the job waits for."""
    run = stopped(source)
    assert run.state == RunState.STOPPED
    assert not path_of(run).exists()
    again = begun(definition_for(source))

    assert carry(closing_of(run)).state == RunState.DONE
    verdict = verdict_of(run)

    assert (verdict.finding, verdict.head["ended"], verdict.head["run"]) == (Finding.WHOLE, "stopped", run.pk)
    assert not job_hooks.after_runs(run.pk)
    assert carry(again).state == RunState.DONE


def test_a_worker_writes_it_as_soon_as_there_is_one(source: Path, start_worker: StartWorker) -> None:
    """Nobody has to resume or follow the run."""
    run = stopped(source)
    start_worker()
    enqueue.pump()
    ends = time.monotonic() + 60
    while not path_of(run).exists():
        assert time.monotonic() < ends
        time.sleep(0.05)

    assert (verdict_of(run).finding, verdict_of(run).head["ended"]) == (Finding.WHOLE, "stopped")


def test_a_failed_run_leaves_its_reason(source: Path) -> None:
    """Whatever it was that nobody could do."""
    run = begun(definition_for(source))
    runs.fail(run.pk, Why("SOURCE_MISSING", "The source is not there"))
    carry(closing_of(run))

    assert verdict_of(run).finding is Finding.WHOLE
    assert (verdict_of(run).head["ended"], verdict_of(run).head["reason"]) == ("failed", "The source is not there")


def test_a_run_that_goes_on_has_the_manifest_of_its_end(source: Path) -> None:
    """The one of its stop gives way, and one that comes late does not take its place."""
    run = stopped(source)
    late = claimed(Batch.objects.get(run=closing_of(run), state=BatchState.QUEUED))
    control.resume(run.pk)
    carry(run)
    finishing.close_batch(late, Meter(late.run_id, late.batch_id))

    assert (verdict_of(run).finding, verdict_of(run).head["ended"]) == (Finding.WHOLE, "complete")


def test_a_manifest_that_was_begun_before_the_run_went_on_is_dropped(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is resumed between the first line and the last."""
    run = stopped(source)
    held = claimed(Batch.objects.get(run=closing_of(run), state=BatchState.QUEUED))
    check = held.lease.check

    def resumed() -> None:
        if Run.objects.get(pk=run.pk).state == RunState.STOPPED:
            control.resume(run.pk)
        check()

    batch = Batch.objects.filter(run=run, state=BatchState.DONE).earliest("pk")
    claims.write_outcomes(run.pk, batch.pk, [NewOutcome(subject="z", outcome=Kind.FAILED, code="X")])
    monkeypatch.setattr(held.lease, "check", resumed)
    finishing.close_batch(held, Meter(held.run_id, held.batch_id))

    assert not path_of(run).exists()
    assert list(path_of(run).parent.glob(f"run-{run.pk}.*")) == []


def test_a_crash_leaves_no_half_manifest(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt writes it and takes the remains of the dead one away."""
    run = begun(definition_for(source))
    while step(run, kinds.SCAN) or step(run, kinds.TRANSFER):
        pass
    dead = path_of(run).with_name(f"run-{run.pk}.77-1.partial")
    dead.parent.mkdir(exist_ok=True)
    dead.write_bytes(b"half a li")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(OSError, match="No space"):
            step(run, kinds.FINISH)
    assert [file.name for file in path_of(run).parent.glob(f"run-{run.pk}.*")] == [dead.name]
    batch = Batch.objects.get(run=run, kind=kinds.FINISH)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.QUEUED)
    carry(run)

    assert verdict_of(run).finding is Finding.WHOLE
    assert [file.name for file in path_of(run).parent.glob(f"run-{run.pk}.*")] == [path_of(run).name]


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def key_file(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Set a key file."""
    custody.generate(tmp_path / "key")
    monkeypatch.setenv("LADING_MANIFEST_KEY_FILE", str(tmp_path / "key"))
    config.current.cache_clear()
    yield tmp_path / "key"
    monkeypatch.undo()
    config.current.cache_clear()


def test_with_a_key_file_others_can_verify(source: Path, key_file: Path) -> None:
    """By the public half alone."""
    run = sync(definition_for(source))
    public = custody.PublicKey.load(key_file.with_name("key.pub"))

    with path_of(run).open("rb") as file:
        verdict = custody.verify(file, KeyRing(keys=(public,)))
    assert verdict.finding is Finding.WHOLE
    assert verdict.head["signature"] == {"algorithm": "ed25519", "key": public.id}


def test_without_its_key_file_a_run_waits_for_a_person(source: Path, key_file: Path) -> None:
    """Nothing is signed with another key in its place."""
    key_file.unlink()
    run = begun(definition_for(source))

    with pytest.raises(ManifestKeyUnusable):
        carry(run)
    assert not path_of(run).exists()
