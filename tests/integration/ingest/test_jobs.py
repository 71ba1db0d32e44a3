"""Jobs that are removed, busy or tried again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app import jobs, kinds, payloads, retrying, scanning
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.orchestration import keeper, work
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims, control, runs
from lading.orchestration.ledger.why import Why
from lading.orchestration.models import Batch, BatchState, Run, RunState


@pytest.fixture
def job(shared_ledger: Settings, tmp_path: Path) -> Job:
    """Return a job for a folder with one file."""
    (tmp_path / "a").write_bytes(b"a")
    return jobs.store(Definition(source=str(tmp_path), destination=f"/tempZone/home/rods/{tmp_path.name}"))


@pytest.fixture
def worker() -> Iterator[None]:
    """Be a worker process for the time of a test."""
    keeper.keeper("filesystem")
    yield
    keeper.leave()


def failed_run(job: Job, *subjects: str) -> Run:
    """Return an ended run in which these paths failed."""
    run = jobs.start(job)
    held = claims.claim(Batch.objects.get(run=run).pk, "test")
    assert held is not None
    outcomes = [NewOutcome(subject=subject, outcome=Kind.FAILED, code="WORKER_LOST") for subject in subjects]
    claims.finish(held, Ending(outcomes=outcomes))
    control.stop(run.pk)
    return run


def paths_of(run: Run) -> list[str]:
    """Return the single paths that the run begins with."""
    payload = payloads.unpack(bytes(Batch.objects.get(run=run, state=BatchState.QUEUED).payload))
    return [*payload.paths, *(f"range {part.folder!r}" for part in payload.ranges)]


def test_a_failed_root_is_scanned_as_a_whole(job: Job) -> None:
    """The root is shown as a dot, which is the name of nothing."""
    assert ["range ''"] == paths_of(retrying.retry_failed(failed_run(job, ".", "a").pk))


def test_no_path_is_tried_again_twice(job: Job) -> None:
    """A folder brings all that is below it; a neighbour whose name only begins alike is no part of it."""
    run = failed_run(job, "d/x", "d", "d", "d-2", "d/y/z")

    assert ["d", "d-2"] == paths_of(retrying.retry_failed(run.pk))


def test_runs_of_a_removed_job_cannot_be_tried_again(job: Job) -> None:
    """The sentence says why."""
    run = failed_run(job, "a")
    jobs.remove(job)

    with pytest.raises(UsageError, match="removed"):
        retrying.retry_failed(run.pk)


def test_a_run_of_a_removed_job_fails_with_its_reason(job: Job, worker: None) -> None:
    """Nothing is sent for it, since nothing could be remembered."""
    run = jobs.start(job)
    control.stop(run.pk)
    jobs.remove(job)
    control.resume(run.pk)
    work.carry(Batch.objects.get(run=run, kind=kinds.SCAN).pk, 1, scanning.scan_batch)
    run.refresh_from_db()

    assert (RunState.FAILED, True) == (run.state, "removed" in run.reason)


def test_no_run_begins_of_a_job_that_is_gone_meanwhile(job: Job) -> None:
    """Somebody removed it between the look and the start."""
    Job.objects.all().delete()

    with pytest.raises(UsageError, match="removed"):
        jobs.start(job)
    assert not Run.objects.exists()


def test_no_run_begins_while_a_failed_one_is_still_at_work(job: Job) -> None:
    """A run fails by one batch; another batch of it may be with a worker for a moment."""
    run = jobs.start(job)
    held = claims.claim(Batch.objects.get(run=run).pk, "test")
    assert held is not None
    runs.fail(run.pk, Why("LOGIN_REFUSED", "the zone refused the login"))

    with pytest.raises(UsageError, match="run already"):
        jobs.start(job)
    claims.let_go(held)
    assert jobs.start(job).pk > run.pk
