"""A ledger of last week: what is newer in iRODS is compared and not sent again, and nothing is deleted unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.base.errors import ConnectionLost
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app import approval, manifests, retrying
from lading.ingest.app.models import DeletionList
from lading.ingest.app.run_options import of_run
from lading.ingest.engine.values import DeleteMode, Operation
from lading.orchestration.ledger import going_back, tallies
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, Window
from tests import oracle
from tests.carrying import begun, carry, outcomes, step
from tests.integration.ingest.last_week import LastWeek, lose
from tests.integration.ingest.trees import Tree, a_tree

KEPT = [f"keep/{number:02}" for number in range(40)]


@pytest.fixture
def tree(shared_ledger: Settings, tmp_path: Path) -> Tree:
    """Return a tree that was brought once."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for name in (*KEPT, "changed", "renewed", "reverted", "replaced", "vanished", "gone/x"):
        tree.write(name, name.encode() * 100)
    tree.options = {"delete_mode": DeleteMode.TRASH}
    assert RunState.DONE == tree.sync().state
    return tree


def a_week(tree: Tree) -> None:
    """Let files come, change and go, in several runs."""
    tree.write("changed", b"longer than it was" * 100)
    tree.write("renewed", b"another" * 100)  # as many bytes as before
    tree.write("reverted", b"reverted" * 99 + b"tampered")
    tree.write("new", b"new" * 100)
    tree.write("fresh/er", b"fresher" * 100)
    tree.sync()
    tree.write("reverted", b"reverted" * 100)
    (tree.root / "vanished").unlink()
    shutil.rmtree(tree.root / "gone")
    tree.sync()


def sent(run: Run) -> int:
    """Return how many bytes a run sent."""
    return tallies.totals(run.pk)["bytes"]


def approved(run: Run) -> Run:
    """Approve what a run holds, and carry it out."""
    assert RunState.HELD == run.state
    approval.approve(run.pk)
    return carry(run)


def test_what_is_newer_in_irods_is_compared_and_not_sent_again(tree: Tree) -> None:
    """Changed, changed back, new, in a new folder: all of it is there, none of it is sent, all of it is known again."""
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    run = tree.sync()

    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)
    assert (0, len(KEPT) + 6) == (sent(run), tree.counts(run)["unchanged"])
    approved(run)
    before = tree.requests()
    assert {"unchanged": len(KEPT) + 6} == tree.counts(tree.sync())
    assert 0 == tree.requests() - before


def test_only_folders_in_which_something_would_be_sent_are_asked_for(tree: Tree) -> None:
    """One question for the root; two listings of the new folder, and one question for what is new in it."""
    tree.options["delete_mode"] = DeleteMode.DO_NOT_DELETE
    tree.sync()
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    before = tree.requests()
    run = tree.sync()

    assert (0, RunState.DONE) == (sent(run), run.state)
    assert 1 + 2 + 1 == tree.requests() - before


def test_what_changed_since_the_last_run_is_sent(tree: Tree) -> None:
    """Also a file that is as the old ledger knows it, while iRODS has what was sent meanwhile."""
    last_week = LastWeek()
    a_week(tree)
    tree.write("changed", b"once more" * 100)
    tree.write("renewed", b"renewed" * 100)
    tree.write("newest", b"newest" * 100)
    last_week.restore()
    run = tree.sync()

    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)
    assert 900 + 700 + 600 == sent(run)
    assert {"updated": 2, "created": 1} == {name: tree.counts(run)[name] for name in ("updated", "created")}


@pytest.mark.parametrize("operation", [Operation.PUT, Operation.PUT_APPEND, Operation.REGISTER_SYNC, Operation.NO_OP])
def test_no_operation_sends_again_what_is_there(tree: Tree, operation: Operation) -> None:
    """Nor does one write over what is there."""
    tree.collection += operation.value
    tree.options = {"operation": operation}
    tree.sync()
    last_week = LastWeek()
    tree.write("changed", b"longer than it was" * 100)
    tree.write("new", b"new" * 100)
    tree.sync()
    there = tree.zone()
    last_week.restore()
    run = tree.sync()

    assert 0 == sent(run)
    assert not {"created", "updated", "registered", "failed"} & tree.counts(run).keys()
    assert there == tree.zone()


def test_bundles_are_not_sent_again(tree: Tree) -> None:
    """Files that would go together are looked for, too."""
    tree.options["bundle"] = 10
    tree.sync()
    last_week = LastWeek()
    for number in range(30):
        tree.write(f"small/{number:02}", b"%d" % number)
    tree.sync()
    tree.write("keep/more", b"more")
    last_week.restore()
    run = tree.sync()

    assert (4, RunState.DONE) == (sent(run), run.state)
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


def test_a_large_file_is_read_and_not_sent_again(tree: Tree) -> None:
    """In ranges it went, whole it is compared."""
    limit = int(config.current().transfer.one_call_limit_bytes)
    tree.write("large", b"l" * (limit + 1))
    tree.sync()
    last_week = LastWeek()
    tree.write("large", b"m" * (limit + 1))
    tree.sync()
    last_week.restore()

    assert 0 == sent(tree.sync())
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


# --- deletions -----------------------------------------------------------------------------------------------------


def test_deletions_are_held_until_somebody_has_looked(tree: Tree) -> None:
    """However few; what went already is told so."""
    last_week = LastWeek()
    a_week(tree)
    (tree.root / "keep/00").unlink()
    last_week.restore()
    run = tree.sync()

    assert "restored from a back-up" in run.reason
    assert "keep/00" in tree.zone()
    approved(run)
    gone = (Kind.SKIPPED.value, "ALREADY_GONE")
    assert {"vanished": gone, "gone/x": gone, "keep/00": (Kind.DELETED.value, "")} == outcomes(run)
    (tree.root / "keep/01").unlink()
    assert {"deleted": 1} == {"deleted": tree.counts(tree.sync())["deleted"]}


def test_what_was_replaced_meanwhile_is_not_what_vanished(tree: Tree) -> None:
    """Its object is newer than the ledger: it stays, even approved."""
    last_week = LastWeek()
    tree.write("replaced", b"another" * 200)
    tree.sync()
    (tree.root / "replaced").unlink()
    last_week.restore()
    run = approved(tree.sync())

    assert {"replaced": (Kind.SKIPPED.value, "CHANGED_IN_IRODS")} == outcomes(run)
    assert "replaced" in tree.zone()


@pytest.mark.parametrize("refuse", [True, False])
def test_deletions_that_nobody_approved_are_held_again(tree: Tree, refuse: bool) -> None:
    """By the next run, whether they were rejected or only replaced."""
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    for _ in range(3):
        run = tree.sync()
        assert RunState.HELD == run.state
        if refuse:
            approval.reject(run.pk)


# --- runs ----------------------------------------------------------------------------------------------------------


def test_a_run_that_was_under_way_goes_on_and_sends_nothing_again(tree: Tree) -> None:
    """It ended long ago; in the ledger it has scanned, and a message of it that was sent is not waited for."""
    tree.write("changed", b"longer than it was" * 100)
    tree.write("new", b"new" * 100)
    run = begun(tree.definition)
    assert step(run)
    Batch.objects.filter(run=run, state=BatchState.QUEUED).update(window=Window.SENT)
    last_week = LastWeek()
    carry(run)
    tree.write("later", b"later" * 100)
    tree.sync()
    last_week.restore()
    assert going_back.notice()
    assert not Batch.objects.filter(run=run, window=Window.SENT).exists()
    carry(run)

    assert (RunState.DONE, 0) == (Run.objects.get(pk=run.pk).state, sent(run))
    assert 0 == sent(tree.sync())
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


def test_a_part_of_the_source_settles_nothing(tree: Tree) -> None:
    """The failed files of an old run are tried again, and the next run doubts all the same."""
    run = Run.objects.latest("pk")
    Outcome.objects.filter(run=run, subject="changed").update(outcome=Kind.FAILED.value, code=ConnectionLost.code)
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    again = carry(retrying.retry_failed(run.pk))

    assert (RunState.DONE, 0) == (again.state, sent(again))
    assert (True, True) == (of_run(tree.sync().options).doubts, DeletionList.objects.exists())


def test_a_new_job_of_a_restored_ledger_doubts_nothing(tree: Tree) -> None:
    """It knows nothing that could be old."""
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    tree.collection += "-other"
    tree.sync()

    assert not of_run(tree.sync().options).doubts


def test_no_number_is_given_twice(tree: Tree) -> None:
    """Neither that of a run, after which a manifest is called, nor that of a batch, which a late worker may name."""
    last_week = LastWeek()
    a_week(tree)
    newest, batch = Run.objects.latest("pk").pk, Batch.objects.latest("pk").pk
    manifest = manifests.path_of(config.current().home, newest)
    before = manifest.read_bytes()
    last_week.restore()
    run = tree.sync()

    assert run.pk > newest
    assert min(Batch.objects.filter(run=run).values_list("pk", flat=True)) > batch
    assert before == manifest.read_bytes()
    assert going_back.notice() is None


def test_who_restores_where_nothing_is_left_says_so(tree: Tree) -> None:
    """Another home, on which no run ever began: nothing but the word of a person shows it."""
    last_week = LastWeek()
    a_week(tree)
    last_week.restore()
    mark = config.current().home / "newest-run"
    mark.write_text("")
    assert going_back.notice() is None
    going_back.declare()

    assert 0 == sent(tree.sync())


def test_a_ledger_that_was_lost_is_adopted(tree: Tree) -> None:
    """Nothing is known: nothing is sent again, nothing counts as vanished, and numbers go on."""
    a_week(tree)
    newest = Run.objects.latest("pk").pk
    lose()
    adopted = tree.adopt()

    assert (0, {"unchanged": len(KEPT) + 6}) == (sent(adopted), tree.counts(adopted))
    assert adopted.pk > newest
    (tree.root / "keep/00").unlink()
    run = tree.sync()
    assert (0, 1) == (sent(run), tree.counts(run)["deleted"])
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)
