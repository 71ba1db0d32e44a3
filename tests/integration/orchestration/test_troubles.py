"""What becomes of a batch, and of a worker, when the ledger itself has trouble."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from lading import services
from lading.orchestration import keeper, work
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.orchestration.progress import Meter
from tests.integration.orchestration.conftest import Start, only_batch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(embedded: services.Holder, transactional_db: None) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    embedded.restart_dead()
    keeper.keeper("filesystem")
    yield
    keeper.leave()


def test_a_ledger_that_is_full_or_busy_fails_no_file(start: Start, worker: None) -> None:
    """However often: the run waits and says why, and the batch goes on when there is room again."""

    def full(_held: Claim, _meter: Meter) -> Ending:
        raise OperationalError("database or disk is full")

    run = start("a")
    for _ in range(5):
        Batch.objects.filter(run=run).update(not_before=0)
        work.carry(only_batch(run).pk, 1, full)

    batch, waiting = only_batch(run), Run.objects.get(pk=run.pk)
    assert (BatchState.QUEUED, 0, RunState.WAITING) == (batch.state, batch.faults, waiting.state)
    assert "disk is full" in waiting.reason
    Batch.objects.filter(run=run).update(not_before=0)
    work.carry(batch.pk, 1, lambda _held, _meter: Ending())

    assert RunState.DONE == Run.objects.get(pk=run.pk).state


def test_a_worker_that_begins_while_the_ledger_is_away_keeps_its_leases_later(tmp_path: Path) -> None:
    """Its first heartbeat fails; its threads begin nevertheless, and write the next ones."""
    begun = subprocess.run(
        [sys.executable, "-P", "-c", _BEGIN],
        env=os.environ | {"LADING_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )

    assert (0, b"1\n") == (begun.returncode, begun.stdout), begun.stderr


_BEGIN = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
os.environ.pop("LADING_DATABASE_URL", None)
import django
django.setup()
from lading.orchestration import keeper
from lading.orchestration.ledger import schema
from lading.orchestration.models import Worker
keeper.Keeper("filesystem").start()  # there is no table yet
schema.ensure()
ends = time.monotonic() + 10
while time.monotonic() < ends and not Worker.objects.exists():
    time.sleep(0.05)
print(Worker.objects.count())
"""
