"""Runs carried out in the test's own process, batch by batch as workers do, over a real ledger and a real zone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lading.ingest.app import (
    clearing,
    deciding,
    deleting,
    finishing,
    job_hooks,
    jobs,
    kinds,
    moving,
    rechecking,
    rehearsing,
    restoring,
    scanning,
    touching,
    verifying,
)
from lading.ingest.app.definition import Definition
from lading.ingest.app.task_names import FILESYSTEM, S3, TaskNames
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import claims
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.tallies import OUTCOMES, totals
from lading.orchestration.models import Batch, BatchState, Outcome, Run
from lading.orchestration.progress import Meter

#: seconds that a batch may take
_PATIENCE = 600.0


def _reading(names: TaskNames) -> dict[str, Callable[[Claim, Meter], Ending]]:
    return {
        names.scan: scanning.scan_batch,
        names.transfer: moving.transfer_batch,
        names.recheck: rechecking.recheck_batch,
        names.compare: verifying.compare_batch,
        names.check: verifying.check_batch,
        names.plan: rehearsing.plan_batch,
        names.pre_job: job_hooks.pre_job_batch,
        names.post_job: job_hooks.post_job_batch,
    }


HANDLERS: Mapping[str, Callable[[Claim, Meter], Ending]] = {
    **_reading(FILESYSTEM),
    **_reading(S3),
    kinds.CLEAR: clearing.clear_batch,
    kinds.WEIGH: touching.weigh_batch,
    kinds.HOLD_TOUCHED: touching.hold_batch,
    kinds.DECIDE: deciding.decide_batch,
    kinds.DELETE: deleting.delete_batch,
    kinds.EMPTY: deleting.empty_batch,
    kinds.RESTORE: restoring.restore_batch,
    kinds.FINISH: finishing.finish_batch,
    kinds.CLOSE: finishing.close_batch,
}


def collection_for(folder: Path) -> str:
    """Return a collection of its own for the folder of a test."""
    return f"/tempZone/home/rods/{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def definition_for(source: Path, **options: Any) -> Definition:
    """Return a definition that brings a folder into a collection of its own."""
    return Definition(source=str(source), destination=collection_for(source), **options)


def begun(definition: Definition) -> Run:
    """Store the definition and start a run of it."""
    return jobs.start(jobs.store(definition))


def step(run: Run, kind: str = "") -> bool:
    """Carry the next waiting batch out, of that kind if one is named; say whether there was one."""
    waiting = Batch.objects.filter(run=run, state=BatchState.QUEUED, **({"kind": kind} if kind else {}))
    batch = waiting.order_by("pk").first()
    if batch is None:
        return False
    held = claimed(batch)
    claims.finish(held, HANDLERS[batch.kind](held, Meter(run.pk, held.batch_id)))
    return True


def claimed(batch: Batch) -> Claim:
    """Take a batch, with a lease that no keeper has to renew."""
    held = claims.claim(batch.pk, "test")
    assert held is not None, f"the run is {Run.objects.get(pk=batch.run_id).state}"
    held.lease.renewed(time.monotonic(), _PATIENCE)
    return held


def carry(run: Run) -> Run:
    """Carry everything out that is left of a run; return it as it is then."""
    while step(run):
        pass
    run.refresh_from_db()
    return run


def sync(definition: Definition) -> Run:
    """Run the definition from start to end."""
    return carry(begun(definition))


def outcomes(run: Run) -> dict[str, tuple[str, str]]:
    """Return outcome and code of every path of a run that has a row."""
    rows = Outcome.objects.filter(run=run).order_by("id").values_list("subject", "outcome", "code")
    return {subject: (outcome, code) for subject, outcome, code in rows}


def counts(run: Run) -> dict[str, int]:
    """Return the counts of a run that are not zero, outcomes only."""
    sums = totals(run.pk)
    return {name: sums[name] for name in OUTCOMES if sums[name]}


def write(root: Path, *names: str, data: bytes = b"data of ") -> None:
    """Write files that differ by their names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + name.encode(errors="surrogateescape"))
