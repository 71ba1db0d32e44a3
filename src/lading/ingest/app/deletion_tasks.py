"""The task definitions of deletion: a queue of its own, so that a site can say which workers may delete."""

from __future__ import annotations

from lading.ingest.app import deciding, deleting, kinds, restoring
from lading.orchestration.celery_app import app
from lading.orchestration.work import carry


@app.task(name=kinds.DECIDE)
def decide(batch_id: int, version: int) -> None:
    """Decide about the deletions that a complete scan has planned."""
    carry(batch_id, version, deciding.decide_batch)


@app.task(name=kinds.DELETE)
def delete(batch_id: int, version: int) -> None:
    """Delete objects, each after a last look at source and catalogue."""
    carry(batch_id, version, deleting.delete_batch)


@app.task(name=kinds.EMPTY)
def empty(batch_id: int, version: int) -> None:
    """Remove the collections that deletions left empty."""
    carry(batch_id, version, deleting.empty_batch)


@app.task(name=kinds.RESTORE)
def restore(batch_id: int, version: int) -> None:
    """Bring back what an earlier run deleted."""
    carry(batch_id, version, restoring.restore_batch)
