"""Workers that die over a batch: nobody waits long for them, and one bad file costs the others nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from lading.base import config
from lading.base.outcomes import Outcome as Kind
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims, sweep, troubles, workers
from lading.orchestration.models import Batch, BatchState, Outcome, RunState, Worker
from tests.integration.orchestration.conftest import Start, only_batch
from tests.integration.orchestration.test_leases import run_out, taken


def test_a_batch_that_kills_its_workers_is_split_down_to_the_bad_file(start: Start) -> None:
    """`c` kills whoever takes it; `a`, `b` and `d` arrive, `c` is parked with its reason."""
    run = start("a,b,c,d")
    for _ in range(100):
        batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()
        if batch is None:
            break
        held = claims.claim(batch.pk, "worker")
        assert held is not None
        names = held.payload.decode().split(",")
        if "c" in names:
            run_out(held)
        else:
            claims.finish(held, Ending(outcomes=[NewOutcome(subject=name, outcome=Kind.CREATED) for name in names]))
    run.refresh_from_db()

    assert run.state == RunState.DONE_WITH_FAILURES
    assert {("a", "created", ""), ("b", "created", ""), ("d", "created", ""), ("c", "failed", "WORKER_LOST")} == set(
        Outcome.objects.filter(run=run).values_list("subject", "outcome", "code")
    )


def test_a_batch_that_nobody_foresaw_is_split_down_to_the_bad_file(start: Start) -> None:
    """`c` lets whoever takes it raise; the others arrive, `c` is parked with what was raised."""
    run = start("a,b,c,d")
    for _ in range(100):
        batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()
        if batch is None:
            break
        Batch.objects.filter(pk=batch.pk).update(not_before=0)
        held = claims.claim(batch.pk, "worker")
        assert held is not None
        names = held.payload.decode().split(",")
        if "c" in names:
            troubles.fault(held, "ZeroDivisionError: division by zero")  # without a code of its own
        else:
            claims.finish(held, Ending(outcomes=[NewOutcome(subject=name, outcome=Kind.CREATED) for name in names]))

    assert {
        ("a", "created", ""),
        ("b", "created", ""),
        ("d", "created", ""),
        ("c", "failed", "ZeroDivisionError: division by zero"),
    } == set(Outcome.objects.filter(run=run).values_list("subject", "outcome", "reason"))


def test_a_poisoned_batch_of_many_files_costs_few_workers(start: Start) -> None:
    """One of 256 files kills whoever takes it: two deaths for the batch, one for each half on the way, then its own."""
    run = start(",".join(map(str, range(256))))
    deaths = 0
    while (batch := Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()) is not None:
        held = claims.claim(batch.pk, "worker")
        assert held is not None
        names = held.payload.decode().split(",")
        if "77" in names:
            deaths += 1
            run_out(held)
        else:
            claims.finish(held, Ending(outcomes=[NewOutcome(subject=name, outcome=Kind.CREATED) for name in names]))

    failed = Outcome.objects.filter(run=run, outcome="failed").values_list("subject", flat=True)
    assert (["77"], 256) == (list(failed), Outcome.objects.filter(run=run).count())
    assert deaths <= 2 + 7 + config.current().lease.attempts


def test_parts_of_a_split_batch_know_that_somebody_began_them(start: Start) -> None:
    """What the lost workers had under way may still arrive: whoever takes a part has to look before it sends."""
    run = start("a,b")
    for _ in range(2):
        run_out(taken(run))
    part = Batch.objects.filter(run=run, state=BatchState.QUEUED).earliest("pk")
    held = claims.claim(part.pk, "two")

    assert held is not None
    assert (1, True) == (held.crashes, held.fence > 1)


def test_a_batch_that_cannot_be_recovered_keeps_no_other_from_it(start: Start) -> None:
    """Nobody here knows the kind of the first one; the sweep logs it and goes on with the second."""
    first, second = taken(start("a")), taken(start("b"))
    Batch.objects.filter(pk=first.batch_id).update(lease_until=1, crashes=1, kind="filesystem.of-tomorrow")
    Batch.objects.filter(pk=second.batch_id).update(lease_until=2)
    sweep.sweep()

    assert BatchState.QUEUED == Batch.objects.get(pk=second.batch_id).state


def test_what_a_process_of_this_machine_held_is_free_once_it_is_gone(start: Start) -> None:
    """Nobody waits for the lease of a process that is surely dead; one that lives keeps its own."""
    run = start("a", "b")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    workers.beat("dead", "host", gone.pid, "filesystem")
    workers.beat("alive", "host", os.getpid(), "filesystem")
    first, second = Batch.objects.filter(run=run).order_by("pk")
    assert claims.claim(first.pk, "dead") is not None
    assert claims.claim(second.pk, "alive") is not None
    sweep.sweep()

    assert {first.pk: BatchState.QUEUED, second.pk: BatchState.LEASED} == dict(Batch.objects.values_list("pk", "state"))


def test_a_process_number_of_another_machine_means_nothing(start: Start) -> None:
    """There, the number that is nobody's here may well be a worker that lives."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    workers.beat("elsewhere", "host", gone.pid, "filesystem")
    Worker.objects.update(place="another boot of another machine")
    held = claims.claim(only_batch(start("a")).pk, "elsewhere")
    assert held is not None
    sweep.sweep()

    assert BatchState.LEASED == Batch.objects.get(pk=held.batch_id).state
