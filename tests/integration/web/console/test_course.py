"""What the charts draw is what the batches did."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lading import services
from lading.orchestration import progress
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.tallies import totals, totals_of
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.web.console.reading import course
from lading.web.console.reading.course import course_of
from lading.web.console.reading.live import Live
from lading.web.console.reading.progress import progress_of
from lading.web.console.reading.throughput import Day
from tests.integration.web.console.seeding import SECONDS, a_job, a_run

pytestmark = pytest.mark.django_db


def test_a_run_is_drawn_by_its_batches_with_one_statement_of_one_index() -> None:
    """Files a second over its time; another run's batches are not in it."""
    job = a_job()
    a_run(job, batches=5)
    run, at = a_run(job, batches=4, each=25), now()
    with CaptureQueriesContext(connection) as asked:
        found = course_of(run, at)

    assert found is not None
    assert len(asked) == 1
    assert " on average 1" in found.files.told
    assert [(row.name, row.batches) for row in found.phases] == [("transfer", 4)]
    assert found.phases[0].seconds == pytest.approx(SECONDS)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}").fetchall()
        assert "USING COVERING INDEX batch_ended" in plan[0][3]


def test_what_is_at_work_is_on_the_time_line() -> None:
    """Although it has not ended."""
    run = a_run(a_job(), RunState.RUNNING, batches=1)
    Batch.objects.create(
        run=run, kind="deletion.delete", queue="deletion", state=BatchState.LEASED, started_at=now() - 5
    )
    found = course_of(run, now())

    assert found is not None
    assert [row.name for row in found.phases] == ["transfer", "delete"]


def test_a_run_that_nobody_began_has_no_course() -> None:
    """Instead of an empty chart."""
    assert course_of(Run(state=RunState.QUEUED, created_at=0), now()) is None


def test_the_day_is_read_once_and_then_its_newest_part_only() -> None:
    """The sums are the same, from a process that was there before and from one that comes new."""
    job = a_job()
    run = a_run(job, batches=6, each=30)
    Batch.objects.filter(run=run).update(ended_at=now() - 7200)
    day, at = Day(), now()
    first = day.read(at)
    assert first.day.files == 180
    assert first.now.files == 0

    late = a_run(job, RunState.RUNNING, batches=2, each=30)
    Batch.objects.filter(run=late).update(ended_at=now() - 1)
    at = now()
    with CaptureQueriesContext(connection) as asked:
        second = day.read(at)
    assert len(asked) == 2
    assert second.day.files == 240
    assert second.now.files == pytest.approx(1.0)
    assert Day().read(now()).day == second.day
    # what is long over is not read again
    Batch.objects.filter(run=run).delete()
    assert day.read(now()).day.files == 240


def test_counts_of_many_runs_are_those_of_each() -> None:
    """With two statements, rolled up or not."""
    job = a_job()
    some = [a_run(job, batches=number) for number in (1, 3, 2)]
    Batch.objects.create(run=some[0], kind="filesystem.transfer", queue="filesystem", planned_files=7, planned_bytes=70)
    first = Batch.objects.filter(run=some[1]).order_by("pk")[0]
    sums = {name: getattr(first, name) for name in totals(some[1].pk)}
    Run.objects.filter(pk=some[1].pk).update(rolled={"through": first.pk, "sums": sums})
    runs = list(Run.objects.filter(pk__in=[run.pk for run in some]))
    with CaptureQueriesContext(connection) as asked:
        found = totals_of(runs)

    assert found == {run.pk: totals(run.pk) for run in some}
    assert len(asked) == 2
    assert totals_of([]) == {}


def test_progress_says_how_far_how_fast_and_how_long() -> None:
    """From the ledger alone where Redis is away: what is at work is not counted before it has ended."""
    run = a_run(a_job(), RunState.RUNNING, batches=4, each=25)
    Batch.objects.create(
        run=run, kind="filesystem.transfer", queue="filesystem", planned_files=100, planned_bytes=100_000
    )
    found = progress_of(run, now())

    assert (found.done.files, found.planned.files, found.percent) == (100, 200, 50.0)
    assert found.rate.files == pytest.approx(1.0, rel=0.3)
    assert found.seconds_left == pytest.approx(100, rel=0.3)
    assert found.moves
    assert not found.is_scanning
    assert sum(count for _, count in found.outcomes) == 100


def test_a_run_that_scans_says_that_more_may_come() -> None:
    """And one that is over says neither that nor when it would be."""
    run = a_run(a_job(), RunState.RUNNING, batches=1)
    Batch.objects.create(run=run, kind="filesystem.scan", queue="filesystem")
    assert progress_of(run, now()).is_scanning

    over = progress_of(a_run(a_job("other"), RunState.DONE, batches=1), now())
    assert (over.percent, over.seconds_left, over.has_ended) == (100.0, None, True)


def test_rates_are_told_with_tenths_where_they_are_small() -> None:
    """0.4 files a second is something else than none."""
    scale = course._SCALES["Files"]
    assert [scale.told(value) for value in (0, 0.44, 9.96, 1234.5)] == [
        "0 files/s",
        "0.4 files/s",
        "10.0 files/s",
        "1,234 files/s",
    ]


def test_what_unfinished_batches_report_is_in_the_chart(
    embedded: services.Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spread from their beginning to now: the chart of a run that goes on does not fall to nothing at its end."""
    monkeypatch.setattr(course, "LIVE", Live())  # whoever asked before there was a Redis is silent for a while
    run = a_run(a_job(), RunState.RUNNING, batches=1)
    at = now()
    Batch.objects.filter(run=run).update(ended_at=at - 50)
    leased = Batch.objects.create(
        run=run, kind="filesystem.transfer", queue="filesystem", state=BatchState.LEASED, started_at=at - 50
    )
    before = course_of(run, at)
    meter = progress.Meter(run.pk, leased.pk)
    meter.files, meter.bytes = 5_000, 40_000
    progress.tell([meter])
    found = course_of(run, at)
    progress.forget(run.pk)

    assert before is not None
    assert found is not None
    assert before.files.columns[-2].told.endswith(": 0 files/s")
    assert found.files.columns[-2].told.endswith(": 100 files/s")
    assert found.bytes.columns[-2].told.endswith(": 800 B/s")
