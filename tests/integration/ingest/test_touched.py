"""A restore touches everything: then nothing is read again until somebody says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.ingest.app import kinds, touching
from lading.ingest.app.touching import TOUCHED_HELD
from lading.orchestration.models import Batch, Outcome, RunState
from tests import oracle
from tests.integration.ingest.trees import Tree, a_tree

FILES = 60


@pytest.fixture
def tree(shared_ledger: Settings, tmp_path: Path) -> Tree:
    """Return sixty files that were brought."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for number in range(FILES):
        tree.write(f"{['', 'd/', 'd/e/'][number % 3]}f{number:02d}", b"%d" % number * 50)
    tree.sync()
    return tree


def touch(tree: Tree, files: int) -> None:
    """Do what a copy that keeps times does: another ctime, nothing else."""
    for number in range(files):
        (tree.root / f"{['', 'd/', 'd/e/'][number % 3]}f{number:02d}").chmod(0o640)


def test_more_than_a_fifth_is_held(tree: Tree) -> None:
    """No byte is read; each path says why; what is new arrives all the same."""
    touch(tree, 20)
    tree.write("new", b"new")
    run = tree.sync()

    assert {"created": 1, "skipped": 20, "unchanged": 40} == tree.counts(run)
    assert RunState.DONE == run.state
    assert 20 == touching.held_files(run.pk)
    assert {TOUCHED_HELD} == set(Outcome.objects.filter(run=run, outcome="skipped").values_list("code", flat=True))


def test_up_to_a_fifth_is_read(tree: Tree) -> None:
    """After the scan, in batches of their own; the next run knows them again."""
    touch(tree, 12)
    assert {"unchanged": FILES} == tree.counts(tree.sync())

    before = tree.requests()
    again = tree.sync()
    assert {"unchanged": FILES} == tree.counts(again)
    assert 0 == tree.requests() - before
    assert not Batch.objects.filter(run=again, kind=kinds.WEIGH).exists()


def test_a_few_files_are_read_whatever_share_they_are(shared_ledger: Settings, tmp_path: Path) -> None:
    """Ten of ten: nobody minds reading these."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for number in range(10):
        tree.write(f"f{number}", b"x")
    tree.sync()
    for number in range(10):
        (tree.root / f"f{number}").chmod(0o640)

    assert {"unchanged": 10} == tree.counts(tree.sync())


def test_what_was_held_is_found_again_and_read_when_allowed(tree: Tree) -> None:
    """And what had changed without a trace is sent."""
    touch(tree, 30)
    replaced = tree.root / "f03"
    times = replaced.stat()
    replaced.write_bytes(b"#" * times.st_size)
    os.utime(replaced, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert 30 == tree.counts(tree.sync())["skipped"]
    assert 30 == tree.counts(tree.sync())["skipped"]

    tree.options = {"touched_limit": "100%"}
    assert {"updated": 1, "unchanged": FILES - 1} == tree.counts(tree.sync())
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


def test_taking_the_metadata_for_renewed_needs_no_limit(tree: Tree) -> None:
    """`--touched metadata` reads nothing, so nothing is held."""
    touch(tree, FILES)
    tree.options = {"touched": "metadata"}

    assert {"unchanged": FILES} == tree.counts(tree.sync())


def test_what_differs_otherwise_is_never_held(tree: Tree) -> None:
    """Another size or another modification time is a change, however many have one."""
    for number in range(40):
        tree.write(f"{['', 'd/', 'd/e/'][number % 3]}f{number:02d}", b"another content")

    assert {"updated": 40, "unchanged": 20} == tree.counts(tree.sync())


@pytest.mark.parametrize(
    ("touched", "known", "limit", "held"),
    [
        (10, 10, 20, False),
        (11, 11, 20, True),
        (11, 55, 20, False),
        (12, 55, 20, True),
        (11, 11, 100, False),
        (11, 1000, 0, True),
        (0, 0, 0, False),
    ],
)
def test_the_table_of_what_is_too_much(touched: int, known: int, limit: int, *, held: bool) -> None:
    """Ten files, or the limit."""
    assert held is touching.is_too_much(touched, known, limit)
