"""Figures for Prometheus: true, promised, and cheap however full the ledger is."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from lading import services
from lading.base.clock import FixedClock
from lading.base.config import Settings
from lading.base.outcomes import Outcome
from lading.cli import metrics_server
from lading.orchestration import enqueue, watchers
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims, control, tallies, workers
from lading.orchestration.ledger.clock import now
from lading.orchestration.metrics import Collector, exposition, figures
from lading.orchestration.models import Batch, BatchState, Circuit, Run, RunState, Window, Worker
from lading.orchestration.watchers import Watcher
from tests.integration.ingest.table import table
from tests.integration.orchestration.conftest import Start, only_batch
from tests.integration.orchestration.figures import full_name, one, told

#: statements of one scrape, whatever the ledger holds; PostgreSQL is asked for its size, too
MOST = 19

OF_A_FILE = frozenset({figures.DISK_FREE.name, figures.DISK_SIZE.name})


def statements(act: Callable[[], object]) -> int:
    """Return how many statements something takes."""
    count = 0

    def counting(execute: Callable[..., Any], *words: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*words)

    with connection.execute_wrapper(counting):
        act()
    return count


def copied(batch: Batch, number: int, **changes: object) -> None:
    """Change a batch, and write many like it."""
    Batch.objects.filter(pk=batch.pk).update(**changes)
    columns = ", ".join(f'"{field.column}"' for field in Batch._meta.concrete_fields if not field.primary_key)
    series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
    likewise = f"{series} SELECT {columns} FROM orchestration_batch, n WHERE orchestration_batch.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO orchestration_batch ({columns}) {likewise}", [number, batch.pk])


# --- what is promised --------------------------------------------------------------------------------------------------


def test_the_page_names_every_figure_as_it_is_told(shared_ledger: Settings, start: Start) -> None:
    """Names, labels and meanings; what has no value at the moment is told without one."""
    start("a")
    workers.beat("w", "here", 1, "filesystem")
    enqueue.pump()
    page = {
        name.strip("`"): (tuple(cell["labels"].replace("`", "").replace(" ", "").split(",")), cell["meaning"])
        for name, cell in table("metrics.md", "figures").items()
    }
    promised = {name: (figure.labels or ("",), figure.meaning) for name, figure in figures.all_figures().items()}
    real = {full_name(metric): metric.documentation for metric in Collector().collect()}

    assert promised == page
    # nobody has swept yet; of a database server's disk nothing is known
    absent = {figures.SWEEP_AGE.name} if connection.vendor == "sqlite" else {*OF_A_FILE, figures.SWEEP_AGE.name}
    assert {name: meaning for name, (_, meaning) in promised.items() if name not in absent} == real
    for metric in Collector().collect():
        for sample in metric.samples:
            assert tuple(sample.labels) == figures.all_figures()[full_name(metric)].labels


def test_what_is_told_can_be_read_by_prometheus(shared_ledger: Settings) -> None:
    """The text format, with names as they are."""
    text = exposition(Collector()).decode()

    assert "# TYPE lading_outcomes_total counter\nlading_outcomes_total{outcome=" in text
    assert "\nlading_ledger_up 1.0\n" in text


# --- what it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_scrape_costs_the_same_statements_however_full_the_ledger_is(start: Start) -> None:
    """100,000 waiting batches and 10,000 that ended: no statement more, and none that reads what a run has done twice."""
    small = statements(told)
    over = start("a")
    copied(only_batch(over), 10_000, state=BatchState.DONE, created=250, ended_at=now())
    Run.objects.filter(pk=over.pk).update(state=RunState.DONE, ended_at=now())
    copied(only_batch(start("b")), 100_000)
    collector = Collector()
    first = statements(lambda: told(collector))
    begun = time.monotonic()
    second = statements(lambda: told(collector))

    assert small <= MOST
    assert first <= MOST
    assert second < first  # a run that ended is summed up once
    assert time.monotonic() - begun < 5
    assert 2_500_250 == told(collector)["lading_outcomes_total"]["created",]
    assert 100_001 == told(collector)["lading_batches"]["filesystem", "waiting"]


# --- what is true ------------------------------------------------------------------------------------------------------


def finished(run: Run, **counts: int) -> None:
    """Carry the only open batch of a run to its end."""
    held = claims.claim(Batch.objects.get(run=run, state=BatchState.QUEUED).pk, "w")
    assert held is not None
    outcomes = [NewOutcome(subject="f", outcome=Outcome.FAILED, code="INTERNAL", reason="x")]
    claims.finish(held, Ending(outcomes=outcomes, counts=counts))


@pytest.mark.django_db
def test_totals_are_sums_over_all_runs_and_never_shrink(start: Start) -> None:
    """Runs that ended, runs under way, one that goes on after its end, and tallies that are corrected."""
    collector = Collector()
    first = start("a")
    finished(first, created=10, bytes=1_000)
    before = told(collector)
    second = start("a", "b")
    Batch.objects.filter(run=second).first()
    held = claims.claim(Batch.objects.filter(run=second).values_list("pk", flat=True)[0], "w")
    assert held is not None
    claims.finish(held, Ending(counts={"created": 5}))
    after = told(collector)
    control.stop(second.pk)
    control.resume(second.pk)
    finished(second, created=1)
    Batch.objects.filter(run=first).update(created=1)
    last = told(collector)

    assert ([10, 15, 16]) == [values["lading_outcomes_total"]["created",] for values in (before, after, last)]
    assert (1, 2) == (before["lading_outcomes_total"]["failed",], last["lading_outcomes_total"]["failed",])
    assert ([1, 2, 3]) == [values["lading_batches_ended_total"][()] for values in (before, after, last)]
    assert 1_000 == last["lading_moved_bytes_total"][()]
    assert 2 == last["lading_runs_ended_total"]["done_with_failures",]
    assert 7 == told()["lading_outcomes_total"]["created",]  # whoever begins anew tells what the ledger has now


@pytest.mark.django_db
def test_what_a_run_has_rolled_up_is_told_without_being_read_again(start: Start) -> None:
    """The same sums, whether a run has rolled up none, some or all of what its batches say."""
    run = start("a", "b")
    first, second = Batch.objects.filter(run=run).order_by("pk")
    copied(first, 600, state=BatchState.DONE, created=250, ended_at=now() - 50)
    Batch.objects.filter(pk=second.pk).update(state=BatchState.DONE, created=1, ended_at=now() - 60)
    before = told()
    tallies.roll_up(run.pk)
    assert Run.objects.exclude(rolled={}).exists()
    rolled = told()

    assert 150_251 == before["lading_outcomes_total"]["created",]
    assert before["lading_outcomes_total"] == rolled["lading_outcomes_total"]
    assert 602 == before["lading_batches_ended_total"][()] == rolled["lading_batches_ended_total"][()]


@pytest.mark.django_db
def test_work_is_stalled_while_some_is_open_and_none_ends(start: Start) -> None:
    """Since the last batch ended, or since the run was made; a run that rests is nobody's work."""
    assert 0 == one("lading_work_stalled_seconds")
    run = start("a", "b")
    Run.objects.filter(pk=run.pk).update(created_at=now() - 1_000)
    assert 1_000 == pytest.approx(one("lading_work_stalled_seconds"), abs=5)

    Batch.objects.filter(pk=Batch.objects.filter(run=run).values("pk")[:1]).update(
        state=BatchState.DONE, ended_at=now() - 100
    )
    assert 100 == pytest.approx(one("lading_work_stalled_seconds"), abs=5)
    control.pause(run.pk)
    assert 0 == one("lading_work_stalled_seconds")
    assert {} == told()["lading_batches"]


@pytest.mark.django_db
def test_what_was_held_back_is_not_late_when_it_may_go(start: Start) -> None:
    """A run whose window opens has waited for that, not for a worker."""
    collector = Collector()
    run = start("a")
    Run.objects.filter(pk=run.pk).update(created_at=now() - 1_000, not_before=now() + 1_000)
    closed = told(collector)
    Run.objects.filter(pk=run.pk).update(not_before=0)
    opened = told(collector)

    assert ({}, 0) == (closed["lading_batches"], closed["lading_work_stalled_seconds"][()])
    assert ("filesystem", "waiting") in opened["lading_batches"]
    assert 0 == pytest.approx(opened["lading_work_stalled_seconds"][()], abs=5)


@pytest.mark.django_db
def test_a_circuit_is_told_with_its_state() -> None:
    """Of each service that failed lately."""
    Circuit.objects.create(name="lab", is_open=True)
    Circuit.objects.create(name="archive")

    assert {("lab",): 1, ("archive",): 0} == told()["lading_zone_circuit_open"]


@pytest.mark.django_db
def test_queues_leases_and_workers_are_told_with_their_ages(start: Start) -> None:
    """Who lives, who is silent, what waits, and what nobody took over."""
    copied(only_batch(start("a")), 2, window=Window.SENT, window_at=now() - 30)
    run = start("b")
    Batch.objects.filter(run=run).update(state=BatchState.LEASED, lease_until=now() - 50, worker="w")
    workers.beat("w", "here", 1, "filesystem,deletion")
    workers.beat("v", "there", 1, "filesystem")
    Worker.objects.filter(token="v").update(heartbeat=now() - 900)
    found = told()

    assert {("filesystem", "sent"): 3, ("filesystem", "leased"): 1} == found["lading_batches"]
    assert {("filesystem",): 1, ("deletion",): 1} == found["lading_worker_slots"]
    assert 30 == pytest.approx(found["lading_queue_oldest_message_age_seconds"]["filesystem",], abs=5)
    assert 50 == pytest.approx(found["lading_lease_overdue_seconds"][()], abs=5)
    assert 900 == pytest.approx(found["lading_worker_heartbeat_age_seconds"]["there",], abs=5)


@pytest.mark.django_db
def test_held_runs_are_told_one_by_one_up_to_a_number(start: Start) -> None:
    """Those that wait longest, so that a scrape stays small."""
    for number in range(60):
        run = start("a")
        Run.objects.filter(pk=run.pk).update(state=RunState.HELD, ended_at=now() - 1_000 - number)
    found = told()

    assert 60 == found["lading_runs"]["held",]
    assert 50 == len(found["lading_run_held_seconds"])
    assert 1_059 == pytest.approx(found["lading_run_held_seconds"][str(run.pk),], abs=5)


@pytest.mark.django_db
def test_watchers_of_applications_are_told_those_that_are_latest_first() -> None:
    """An application names them; a hundred are told."""

    def late(_at: float) -> list[Watcher]:
        return [Watcher(name=f"job-{number}", overdue=number) for number in range(150)]

    watchers.sources.append(late)
    try:
        found = told()["lading_watcher_overdue_seconds"]
    finally:
        watchers.sources.remove(late)

    assert (100, 149) == (len(found), found["job-149",])


@pytest.mark.django_db
def test_a_host_whose_clock_goes_wrong_is_told_by_how_much() -> None:
    """The database's clock is the one that counts."""
    skew = told(Collector(FixedClock(time.time() + 60)))["lading_clock_skew_seconds"][()]

    assert -60 == pytest.approx(skew, abs=5)


def test_a_broker_that_is_away_is_told_and_takes_nothing_else_away(
    shared_ledger: Settings, embedded: services.Holder
) -> None:
    """Figures of the ledger do not need it."""
    assert 1 == one("lading_broker_up")
    assert ("filesystem",) in told()["lading_queue_messages"]
    pid = embedded.status().redis.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    found = told()
    assert ["Redis does not answer"] == list(metrics_server.who_is_silent())
    embedded.restart_dead()

    assert ({(): 0.0}, {(): 1.0}) == (found["lading_broker_up"], found["lading_ledger_up"])
    assert "lading_queue_messages" not in found
    assert [] == list(metrics_server.who_is_silent())


@pytest.mark.django_db
def test_a_ledger_that_does_not_answer_is_told_and_takes_the_broker_not_away() -> None:
    """The answer comes all the same, so that the alert can."""

    def refuse(*_: object) -> None:
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(refuse):
        found = told()

    assert {(): 0.0} == found["lading_ledger_up"]
    assert "lading_runs" not in found
    assert "lading_broker_up" in found
