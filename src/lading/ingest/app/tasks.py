"""The task definitions of ingest from a filesystem, and of what follows it: each finds its batch, lets the engine work, records."""

from __future__ import annotations

from lading.ingest.app import (
    clearing,
    deletion_tasks,
    finishing,
    job_hooks,
    kinds,
    moving,
    rechecking,
    rehearsing,
    s3_tasks,
    scanning,
    touching,
    verifying,
)
from lading.ingest.app.task_names import FILESYSTEM
from lading.orchestration.celery_app import app
from lading.orchestration.work import carry

__all__ = ["clear", "close", "deletion_tasks", "finish", "recheck", "s3_tasks", "scan", "transfer"]


@app.task(name=kinds.SCAN)
def scan(batch_id: int, version: int) -> None:
    """Walk a range of the tree, compare, plan what has to move."""
    carry(batch_id, version, scanning.scan_batch)


@app.task(name=kinds.TRANSFER)
def transfer(batch_id: int, version: int) -> None:
    """Move or register a set of files and verify each."""
    carry(batch_id, version, moving.transfer_batch)


@app.task(name=kinds.RECHECK)
def recheck(batch_id: int, version: int) -> None:
    """Compare what a lost worker may have touched with the catalogue."""
    carry(batch_id, version, rechecking.recheck_batch)


@app.task(name=kinds.CLEAR)
def clear(batch_id: int, version: int) -> None:
    """Let files go from the source whose objects are verified."""
    carry(batch_id, version, clearing.clear_batch)


@app.task(name=kinds.PRE_JOB)
def pre_job(batch_id: int, version: int) -> None:
    """Let the handler prepare the run."""
    carry(batch_id, version, job_hooks.pre_job_batch)


@app.task(name=kinds.POST_JOB)
def post_job(batch_id: int, version: int) -> None:
    """Tell the handler that a run has ended."""
    carry(batch_id, version, job_hooks.post_job_batch)


@app.task(name=kinds.COMPARE)
def compare(batch_id: int, version: int) -> None:
    """Compare a range of the tree with its collections."""
    carry(batch_id, version, verifying.compare_batch)


@app.task(name=kinds.CHECK)
def check_content(batch_id: int, version: int) -> None:
    """Read files, or let the zone read what it has stored, and compare with the catalogue."""
    carry(batch_id, version, verifying.check_batch)


@app.task(name=kinds.WEIGH)
def weigh(batch_id: int, version: int) -> None:
    """Decide whether files that are merely touched are read again."""
    carry(batch_id, version, touching.weigh_batch)


@app.task(name=kinds.HOLD_TOUCHED)
def hold_touched(batch_id: int, version: int) -> None:
    """Say of each touched file that it was not read."""
    carry(batch_id, version, touching.hold_batch)


@app.task(name=kinds.FINISH)
def finish(batch_id: int, version: int) -> None:
    """Write the manifest of a run whose files are all accounted for."""
    carry(batch_id, version, finishing.finish_batch)


@app.task(name=kinds.CLOSE)
def close(batch_id: int, version: int) -> None:
    """Write the manifest of a run that was stopped or failed."""
    carry(batch_id, version, finishing.close_batch)


@app.task(name=FILESYSTEM.plan)
def plan(batch_id: int, version: int) -> None:
    """Check both ends of a definition and say what a run would do."""
    carry(batch_id, version, rehearsing.plan_batch)
