"""What a lost worker may have sent late is found before the run ends, and mended."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.db import transaction

from lading.base.config import Settings
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app import jobs, kinds, moving, rechecking, scanning
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Segment
from lading.ingest.app.snapshots import Snapshots
from lading.orchestration.kinds import NewBatch
from lading.orchestration.ledger import claims, runs, tallies
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
from lading.orchestration.progress import Meter
from tests import oracle


@pytest.fixture
def run(shared_ledger: Settings, tmp_path: Path) -> Run:
    """Return a run of three small files that was carried out but for its last stage."""
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 100)
    destination = f"/tempZone/home/rods/{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]}"
    run = jobs.start(jobs.store(Definition(source=str(tmp_path), destination=destination)))
    for kind, handler in ((kinds.SCAN, scanning.scan_batch), (kinds.TRANSFER, moving.transfer_batch)):
        held = claims.claim(Batch.objects.get(run=run, kind=kind).pk, "test")
        assert held is not None
        claims.finish(held, handler(held, Meter(run.pk, held.batch_id)))
    return run


def recheck(run: Run) -> None:
    """Carry a recheck of the run's transfer batch out."""
    moved = Batch.objects.get(run=run, kind=kinds.TRANSFER)
    runs.add_batches(run.pk, [NewBatch(kind=kinds.RECHECK, payload=str(moved.pk).encode())])
    held = claims.claim(Batch.objects.get(run=run, kind=kinds.RECHECK, state=BatchState.QUEUED).pk, "test")
    assert held is not None
    claims.finish(held, rechecking.recheck_batch(held, Meter(run.pk, held.batch_id)))


def overwrite(settings: Settings, path: str, data: bytes) -> None:
    """Do what a worker that woke up late would do."""
    with oracle.session(settings.home) as irods, irods.data_objects.open(path, "w") as file:
        file.write(data)


def test_what_is_as_recorded_is_left_alone(run: Run, shared_ledger: Settings) -> None:
    """One listing for the folder, nothing sent."""
    recheck(run)

    last = Batch.objects.filter(run=run, kind=kinds.RECHECK).latest("pk")
    assert (0, 1) == (last.bytes, last.requests)


def test_a_late_write_is_mended(run: Run, shared_ledger: Settings) -> None:
    """The object has other bytes than recorded: the file is sent again."""
    destination = run.options["destination"]
    overwrite(shared_ledger, f"{destination}/b", b"what a frozen worker sent")
    recheck(run)

    there = oracle.zone_tree(shared_ledger.home, destination)
    assert oracle.sha2(b"b" * 100) == there["b"].checksum == there["b"].vault_checksum
    assert 3 == tallies.totals(run.pk)["created"]


def test_what_cannot_be_mended_is_a_failure(run: Run, shared_ledger: Settings) -> None:
    """The file is gone at the source: its outcome says so, and so do the counts."""
    destination = run.options["destination"]
    overwrite(shared_ledger, f"{destination}/b", b"what a frozen worker sent")
    (Path(run.options["source"]) / "b").unlink()
    recheck(run)

    row = Outcome.objects.get(run=run, subject="b")
    assert (Kind.FAILED.value, "NOT_AS_WRITTEN") == (row.outcome, row.code)
    assert {"created": 2, "failed": 1}.items() <= tallies.totals(run.pk).items()


def test_a_run_whose_worker_was_lost_goes_through_the_check(run: Run, shared_ledger: Settings) -> None:
    """The stage comes by itself."""
    Batch.objects.filter(run=run, kind=kinds.TRANSFER).update(crashes=1, fence=2)
    stage, batches = kinds.next_stage(run.pk, "moving")

    assert "checking" == stage
    assert [kinds.RECHECK] == [batch.kind for batch in batches]
    run.refresh_from_db()
    assert RunState.RUNNING == run.state


def known_size(run: Run, name: str) -> int:
    """Return the size that the snapshot says a file of the root has; negative where it equals no file."""
    snapshots = Snapshots(
        run.job_id or 0, Segment.objects.filter(job_id=run.job_id or 0).values_list("digest", flat=True)[0]
    )
    return next(known.size for known in snapshots.named("", [name]))


def test_what_could_not_be_mended_is_not_believed_by_the_next_run(run: Run, shared_ledger: Settings) -> None:
    """Its object may be damaged: the snapshot keeps it as managed, and as equal to no file."""
    overwrite(shared_ledger, f"{run.options['destination']}/b", b"what a frozen worker sent")
    (Path(run.options["source"]) / "b").unlink()
    recheck(run)

    assert (100, -1) == (known_size(run, "a"), known_size(run, "b"))


def test_a_check_that_cannot_be_done_is_a_failure_of_each_object(run: Run, shared_ledger: Settings) -> None:
    """Nobody could compare: nothing of the batch counts as arrived, and the next run looks again."""
    moved = Batch.objects.get(run=run, kind=kinds.TRANSFER)
    runs.add_batches(run.pk, [NewBatch(kind=kinds.RECHECK, payload=str(moved.pk).encode())])
    with transaction.atomic():
        claims.park(Batch.objects.get(run=run, kind=kinds.RECHECK, payload=str(moved.pk).encode()), "INTERNAL", "why")

    rows = Outcome.objects.filter(run=run).values_list("outcome", "code", "reason").distinct()
    assert [("failed", "NOT_COMPARED", "INTERNAL: why")] == list(rows)
    assert {"created": 0, "failed": 3}.items() <= tallies.totals(run.pk).items()
    assert -1 == known_size(run, "a")
