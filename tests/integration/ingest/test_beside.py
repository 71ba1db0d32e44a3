"""Two runs of one job: refused, left out, one behind the other, or one instead of the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import approval, jobs
from lading.ingest.app.beside import RunLeftOut
from lading.ingest.app.models import DeletionList, Job
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import claims, control, queueing, sweep
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.orchestration.overlap import Overlap
from tests.carrying import carry, claimed, counts, definition_for, write


@pytest.fixture
def source(shared_ledger: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    write(folder, "a", "b")
    return folder


def stored(source: Path, overlap: Overlap, **options: object) -> Job:
    """Store a job that wants this of its runs."""
    return jobs.store(definition_for(source, overlap=overlap, **options))


def first_batch(run: Run) -> Batch:
    """Return the batch that a run begins with."""
    return Batch.objects.filter(run=run).earliest("pk")


def test_by_default_a_second_run_is_refused(source: Path) -> None:
    """With the first one's number."""
    job = stored(source, Overlap.REFUSE)
    first = jobs.start(job)

    with pytest.raises(UsageError, match=f"run {first.pk} is queued"):
        jobs.start(job)
    assert 1 == Run.objects.count()


def test_a_job_may_do_without_a_second_run(source: Path) -> None:
    """Nothing is written, and what is told is no failure."""
    job = stored(source, Overlap.SKIP)
    jobs.start(job)

    with pytest.raises(RunLeftOut):
        jobs.start(job)
    assert 1 == Run.objects.count()


def test_a_second_run_waits_for_the_end_of_the_first(source: Path) -> None:
    """It is there, says what it waits for, is nobody's to take; when the first one ends it begins and sees what is new."""
    job = stored(source, Overlap.QUEUE)
    first, second = jobs.start(job), jobs.start(job)
    second.refresh_from_db()
    assert (RunState.QUEUED, f"waits for the end of run {first.pk}") == (second.state, second.reason)
    assert claims.claim(first_batch(second).pk, "one") is None

    assert RunState.DONE == carry(first).state
    write(source, "c")
    carry(second)
    assert (RunState.DONE, "", {"created": 1, "unchanged": 2}) == (second.state, second.reason, counts(second))


def test_a_third_run_is_left_out_while_a_second_one_waits(source: Path) -> None:
    """That one has not looked at anything yet: it sees all that a third one would."""
    job = stored(source, Overlap.QUEUE)
    jobs.start(job)
    jobs.start(job)

    with pytest.raises(RunLeftOut):
        jobs.start(job)


def test_a_new_run_may_stop_the_old_one(source: Path) -> None:
    """It begins once the old one's last worker has let go."""
    job = stored(source, Overlap.STOP_OLD)
    old = jobs.start(job)
    held = claimed(first_batch(old))
    new = jobs.start(job)
    sweep.sweep()
    assert RunState.STOPPING == Run.objects.get(pk=old.pk).state
    assert claims.claim(first_batch(new).pk, "one") is None

    claims.let_go(held)
    assert RunState.STOPPED == Run.objects.get(pk=old.pk).state
    assert {"created": 2} == counts(carry(new))


def test_a_new_run_that_stops_one_with_no_work_in_hand_begins_at_once(source: Path) -> None:
    """There is nobody to wait for."""
    job = stored(source, Overlap.STOP_OLD)
    old, new = jobs.start(job), jobs.start(job)

    assert (RunState.STOPPED, None) == (Run.objects.get(pk=old.pk).state, Run.objects.get(pk=new.pk).behind_id)


def test_a_run_that_is_started_and_stopped_and_started_under_one_name_clashes_with_nothing(source: Path) -> None:
    """A worker still has a batch of the first one in hand: what it says later is refused, the new run brings all."""
    job = stored(source, Overlap.QUEUE)
    old = jobs.start(job)
    held = claimed(first_batch(old))
    control.stop(old.pk)
    new = jobs.start(job)
    assert new.behind_id == old.pk
    assert claims.claim(first_batch(new).pk, "two") is None

    claims.let_go(held)
    queueing.go_on()
    assert {"created": 2} == counts(carry(new))
    assert RunState.STOPPED == Run.objects.get(pk=old.pk).state


def test_a_paused_run_is_waited_for_and_can_be_resumed(source: Path) -> None:
    """The one that waits behind it is no reason to refuse that."""
    job = stored(source, Overlap.QUEUE)
    first = jobs.start(job)
    control.pause(first.pk)
    second = jobs.start(job)
    sweep.sweep()
    assert Run.objects.get(pk=second.pk).behind_id == first.pk

    control.resume(first.pk)
    carry(first)
    assert RunState.DONE == carry(second).state


def test_a_run_that_waits_takes_nothing_from_the_deletions_of_the_first_one(source: Path) -> None:
    """The first one still decides about them; those that it holds are replaced when the second one begins."""
    job = stored(source, Overlap.QUEUE, delete_mode=DeleteMode.TRASH, delete_limit="0")
    carry(jobs.start(job))
    (source / "a").unlink()
    first = jobs.start(job)
    second = jobs.start(job)
    carry(first)
    assert DeletionList.State.REPLACED == DeletionList.objects.get(pk=first.pk).state
    assert RunState.DONE == Run.objects.get(pk=first.pk).state

    carry(second)
    assert RunState.HELD == second.state
    approval.approve(second.pk)
    assert {"deleted": 1, "unchanged": 1} == counts(carry(second))


def test_a_run_deletes_what_it_may_although_another_one_waits_behind_it(source: Path) -> None:
    """Nobody went past it: what it decided holds."""
    job = stored(source, Overlap.QUEUE, delete_mode=DeleteMode.TRASH, delete_limit="none")
    carry(jobs.start(job))
    (source / "a").unlink()
    first = jobs.start(job)
    second = jobs.start(job)

    assert {"deleted": 1, "unchanged": 1} == counts(carry(first))
    assert {"unchanged": 1} == counts(carry(second))


def test_two_jobs_on_one_tree_run_side_by_side(source: Path, tmp_path: Path) -> None:
    """One source, two collections: neither waits for the other, and each has its own snapshot."""
    one = jobs.store(definition_for(source))
    other = jobs.store(definition_for(source).model_copy(update={"destination": "/tempZone/home/rods/elsewhere"}))
    first, second = jobs.start(one), jobs.start(other)

    assert {"created": 2} == counts(carry(second))
    assert {"created": 2} == counts(carry(first))


def test_no_batch_of_a_run_that_waits_is_open_to_anybody(source: Path) -> None:
    """Ten of its messages change nothing."""
    job = stored(source, Overlap.QUEUE)
    jobs.start(job)
    second = jobs.start(job)

    assert [None] * 10 == [claims.claim(first_batch(second).pk, f"w{number}") for number in range(10)]
    assert BatchState.QUEUED == first_batch(second).state
