"""What vanished at the source goes at the destination: only that, and it can come back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.ingest.app import jobs, retrying, scanning
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import DeletionLine, DeletionList, Segment
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode, Operation
from lading.orchestration.ledger import claims
from lading.orchestration.models import Batch, Outcome, RunState, outcome_id
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import carry, counts, outcomes, write
from tests.integration.ingest.deletion_job import KEPT, Job, brought, job_of

TRASH, PURGE, UNREGISTER = DeleteMode.TRASH, DeleteMode.NO_TRASH, DeleteMode.UNREGISTER


@pytest.fixture
def job(shared_ledger: Settings, tmp_path: Path) -> Job:
    return brought(shared_ledger, tmp_path)


# --- what goes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [TRASH, PURGE])
def test_b22_what_vanished_goes_in_one_run_whatever_the_depth(job: Job, mode: DeleteMode) -> None:
    """
    Known defect: each run removed one level of a tree, and failed.

    Here objects and collections go in one; each object has its outcome; the next run has nothing to do; the rest stays.
    """
    job.remove("a", "gone")

    run = job.sync(delete_mode=mode)

    assert (RunState.DONE, {"deleted": 4, "unchanged": 61}) == (run.state, counts(run))
    assert {"a", "gone/x", "gone/deep/er/y", "gone/deep/z"} == set(outcomes(run))
    assert {*KEPT, "b"} == job.there()
    assert {"keep"} == oracle.collections(job.home, job.collection)
    assert (mode is TRASH) == bool(job.trashed())
    assert {} == outcomes(job.sync())


def test_without_a_delete_mode_nothing_goes(job: Job) -> None:
    """The default."""
    job.remove("a", "gone")
    assert {"unchanged": 61} == counts(job.sync(delete_mode=DeleteMode.DO_NOT_DELETE))
    assert {"a", "gone/x"} < job.there()


def test_what_vanished_before_deletion_was_asked_for_goes_later(job: Job) -> None:
    """It is managed all the time."""
    job.remove("a", "gone")
    job.sync(delete_mode=DeleteMode.DO_NOT_DELETE)
    run = job.sync(delete_mode=TRASH)
    assert 4 == counts(run)["deleted"]
    assert {*KEPT, "b"} == job.there()


def test_a_file_that_came_back_stays_managed(job: Job) -> None:
    """It is sent as any other."""
    data = (job.root / "a").read_bytes()
    job.remove("a")
    job.sync()
    (job.root / "a").write_bytes(data)
    assert {"a": ("created", "")} == outcomes(job.sync())
    job.remove("a")
    assert {"a": ("deleted", "")} == outcomes(job.sync())


def test_a_renamed_folder_goes_and_comes(job: Job) -> None:
    """In one run."""
    (job.root / "gone").rename(job.root / "here")
    run = job.sync()
    assert {"created": 3, "deleted": 3} == {name: counts(run)[name] for name in ("created", "deleted")}
    assert {"keep", "here", "here/deep", "here/deep/er"} == oracle.collections(job.home, job.collection)


def test_a_file_that_became_a_folder_and_the_other_way_round(job: Job) -> None:
    """The old goes in the first run, the new comes in the second."""
    job.remove("a", "gone")
    write(job.root, "a/inside", "gone")
    job.sync()
    run = job.sync()
    assert RunState.DONE == run.state, outcomes(run)
    assert {*KEPT, "b", "a/inside", "gone"} == job.there()


# --- what stays ----------------------------------------------------------------------------------------------------


def test_only_what_the_job_brought_goes(job: Job) -> None:
    """Objects of others stay, and the collection with them."""
    job.put("gone/foreign", b"somebody's")
    job.put("other", b"somebody's")
    job.remove("gone")

    run = job.sync()

    assert 3 == counts(run)["deleted"]
    assert {"gone/foreign", "other"} < job.there()
    assert {"keep", "gone"} == oracle.collections(job.home, job.collection)
    assert {} == outcomes(job.sync())


def test_an_object_that_was_changed_in_irods_stays(job: Job) -> None:
    """It is not what the job brought."""
    job.put("a", b"somebody wrote something else")
    job.put("gone/x", b"and here")
    job.remove("a", "gone")

    run = job.sync()

    assert ("skipped", "CHANGED_IN_IRODS") == outcomes(run)["a"] == outcomes(run)["gone/x"]
    assert {"a", "gone/x"} < job.there()
    assert 2 == counts(run)["deleted"]


def test_b5_what_is_excluded_stays(job: Job) -> None:
    """Excluded is not vanished. Known defect: it was deleted, with all that is below."""
    job.sync(exclude=("gone/", "a"))
    job.remove("b")
    assert {"b": ("deleted", "")} == outcomes(job.sync())
    assert {"a", "gone/x", "gone/deep/er/y"} < job.there()


def test_a_link_in_place_of_a_file_is_no_loss(job: Job) -> None:
    """The source still has something under that name."""
    job.remove("a")
    (job.root / "a").symlink_to("b")
    run = job.sync()
    assert {"a": ("skipped", "LINK_SKIPPED")} == outcomes(run)
    assert "a" in job.there()


def test_a_folder_that_could_not_be_read_forbids_deletions(job: Job) -> None:
    """What is below it is not known. The row is written here: nothing is unreadable to root."""
    job.remove("a")
    run = jobs.start(jobs.store(Definition(source=str(job.root), destination=job.collection, **job.options)))
    scan = Batch.objects.get(run=run)
    Outcome.objects.create(
        id=outcome_id(scan.pk, 1000), run=run, subject="gone", outcome="failed", code="SOURCE_UNREADABLE", at=0
    )
    held = claims.claim(scan.pk, "test")
    assert held is not None
    ending = scanning.scan_batch(held, Meter(run.pk, held.batch_id))
    claims.finish(held, replace(ending, counts={**ending.counts, "failed": 1}))

    run = carry(run)

    assert DeletionList.State.DROPPED == DeletionList.objects.get(pk=run.pk).state
    assert "1 paths could not be looked at, the first is gone" in DeletionList.objects.get(pk=run.pk).reasons[0][1]
    assert {"a", "gone/x"} < job.there()


def test_a_scan_that_was_given_up_forbids_deletions(job: Job) -> None:
    """Copies are made all the same."""
    job.remove("a")
    write(job.root, "new")
    run = jobs.start(jobs.store(Definition(source=str(job.root), destination=job.collection, **job.options)))
    scan = Batch.objects.get(run=run)
    Batch.objects.create(
        run=run, kind=scan.kind, queue=scan.queue, state="parked", code="INTERNAL", payload=scan.payload
    )

    run = carry(run)

    assert DeletionList.State.DROPPED == DeletionList.objects.get(pk=run.pk).state
    assert {"a", "new"} < job.there()


def test_a_retry_of_failed_files_plans_no_deletion(job: Job) -> None:
    """It looks at a part of the source only."""
    os.mkfifo(job.root / "gone" / "pipe")
    first = job.sync()
    Outcome.objects.filter(run=first).update(outcome="failed", subject="gone")
    job.remove("gone/x")

    again = carry(retrying.retry_failed(first.pk))

    assert not DeletionLine.objects.filter(run_id=again.pk).exists()
    assert "gone/x" in job.there()


# --- mirror --------------------------------------------------------------------------------------------------------


def test_a_mirror_removes_what_others_brought_too(job: Job) -> None:
    """Objects, and collections with all that is in them; what the source has stays, and what is excluded."""
    with oracle.session(job.home) as irods:
        irods.collections.create(f"{job.collection}/theirs/deep")
    for name in ("foreign", "gone/foreign", "theirs/one", "theirs/deep/two", "notes.txt"):
        job.put(name, b"somebody's")
    job.remove("a")

    run = job.sync(delete_scope=DeleteScope.MIRROR, exclude=("*.txt",))
    while run.state != RunState.DONE:
        run = job.sync()

    assert {*KEPT, "b", "gone/x", "gone/deep/er/y", "gone/deep/z", "notes.txt"} == job.there()
    assert {"keep", "gone", "gone/deep", "gone/deep/er"} == oracle.collections(job.home, job.collection)


# --- coming back ---------------------------------------------------------------------------------------------------


def test_what_went_to_the_trash_comes_back(job: Job) -> None:
    """Each object to its place, with its bytes; the next run leaves it alone."""
    before = oracle.zone_tree(job.home, job.collection)
    job.remove("a", "gone")
    run = job.sync()

    again = carry(jobs.restore(run.pk))

    assert (RunState.DONE, {"created": 4}) == (again.state, counts(again))
    assert before == {**oracle.zone_tree(job.home, job.collection)}
    assert {} == {path: found for path, found in outcomes(job.sync()).items() if found[0] == "deleted"}
    assert set(before) == job.there()


def test_what_was_purged_cannot_come_back_and_that_is_said(job: Job) -> None:
    """Each object fails with the reason."""
    job.remove("a")
    run = job.sync(delete_mode=PURGE)
    assert {"a": ("failed", "PURGED")} == outcomes(carry(jobs.restore(run.pk)))


def test_a_restore_tells_what_the_ledger_has_forgotten(job: Job) -> None:
    """It waited too long: what it cannot bring back is a failure, and not left out."""
    job.remove("a", "b")
    run = job.sync()
    again = jobs.restore(run.pk)
    first = Outcome.objects.filter(run=run, outcome="deleted", subject="a").get()
    Outcome.objects.filter(pk=first.pk).delete()

    told = outcomes(carry(again))

    assert {f"outcome {first.pk}": ("failed", "NOT_IN_LEDGER"), "b": ("created", "RESTORED")} == told


def test_a_restored_object_never_overwrites(job: Job) -> None:
    """Somebody else may have its place by now."""
    job.remove("a")
    run = job.sync()
    job.put("a", b"somebody's")
    assert {"a": ("skipped", "OBJECT_EXISTS")} == outcomes(carry(jobs.restore(run.pk)))


def test_unregistered_files_are_registered_again(shared_ledger: Settings, tmp_path: Path) -> None:
    """Their bytes were never touched."""
    job = job_of(shared_ledger, tmp_path, delete_mode=UNREGISTER, operation=Operation.REGISTER_SYNC)
    root = job.root
    write(root, "a", "b", *KEPT)
    job.sync()
    hidden = root.with_name("hidden")
    (root / "a").rename(hidden)
    run = job.sync()
    assert {"a": ("deleted", "")} == outcomes(run)
    assert "a" not in job.there()

    hidden.rename(root / "a")
    assert {"a": ("registered", "RESTORED")} == outcomes(carry(jobs.restore(run.pk)))
    assert "a" in job.there()


def test_snapshots_of_what_went_go_too(job: Job) -> None:
    """Nothing is left of a vanished folder."""
    job.remove("gone")
    job.sync()
    assert {b"", b"keep"} == {bytes(row) for row in Segment.objects.values_list("folder", flat=True)}


@pytest.mark.parametrize(
    ("operation", "mode"),
    [(Operation.PUT, TRASH), (Operation.PUT_SYNC, UNREGISTER), (Operation.REGISTER_SYNC, TRASH)],
)
def test_a_forbidden_pair_is_refused_before_anything_starts(operation: Operation, mode: DeleteMode) -> None:
    """With what would go."""
    with pytest.raises(ValueError, match=f"{operation.value} does not go with delete mode {mode.value}"):
        Definition(source="/s", destination="/tempZone/home/rods/d", operation=operation, delete_mode=mode)
