"""The task definitions of ingest from S3: a queue of its own; what each does is what the filesystem's does."""

from __future__ import annotations

from lading.ingest.app import job_hooks, moving, rechecking, rehearsing, scanning, verifying
from lading.ingest.app.task_names import S3
from lading.orchestration.celery_app import app
from lading.orchestration.work import carry


@app.task(name=S3.scan)
def scan(batch_id: int, version: int) -> None:
    """List a range of the bucket, compare, plan what has to move."""
    carry(batch_id, version, scanning.scan_batch)


@app.task(name=S3.transfer)
def transfer(batch_id: int, version: int) -> None:
    """Move or register a set of objects and verify each."""
    carry(batch_id, version, moving.transfer_batch)


@app.task(name=S3.recheck)
def recheck(batch_id: int, version: int) -> None:
    """Compare what a lost worker may have touched with the catalogue."""
    carry(batch_id, version, rechecking.recheck_batch)


@app.task(name=S3.compare)
def compare(batch_id: int, version: int) -> None:
    """Compare a range of the bucket with its collections."""
    carry(batch_id, version, verifying.compare_batch)


@app.task(name=S3.check)
def check_content(batch_id: int, version: int) -> None:
    """Read objects, or let the zone read what it has stored, and compare with the catalogue."""
    carry(batch_id, version, verifying.check_batch)


@app.task(name=S3.plan)
def plan(batch_id: int, version: int) -> None:
    """Find out what a run would do."""
    carry(batch_id, version, rehearsing.plan_batch)


@app.task(name=S3.pre_job)
def pre_job(batch_id: int, version: int) -> None:
    """Let the handler prepare the run."""
    carry(batch_id, version, job_hooks.pre_job_batch)


@app.task(name=S3.post_job)
def post_job(batch_id: int, version: int) -> None:
    """Tell the handler that a run has ended."""
    carry(batch_id, version, job_hooks.post_job_batch)
