"""What must stay although much speaks for deleting it; and lists that mean more than somebody agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import approval, deciding, jobs, kinds
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import DeletionLine, DeletionList
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import claims, control
from lading.orchestration.models import Batch, Run, RunState
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import carry, claimed, counts, outcomes, step, write
from tests.integration.ingest.deletion_job import KEPT, Job, brought

MIRROR, TRASH, PURGE = DeleteScope.MIRROR, DeleteMode.TRASH, DeleteMode.NO_TRASH


@pytest.fixture
def job(shared_ledger: Settings, tmp_path: Path) -> Job:
    return brought(shared_ledger, tmp_path)


def collection(job: Job, name: str) -> None:
    with oracle.session(job.home) as irods:
        irods.collections.create(f"{job.collection}/{name}")


def until(job: Job, kind: str) -> Run:
    """Begin a run and carry it to where a batch of the kind waits."""
    run = jobs.start(jobs.store(Definition(source=str(job.root), destination=job.collection, **job.options)))
    while not Batch.objects.filter(run=run, kind=kind).exists():
        assert step(run)
    return run


# --- what somebody else wrote --------------------------------------------------------------------------------------


def test_an_object_that_was_overwritten_with_as_many_bytes_stays(job: Job) -> None:
    """Who writes without a checksum leaves none: then nothing says that it is what the job brought."""
    job.put("a", bytes(len((job.root / "a").read_bytes())))
    job.put("gone/x", bytes(len((job.root / "gone/x").read_bytes())))
    job.remove("a", "gone")

    run = job.sync()

    assert ("skipped", "CHANGED_IN_IRODS") == outcomes(run)["a"] == outcomes(run)["gone/x"]
    assert {"a", "gone/x"} < job.there()


# --- what a list means ---------------------------------------------------------------------------------------------


def test_what_others_put_into_a_vanished_folder_counts_before_it_goes(job: Job) -> None:
    """A mirror asks first: the limit is for them, too."""
    for number in range(10):
        job.put(f"gone/theirs-{number}", b"somebody's")
    job.remove("gone")

    for _ in range(3):
        run = job.sync(delete_scope=MIRROR, delete_limit="5")

    assert RunState.HELD == run.state
    assert {f"gone/theirs-{number}" for number in range(10)} < job.there()


def test_what_others_put_into_a_vanished_folder_goes_with_the_next_run_and_comes_back(job: Job) -> None:
    """A mirror's second run finds a foreign collection."""
    job.put("gone/theirs", b"somebody's")
    job.remove("gone")
    job.sync(delete_scope=MIRROR)
    assert "gone/theirs" in job.there()

    run = job.sync()

    assert {"gone/theirs": ("deleted", "")} == outcomes(run)
    assert {"keep"} == oracle.collections(job.home, job.collection)
    assert {"gone/theirs": ("created", "RESTORED")} == outcomes(carry(jobs.restore(run.pk)))
    assert "gone/theirs" in job.there()


@pytest.mark.parametrize("mode", [TRASH, PURGE])
def test_what_comes_into_a_foreign_collection_after_it_was_listed_is_not_approved(job: Job, mode: DeleteMode) -> None:
    """It is listed for the next approval."""
    collection(job, "theirs")
    job.put("theirs/one", b"somebody's")
    run = job.sync(delete_scope=MIRROR, delete_limit="0", delete_mode=mode)
    assert RunState.HELD == run.state
    job.put("theirs/two", b"came later")

    approval.approve(run.pk)
    held = claimed(Batch.objects.get(run=run, kind=kinds.DECIDE, state="queued"))
    deciding.decide_batch(held, Meter(run.pk, held.batch_id))  # and its worker dies
    claims.give_back(held)

    assert RunState.HELD == carry(run).state
    assert {"theirs/one", "theirs/two"} < job.there()
    approval.approve(run.pk)
    assert RunState.DONE == carry(run).state
    assert {*KEPT, "a", "b", "gone/x", "gone/deep/er/y", "gone/deep/z"} == job.there()


# --- a link --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [TRASH, PURGE])
@pytest.mark.parametrize("target", ["nowhere", "keep"])
def test_a_link_in_place_of_a_folder_is_no_loss(job: Job, target: str, mode: DeleteMode) -> None:
    """It may lead to where the folder was moved, and not be mounted now."""
    job.remove("gone")
    (job.root / "gone").symlink_to(target)
    for _ in range(2):
        job.sync(delete_mode=mode)
    assert {"gone/x", "gone/deep/er/y", "gone/deep/z"} < job.there()


@pytest.mark.parametrize("mode", [TRASH, PURGE])
def test_a_link_that_takes_the_place_of_a_folder_after_the_decision_is_no_loss(job: Job, mode: DeleteMode) -> None:
    """The last look sees it."""
    job.remove("gone")
    job.options["delete_mode"] = mode
    run = until(job, kinds.DELETE)
    (job.root / "gone").symlink_to("nowhere")
    carry(run)
    assert {"gone/x", "gone/deep/er/y", "gone/deep/z"} < job.there()


# --- runs that are taken up again ----------------------------------------------------------------------------------


def test_a_held_list_is_replaced_also_while_its_run_is_stopped(job: Job) -> None:
    """Under other options something else may go."""
    job.remove("a")
    run = job.sync(delete_limit="0")
    control.stop(run.pk)
    assert RunState.DONE == job.sync(delete_mode=DeleteMode.DO_NOT_DELETE).state

    control.resume(run.pk)

    assert DeletionList.State.REPLACED == DeletionList.objects.get(pk=run.pk).state
    with pytest.raises(UsageError, match="no deletions to approve"):
        approval.approve(run.pk)


@pytest.mark.parametrize("kind", [kinds.DECIDE, kinds.DELETE])
def test_deletions_of_a_stopped_run_are_not_taken_up_after_another_run(job: Job, kind: str) -> None:
    """It has planned its own."""
    job.remove("a", "gone")
    run = until(job, kind)
    control.stop(run.pk)
    assert RunState.DONE == job.sync(delete_mode=DeleteMode.DO_NOT_DELETE).state

    control.resume(run.pk)
    ended = carry(run)

    assert RunState.DONE == ended.state
    assert {"a", "gone/x"} < job.there()
    assert "deleted" not in counts(ended)


# --- what is left out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [TRASH, PURGE])
def test_what_an_ignore_file_leaves_out_stays_when_its_folder_vanishes(job: Job, mode: DeleteMode) -> None:
    """Also where the line came together with the loss."""
    job.sync(ignore_file=".skip")
    write(job.root, ".skip", data=b"")
    (job.root / ".skip").write_bytes(b"y\n")
    job.remove("gone")

    job.sync(delete_mode=mode)

    assert {"gone/deep/er/y"} == {path for path in job.there() if path.startswith("gone/")}


@pytest.mark.parametrize("mode", [TRASH, PURGE])
def test_what_an_ignore_file_leaves_out_stays_in_a_foreign_collection(job: Job, mode: DeleteMode) -> None:
    """Wherever it is."""
    collection(job, "theirs")
    job.put("theirs/notes", b"somebody's")
    job.put("theirs/one", b"somebody's")
    (job.root / ".skip").write_bytes(b"notes\n")
    job.sync(ignore_file=".skip", delete_scope=MIRROR, delete_mode=mode)
    assert {"theirs/notes"} == {path for path in job.there() if path.startswith("theirs/")}


# --- coming back ---------------------------------------------------------------------------------------------------


def test_what_somebody_took_out_of_the_trash_is_left_where_it_is(job: Job) -> None:
    """It is theirs now."""
    job.remove("a")
    run = job.sync()
    with oracle.session(job.home) as irods:
        trashed = f"{job.collection.replace('/home/', '/trash/home/')}/a"
        irods.data_objects.move(trashed, f"{job.collection}/saved")

    again = carry(jobs.restore(run.pk))

    assert {"a": ("failed", "NOT_IN_TRASH")} == outcomes(again)
    assert "saved" in job.there()


@pytest.mark.parametrize("name", ["raw/", "raw/2020", ""])
def test_a_limit_of_a_folder_that_is_none_is_refused(name: str) -> None:
    """It would let everything pass."""
    with pytest.raises(ValueError, match="right below the source"):
        Definition(source="/s", destination="/tempZone/home/rods/d", delete_limits={name: "0"})


def test_a_path_is_told_once(job: Job) -> None:
    """However often the scan came by it."""
    job.remove("a")
    run = until(job, kinds.DECIDE)
    line = DeletionLine.objects.get(run_id=run.pk)
    line.pk = None
    line.save()
    assert {"deleted": 1, "unchanged": 64} == counts(carry(run))
    assert set(KEPT) < job.there()
