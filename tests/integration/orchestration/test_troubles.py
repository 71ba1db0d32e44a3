"""What becomes of a batch, and of a worker, when the ledger itself has trouble."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import OperationalError

from lading import services
from lading.base.errors import Refused
from lading.orchestration import enqueue, keeper, work
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import patience, runs
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
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
    assert "LEDGER_UNREACHABLE" == waiting.code
    assert "disk is full" in waiting.reason
    Batch.objects.filter(run=run).update(not_before=0)
    work.carry(batch.pk, 1, lambda _held, _meter: Ending())

    assert RunState.DONE == Run.objects.get(pk=run.pk).state


def test_what_was_done_is_told_once_the_ledger_is_back(start: Start, worker: None) -> None:
    """The ledger is away at the moment at which the work ends: it is waited for, and nothing is done twice."""
    run = start("a")
    done: list[int] = []

    def work_once(held: Claim, _meter: Meter) -> Ending:
        done.append(held.batch_id)
        return Ending(counts={"bytes": 3}, also=lambda _batch: away_at_first(done))

    with suppress(OperationalError):
        work.carry(only_batch(run).pk, 1, work_once)

    assert (RunState.DONE, 3) == (Run.objects.get(pk=run.pk).state, totals(run.pk)["bytes"])
    assert [only_batch(run).pk, -1, -1] == done


def away_at_first(tries: list[int]) -> None:
    """Be a ledger that does not answer twice, inside the transaction that ends a batch."""
    if len(tries) < 3:
        tries.append(-1)
        raise OperationalError("server closed the connection unexpectedly")


def test_an_answer_that_was_lost_after_the_commit_is_no_second_ending(start: Start, worker: None) -> None:
    """The ledger wrote the ending and died before it said so."""
    run = start("a")
    lost: list[str] = []

    def lose(_run_id: int) -> None:
        if not lost:
            lost.append("the answer")
            raise OperationalError("terminating connection due to administrator command")

    runs.when_ended.append(lose)
    try:
        work.carry(only_batch(run).pk, 1, lambda _held, _meter: Ending(counts={"bytes": 3}))
    finally:
        runs.when_ended.remove(lose)

    assert (["the answer"], RunState.DONE, 3) == (lost, Run.objects.get(pk=run.pk).state, totals(run.pk)["bytes"])
    assert 0 == only_batch(run).faults


def test_case_53_a_message_of_a_newer_version_is_left_to_newer_workers(start: Start, worker: None) -> None:
    """An older worker lets it be; the batch is not touched, and a message of any older version is as good as its own."""
    run = start("a")
    batch = only_batch(run)
    work.carry(batch.pk, enqueue.MESSAGE_VERSION + 1, lambda _held, _meter: Ending())
    assert (BatchState.QUEUED, 0) == (only_batch(run).state, only_batch(run).fence)
    work.carry(batch.pk, enqueue.MESSAGE_VERSION - 1, lambda _held, _meter: Ending())

    assert RunState.DONE == Run.objects.get(pk=run.pk).state


def test_a_ledger_that_stays_away_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the batch is done anew, once the ledger is there."""
    monkeypatch.setattr(patience, "_PATIENCE", 0.0)

    def away() -> None:
        raise OperationalError("no such host")

    with pytest.raises(OperationalError):
        patience.patiently(away)


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


def test_an_error_that_no_file_is_to_blame_for_gives_its_code_to_all_that_is_parked(start: Start, worker: None) -> None:
    """The manifest says what it was, not that somebody forgot to foresee it."""

    def refuse(_held: Claim, _meter: Meter) -> Ending:
        raise Refused("the zone said no", irods_code=-1)

    run = start("a")
    while (batch := only_batch(run)).state == BatchState.QUEUED:
        Batch.objects.filter(run=run).update(not_before=0)
        work.carry(batch.pk, 1, refuse)

    assert [("a", "failed", "ZONE_REFUSED", "the zone said no")] == list(
        Outcome.objects.filter(run=run).values_list("subject", "outcome", "code", "reason")
    )
