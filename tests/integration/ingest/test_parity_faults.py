"""Known defects of others in what is done twice, and in what cannot be done for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import QuerySet

from lading.base import config
from lading.base.config import Settings
from lading.base.errors import Cancelled
from lading.ingest.app import kinds, scanning
from lading.ingest.app.definition import Definition
from lading.orchestration import enqueue
from lading.orchestration.ledger import claims, tallies, troubles
from lading.orchestration.models import ENDED, Batch, Outcome, Run, RunState
from lading.orchestration.progress import Meter
from lading.zone.testing import zone_process
from tests import oracle
from tests.carrying import begun, carry, claimed, counts, definition_for, step, write
from tests.conftest import StartWorker

#: seconds that a worker may take for what it is waited for
_PATIENCE = 60.0

FILES = [f"{folder}/{number:03}" for folder in "abcde" for number in range(100)]


def test_b26_a_scan_that_is_done_again_doubles_nothing(shared_ledger: Settings, tmp_path: Path) -> None:
    """
    Known defect: a scan that was tried again enqueued everything below once more.

    Here a scan leaves all that follows from it when it ends, or nothing: the first worker froze after its last look, the
    second one did the same, and a third one gets a late message.
    """
    write(tmp_path, *FILES)
    run = begun(definition_for(tmp_path))
    scan = Batch.objects.get(run=run)
    frozen = claimed(scan)
    ending = scanning.scan_batch(frozen, Meter(run.pk, scan.pk))
    Batch.objects.filter(pk=scan.pk).update(lease_until=1)
    troubles.recover(scan.pk)
    with pytest.raises(Cancelled):
        claims.finish(frozen, ending)
    assert [scan.pk] == list(Batch.objects.filter(run=run).values_list("pk", flat=True))

    carry(run)

    assert claims.claim(scan.pk, "third") is None
    assert {"created": len(FILES)} == counts(run)
    assert len(FILES) == sum(Batch.objects.filter(run=run, kind=kinds.TRANSFER).values_list("planned_files", flat=True))
    assert sorted(FILES) == sorted(Outcome.objects.filter(run=run).values_list("subject", flat=True))


def test_b23_a_zone_that_is_away_for_long_is_waited_for(
    shared_ledger: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    """
    Known defect: while iRODS was away all that was queued failed at once.

    Here the run waits and says why. However often it asks in vain, no file fails and no attempt is used up; when the zone
    is there again the rest arrives.
    """
    write(tmp_path / "source", *FILES)
    with zone_process(tmp_path / "zone") as zone:
        run = begun(
            Definition(
                source=str(tmp_path / "source"),
                destination="/tempZone/home/rods/there",
                zone=str(zone.environment_file),
            )
        )
        step(run, kinds.SCAN)
    start_worker(slots=1)
    enqueue.pump()
    asked = config.current().lease.attempts + 3
    wait_for(lambda: transfers(run).filter(fence__gte=asked).exists())
    waiting = Run.objects.get(pk=run.pk)
    told = tallies.totals(run.pk)
    with zone_process(tmp_path / "zone", port=zone.port):
        wait_for(lambda: Run.objects.get(pk=run.pk).state in ENDED)
        wrong = oracle.differences(tmp_path / "source", tmp_path, "/tempZone/home/rods/there")

    assert (RunState.WAITING, 0) == (waiting.state, told["failed"])
    assert f"Could not connect to specified host and port: 127.0.0.1:{zone.port}" in waiting.reason
    assert (RunState.DONE, []) == (Run.objects.get(pk=run.pk).state, wrong)
    assert {"created": len(FILES)} == counts(run)
    assert {(0, 0)} == set(Batch.objects.filter(run=run).values_list("faults", "crashes"))


def transfers(run: Run) -> QuerySet[Batch]:
    """Return the batches that move files."""
    return Batch.objects.filter(run=run, kind=kinds.TRANSFER)


def wait_for(what: Callable[[], bool]) -> None:
    """Return once it is true."""
    ends = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.02)
