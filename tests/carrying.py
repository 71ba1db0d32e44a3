"""Runs carried out in the test's own process, batch by batch, over a real ledger and a real zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lading.ingest.app import (
    deciding,
    deleting,
    finishing,
    jobs,
    kinds,
    moving,
    rechecking,
    restoring,
    scanning,
)
from lading.ingest.app.definition import Definition
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import claims
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, BatchState, Outcome, Run
from lading.orchestration.progress import Meter

HANDLERS: Mapping[str, Callable[[Claim, Meter], Ending]] = {
    kinds.SCAN: scanning.scan_batch,
    kinds.TRANSFER: moving.transfer_batch,
    kinds.RECHECK: rechecking.recheck_batch,
    kinds.DECIDE: deciding.decide_batch,
    kinds.DELETE: deleting.delete_batch,
    kinds.EMPTY: deleting.empty_batch,
    kinds.RESTORE: restoring.restore_batch,
    kinds.FINISH: finishing.finish_batch,
}


def carry(run: Run) -> Run:
    """Carry every batch of a run out, in order; return the run as it is then."""
    while Batch.objects.filter(run=run, state=BatchState.QUEUED).exists():
        carry_one(run)
    return Run.objects.get(pk=run.pk)


def carry_one(run: Run) -> None:
    """Carry the next batch of a run out."""
    batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()
    assert batch is not None, "nothing waits"
    held = claims.claim(batch.pk, "test")
    assert held is not None, f"the run is {Run.objects.get(pk=run.pk).state}"
    claims.finish(held, HANDLERS[held.kind](held, Meter(run.pk, held.batch_id)))


def sync(definition: Definition) -> Run:
    """Store the definition and carry a run of it out."""
    return carry(jobs.start(jobs.store(definition)))


def outcomes(run: Run) -> dict[str, tuple[str, str]]:
    """Return outcome and code of every path of a run that has a row."""
    rows = Outcome.objects.filter(run=run).order_by("id").values_list("subject", "outcome", "code")
    return {subject: (outcome, code) for subject, outcome, code in rows}


def write(root: Path, *names: str, data: bytes = b"data of ") -> None:
    """Write files that differ by their names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + name.encode(errors="surrogateescape"))
