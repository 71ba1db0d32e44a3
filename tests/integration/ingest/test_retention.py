"""What leaves the ledger by its age, and what stays: outcomes, plans, the trail."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from lading.accounts.models import Entry
from lading.base.errors import UsageError
from lading.ingest.app import comparisons, jobs, kinds, manifests, restoring, retrying
from lading.ingest.app.models import FileFacts, Job, Removed
from lading.ingest.app.rehearsal_kind import RUN_KIND as PLAN_KIND
from lading.ingest.app.task_names import FILESYSTEM
from lading.orchestration import retention
from lading.orchestration.ledger import sweep
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, Tick, outcome_id

pytestmark = pytest.mark.django_db

DAY = 86_400.0
OPTIONS = {"source": "/a"}
ROWS = {"created": 4, "updated": 1, "skipped": 2, "failed": 2, "deleted": 1}


def a_run(days: float, state: str = RunState.DONE_WITH_FAILURES, *, has_manifest: bool = True) -> Run:
    """Write a run that ended so many days ago, with the rows of `ROWS`."""
    at = now() - days * DAY
    run = Run.objects.create(
        kind="ingest", title="old", state=state, created_at=at, started_at=at, ended_at=at, options=OPTIONS
    )
    moved = Batch.objects.create(run=run, kind=kinds.TRANSFER, queue="filesystem", state=BatchState.DONE, **ROWS)
    names = [name for name, count in ROWS.items() for _ in range(count)]
    rows = [
        Outcome(id=outcome_id(moved.pk, n), run=run, subject=f"file-{n}", outcome=name, at=at)
        for n, name in enumerate(names)
    ]
    Outcome.objects.bulk_create(rows)
    FileFacts.objects.bulk_create([FileFacts(id=row.pk, logical_path=f"/z/{row.subject}", size=1) for row in rows])
    Removed.objects.bulk_create([Removed(id=row.pk, mode="trash") for row in rows if row.outcome == "deleted"])
    if has_manifest:
        Batch.objects.create(run=run, kind=kinds.FINISH, queue="orchestration", state=BatchState.DONE)
    return run


def a_job() -> Job:
    return Job.objects.create(
        name="a",
        source="/a",
        source_identity="/a",
        destination="/z/a",
        zone_identity="z",
        options={"source": "/a", "destination": "/z/a"},
        created_at=0.0,
    )


def rows_of(run: Run) -> Counter[str]:
    """Return how many rows the run has of each outcome."""
    return Counter(Outcome.objects.filter(run=run).values_list("outcome", flat=True))


def look() -> None:
    """Let an hour pass, and sweep until nothing is left to remove."""
    Tick.objects.filter(name="retention").update(at=0)
    for _ in range(100):
        retention.tick()
        if Tick.objects.get(name="retention").at:
            return
    raise AssertionError("it never came to an end")


def test_outcomes_leave_when_their_time_has_come() -> None:
    """Others after 90 days, failures and what a restore needs after a year; counts stay."""
    young, older, oldest = a_run(89), a_run(91), a_run(366)
    look()

    assert rows_of(young) == ROWS
    assert rows_of(older) == {"failed": 2, "deleted": 1}
    assert rows_of(oldest) == {}
    assert FileFacts.objects.count() == Outcome.objects.count() == 13
    assert len(restoring.batches(older.pk)) == 1
    assert Removed.objects.count() == 2
    assert totals(oldest.pk)["created"] == 4


@pytest.mark.parametrize(
    ("state", "has_manifest"),
    [(RunState.STOPPED, True), (RunState.FAILED, True), (RunState.DONE, False), (RunState.HELD, True)],
)
def test_what_may_still_be_needed_stays(state: str, has_manifest: bool) -> None:
    """A run that can go on writes its manifest of all rows; one whose manifest was never written has nothing else."""
    run = a_run(400, state, has_manifest=has_manifest)
    later = a_run(395)
    look()

    assert rows_of(run) == ROWS
    assert rows_of(later) == {}, "it keeps no other run from being dealt with"


def test_a_list_that_is_not_whole_is_refused() -> None:
    """At once, and not as a file that ends early."""
    run, young = a_run(91), a_run(1)
    look()

    with pytest.raises(UsageError, match="does not have all outcomes"):
        manifests.lines(run.pk)
    assert manifests.lines(young.pk) is not None
    assert retention.has_aged(Run.objects.get(pk=run.pk))


def test_what_compared_says_nothing_of_what_has_left() -> None:
    """Without the rows of what differed all would look the same."""
    run = a_run(366)
    Run.objects.filter(pk=run.pk).update(kind=kinds.VERIFY_KIND)
    look()

    assert rows_of(run) == {}
    with pytest.raises(UsageError, match="does not have all outcomes"):
        comparisons.totals(run.pk)
    with pytest.raises(UsageError, match="does not have all outcomes"):
        comparisons.lines(run.pk, same=True)


def test_nobody_restores_or_retries_the_half_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is told that there was nothing."""
    monkeypatch.setattr(retention, "_ROWS", 2)
    monkeypatch.setattr(retention, "_TIMES", 1)
    run = a_run(366)
    Run.objects.filter(pk=run.pk).update(job_id=a_job().pk)
    Outcome.objects.filter(run=run, outcome="skipped").update(outcome="deleted")
    Outcome.objects.filter(run=run, outcome="created").update(outcome="failed")
    retention.tick()

    assert rows_of(run)["deleted"] == 3
    assert rows_of(run)["failed"] == 4
    with pytest.raises(UsageError, match="have left the ledger by their age"):
        jobs.restore(run.pk)
    with pytest.raises(UsageError, match="have left the ledger by their age"):
        retrying.retry_failed(run.pk)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.PAUSED, RunState.RUNNING])
def test_what_is_being_restored_stays(state: str) -> None:
    """The batches of a restore name rows; it may wait for as long as somebody likes."""
    job = a_job()
    run = a_run(366)
    again = Run.objects.create(kind="ingest", title="restore", state=state, created_at=now(), job_id=job.pk)
    Run.objects.filter(pk=run.pk).update(job_id=job.pk)
    Batch.objects.create(run=again, kind=kinds.RESTORE, queue="deletion", state=BatchState.QUEUED)
    look()

    assert rows_of(run) == ROWS


def test_many_rows_leave_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sweep removes no more than it should; the next one goes on where it stopped, not an hour later."""
    monkeypatch.setattr(retention, "_ROWS", 2)
    monkeypatch.setattr(retention, "_TIMES", 1)
    runs = [a_run(91), a_run(92)]
    counts = []
    for _ in range(12):
        retention.tick()
        counts.append(sum(rows_of(run).total() for run in runs))

    assert max(before - after for before, after in pairwise([20, *counts])) == 2
    assert counts[-1] == 6
    assert Tick.objects.get(name="retention").at > 0


def test_plans_leave_but_for_the_newest_of_each_job() -> None:
    """With their batches; a plan that is made now stays."""

    def a_plan(days: float, state: str = RunState.DONE) -> Run:
        at = now() - days * DAY
        run = Run.objects.create(kind=PLAN_KIND, title="plan", state=state, created_at=at, ended_at=at)
        Batch.objects.create(run=run, kind=FILESYSTEM.plan, queue="filesystem", state=BatchState.DONE, result=b"x")
        return run

    old, newest, young = a_plan(40), a_plan(35), a_plan(3)
    Job.objects.create(
        name="a", source="/a", source_identity="/a", destination="/z/a", zone_identity="z", created_at=0.0,
        rehearsal_id=newest.pk,
    )  # fmt: skip
    look()

    assert not Run.objects.filter(pk=old.pk).exists()
    assert set(Run.objects.values_list("pk", flat=True)) == {newest.pk, young.pk}
    assert Batch.objects.count() == 2


def test_the_trail_is_as_long_as_the_settings_say() -> None:
    """Lines older than 400 days leave, in any number."""
    old = [Entry(at=now() - 401 * DAY, action="run.stop", result="ok") for _ in range(2_500)]
    Entry.objects.bulk_create([*old, *(Entry(at=now() - 399 * DAY, action="run.stop", result="ok") for _ in range(3))])
    look()

    assert Entry.objects.count() == 3


def test_the_sweep_does_it() -> None:
    """And looks again after an hour only, once nothing is left."""
    assert retention.tick in sweep.errands
    look()
    run = a_run(91)
    retention.tick()
    assert rows_of(run) == ROWS
    Tick.objects.filter(name="retention").update(at=now() - 3_601)
    retention.tick()
    assert rows_of(run) == {"failed": 2, "deleted": 1}
