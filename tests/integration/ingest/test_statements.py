"""What a batch asks of the ledger: a bounded number of statements, however many files it has."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from lading.base.config import Settings
from lading.ingest.app import jobs, kinds, moving, scanning
from lading.ingest.app.definition import Definition
from lading.orchestration.ledger import claims, tallies
from lading.orchestration.models import Batch, Run
from lading.orchestration.progress import Meter

#: claim, finish, outcomes, facts, snapshot, end of the run
MOST = 30

FOLDERS = 4


def statements_of(run: Run, kind: str, handler: Callable[..., Any]) -> int:
    """Carry the run's batch of a kind out, and return how many statements that took."""
    count = 0

    def counting(execute: Callable[..., Any], *words: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*words)

    batch = Batch.objects.get(run=run, kind=kind)
    with connection.execute_wrapper(counting):
        held = claims.claim(batch.pk, "test")
        assert held is not None
        claims.finish(held, handler(held, Meter(run.pk, held.batch_id)))
    return count


def transfer(files: int, root: Path) -> tuple[int, int]:
    """Bring some files in four folders; return the statements of the transfer batch, and how many files came."""
    for number in range(files):
        folder = root / f"folder-{number % FOLDERS}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.dat").write_bytes(b"x")
    destination = f"/tempZone/home/rods/{uuid.uuid4().hex[:8]}"
    run = jobs.start(jobs.store(Definition(source=str(root), destination=destination)))
    statements_of(run, kinds.SCAN, scanning.scan_batch)
    return statements_of(run, kinds.TRANSFER, moving.transfer_batch), tallies.totals(run.pk)["created"]


def test_statements_are_bounded_for_each_batch_and_do_not_grow_with_files(
    shared_ledger: Settings, tmp_path: Path
) -> None:
    """Ten times the files in as many folders: a few statements more, since one insert takes a number of rows."""
    few, arrived_few = transfer(20, tmp_path / "few")
    many, arrived_many = transfer(200, tmp_path / "many")

    assert (20, 200) == (arrived_few, arrived_many)
    assert many - few <= 4
    assert many <= MOST
