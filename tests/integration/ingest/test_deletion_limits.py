"""Deletions beyond the limits, or of a source in doubt, wait for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import approval, jobs, kinds
from lading.ingest.app.definition import Definition
from lading.ingest.app.deleting import SourceInDoubt
from lading.ingest.app.models import DeletionList, Pin
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import Batch, Run, RunState
from tests import oracle
from tests.carrying import carry, counts, outcomes, step, write
from tests.integration.ingest.deletion_job import KEPT, Job, brought

TRASH, PURGE, UNREGISTER = DeleteMode.TRASH, DeleteMode.NO_TRASH, DeleteMode.UNREGISTER


@pytest.fixture
def job(shared_ledger: Settings, tmp_path: Path) -> Job:
    return brought(shared_ledger, tmp_path)


# --- limits, holding, approval -------------------------------------------------------------------------------------


def hold(job: Job) -> Run:
    """Return a run whose thirty deletions of sixty-five are held."""
    job.remove(*KEPT[:30])
    run = job.sync()
    assert RunState.HELD == run.state
    return run


def test_beyond_the_limits_deletions_are_held_and_files_arrive(job: Job) -> None:
    """More than 20 % of what is managed: nothing goes, what is new comes."""
    write(job.root, "new")
    run = hold(job)
    assert "30 deletions wait for approval: 30 of 66 objects would go; the limit is 20%" == run.reason
    assert {"created": 1, "unchanged": 35} == counts(run)
    assert {*KEPT, "new"} < job.there()


def test_approved_deletions_are_carried_out_after_a_last_look(job: Job) -> None:
    """What came back meanwhile stays."""
    run = hold(job)
    write(job.root, KEPT[0])
    approval.approve(run.pk)
    ended = carry(run)
    assert (RunState.DONE, 29) == (ended.state, counts(ended)["deleted"])
    assert ("skipped", "CAME_BACK") == outcomes(ended)[KEPT[0]]
    assert {KEPT[0], *KEPT[30:]} < job.there()
    assert not {*KEPT[1:30]} & job.there()


def test_rejected_deletions_are_planned_anew(job: Job) -> None:
    """Nothing goes; the next run holds them again."""
    run = hold(job)
    approval.reject(run.pk)
    assert RunState.DONE == Run.objects.get(pk=run.pk).state
    assert set(KEPT) < job.there()
    assert RunState.HELD == job.sync().state


def test_the_next_run_replaces_a_held_list(job: Job) -> None:
    """The old one cannot be approved any more."""
    run = hold(job)
    write(job.root, *KEPT[:30])
    assert RunState.DONE == job.sync().state
    assert DeletionList.State.REPLACED == DeletionList.objects.get(pk=run.pk).state
    with pytest.raises(UsageError, match="no deletions to approve"):
        approval.approve(run.pk)
    assert set(KEPT) < job.there()


def test_a_list_expires(job: Job) -> None:
    """After seven days."""
    run = hold(job)
    late = DeletionList.objects.get(pk=run.pk).decided_at - approval.EXPIRES_AFTER - 60
    DeletionList.objects.filter(pk=run.pk).update(decided_at=late)
    with pytest.raises(UsageError, match="7 days"):
        approval.approve(run.pk)
    approval.expire()
    assert RunState.DONE == Run.objects.get(pk=run.pk).state
    assert set(KEPT) < job.there()


def test_zero_allows_no_deletion(job: Job) -> None:
    """Every list is for a person."""
    job.remove("a")
    assert RunState.HELD == job.sync(delete_limit="0").state
    assert "a" in job.there()


def test_a_folder_has_a_limit_of_its_own(job: Job) -> None:
    """The run's limit would let it pass."""
    job.remove("gone/x")
    assert RunState.HELD == job.sync(delete_limits={"gone": "0"}).state
    assert RunState.DONE == job.sync(delete_limits={"keep": "0"}).state
    assert "gone/x" not in job.there()


def test_a_grace_lets_scans_pass_first(job: Job) -> None:
    """Two more scans have to miss it."""
    job.remove("a", "gone")
    for _ in range(2):
        run = job.sync(delete_grace=2)
        assert (RunState.DONE, 2) == (run.state, DeletionList.objects.get(pk=run.pk).waiting)
        assert {"a", "gone/x"} < job.there()
    assert 4 == counts(job.sync())["deleted"]


def test_a_grace_begins_anew_when_the_file_was_there_meanwhile(job: Job) -> None:
    """Scans in a row count."""
    job.options["delete_grace"] = 1
    for missing in (True, False, True):
        job.remove("a") if missing else write(job.root, "a")
        job.sync()
    assert "a" in job.there()
    job.sync()
    assert "a" not in job.there()


# --- the source ----------------------------------------------------------------------------------------------------


def test_b6_an_empty_root_is_held(job: Job) -> None:
    """Known defect: a source that vanished took its target along. Here it is held, whatever the limits say."""
    for path in list(job.root.iterdir()):
        job.remove(path.name)
    run = job.sync(delete_limit="none")
    assert RunState.HELD == run.state
    assert "is it mounted?" in run.reason
    assert set(KEPT) < job.there()


def test_b6_a_mount_that_comes_back_finds_everything(job: Job) -> None:
    """Known defect: what an empty mount point had wiped was never restored. Here nothing went, and nothing is sent."""
    before, away = oracle.zone_tree(job.home, job.collection), job.root.with_name("away")
    job.root.rename(away)
    job.root.mkdir()
    held = job.sync(delete_limit="none")
    job.root.rmdir()
    away.rename(job.root)
    back = job.sync()

    assert (RunState.HELD, {}) == (held.state, outcomes(held))
    assert (RunState.DONE, {"unchanged": len(before)}) == (back.state, counts(back))
    assert before == oracle.zone_tree(job.home, job.collection)


def test_another_root_under_the_same_path_is_held_until_it_is_approved(job: Job) -> None:
    """Files of the new one come at once."""
    job.root.rename(job.root.with_name("old"))
    write(job.root, *KEPT, "b", "gone/x", "gone/deep/er/y", "gone/deep/z", "new")
    run = job.sync()
    assert RunState.HELD == run.state
    assert "another folder or filesystem" in run.reason
    assert {"a", "new"} < job.there()

    approval.approve(run.pk)
    assert RunState.DONE == carry(run).state
    assert "a" not in job.there()
    assert str(job.root.stat().st_ino) == Pin.objects.get().inode
    assert RunState.DONE == job.sync().state


def test_without_its_sentinel_nothing_goes(job: Job) -> None:
    """A file that only the right source has."""
    job.remove("a")
    run = job.sync(sentinel="b/../missing-marker")
    assert RunState.HELD == run.state
    with pytest.raises(UsageError, match="sentinel"):
        approval.approve(run.pk)
    assert RunState.DONE == job.sync(sentinel="b").state
    assert "a" not in job.there()


def test_a_source_that_empties_after_the_decision_stops_the_deletion(job: Job) -> None:
    """Nothing goes."""
    job.remove("a")
    run = jobs.start(jobs.store(Definition(source=str(job.root), destination=job.collection, **job.options)))
    while not Batch.objects.filter(run=run, kind=kinds.DELETE).exists():
        step(run)
    for path in list(job.root.iterdir()):
        job.remove(path.name)
    with pytest.raises(SourceInDoubt, match="is empty"):
        step(run)
    assert {*KEPT, "a"} < job.there()
