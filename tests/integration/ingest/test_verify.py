"""Source, catalogue and vault are compared, each kind of difference is found, and what can be mended is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.ingest.app import manifests
from lading.ingest.app.comparisons import totals
from lading.ingest.app.models import Segment
from lading.ingest.engine.values import DeleteMode, Operation
from lading.ingest.engine.verifying import Mark
from lading.orchestration.models import Outcome, RunState
from tests import oracle
from tests.integration.ingest.trees import Tree, a_tree, listed


@pytest.fixture
def tree(shared_ledger: Settings, tmp_path: Path) -> Tree:
    """Return nine files in three folders that were brought."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for number in range(9):
        tree.write(f"{['', 'd/', 'd/e/'][number % 3]}f{number}", b"%d" % number * 50)
    tree.sync()
    return tree


def snapshot() -> list[tuple[object, ...]]:
    """Return all that snapshots say."""
    return [
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
        for row in Segment.objects.order_by("pk").values_list()
    ]


def test_what_is_the_same_has_no_line_and_nothing_is_written(tree: Tree) -> None:
    """Three folders are listed, and neither zone nor snapshot changes."""
    before = snapshot(), tree.zone()
    run = tree.verify()

    assert RunState.DONE == run.state
    assert set() == listed(run)
    assert {Mark.SAME: 9} == totals(run.pk).marks
    assert {("=", f"{['', 'd/', 'd/e/'][n % 3]}f{n}", "") for n in range(9)} == listed(run, same=True)
    assert before == (snapshot(), tree.zone())


def test_every_kind_of_difference_has_its_mark_and_code(tree: Tree) -> None:
    """By listings alone."""
    tree.write("new", b"new")
    tree.write("empty-folder/x", b"").unlink()
    tree.unlink("d/f1")
    tree.put("foreign", b"foreign")
    tree.put("other/deep/x", b"foreign")
    tree.set("f0", "data_size", 49)
    tree.set("f2", "data_is_dirty", "0")
    tree.set("f3", "data_is_dirty", "2")
    tree.set("f4", "data_is_dirty", "4")
    run = tree.verify()

    assert {
        ("+", "new", "ONLY_AT_SOURCE"),
        ("+", "empty-folder/", "ONLY_AT_SOURCE"),
        ("+", "d/f1", "ONLY_AT_SOURCE"),
        ("-", "foreign", "ONLY_IN_ZONE"),
        ("-", "other/", "ONLY_IN_ZONE"),
        ("-", "other/deep/", "ONLY_IN_ZONE"),
        ("-", "other/deep/x", "ONLY_IN_ZONE"),
        ("*", "f0", "SIZE_DIFFERS"),
        ("*", "d/e/f2", "REPLICA_STALE"),
        ("*", "f3", "REPLICA_INTERMEDIATE"),
        ("*", "d/f4", "REPLICA_LOCKED"),
    } == listed(run)
    assert RunState.DONE_WITH_FAILURES == run.state
    assert 4 == totals(run.pk).marks[Mark.SAME]


def test_one_way_leaves_out_what_is_only_in_irods(tree: Tree) -> None:
    """Nothing is deleted by default, so that is no fault."""
    tree.put("other/deep/x", b"foreign")

    assert RunState.DONE == tree.verify(one_way=True).state


def test_another_replica_that_is_not_good_is_found(tree: Tree) -> None:
    """The best one is good, so its content is fine; sending would not mend it."""
    with oracle.session(tree.settings.home) as irods:
        irods.resources.create("second", "unixfilesystem", "localhost", str(tree.settings.zone_home / "second"))
        irods.data_objects.replicate(f"{tree.collection}/f0", resource="second")
    tree.catalogue("UPDATE R_DATA_MAIN SET data_is_dirty = '0' WHERE data_name = 'f0' AND data_repl_num = 1")
    run = tree.verify(repair=True)

    assert {("*", "f0", "OTHER_REPLICA_NOT_GOOD")} == listed(run)


def test_damaged_bytes_in_the_vault_are_found_by_the_zone_alone(tree: Tree) -> None:
    """Listings and the file look right; the zone re-reads what it has stored."""
    stored = tree.stored("f0")
    stored.write_bytes(b"#" * stored.stat().st_size)
    tree.stored("f3").write_bytes(b"short")
    tree.stored("d/f1").unlink()

    assert set() == listed(tree.verify(content="local"))
    run = tree.verify(content="server")
    assert {
        ("*", "f0", "STORED_DIFFERS"),
        ("*", "f3", "STORED_SIZE_DIFFERS"),
        ("*", "d/f1", "STORED_SIZE_DIFFERS"),
    } == listed(run)
    assert 9 == totals(run.pk).read


def test_a_file_that_changed_without_a_trace_is_found_by_reading_it(tree: Tree) -> None:
    """Same size, same times: only its bytes tell."""
    file = tree.root / "d/f4"
    times = file.stat()
    file.write_bytes(b"#" * times.st_size)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert set() == listed(tree.verify())
    assert {("*", "d/f4", "CONTENT_DIFFERS")} == listed(tree.verify(content="both"))


def test_an_object_without_checksum_is_counted_and_cannot_pass_a_check_of_content(tree: Tree) -> None:
    """A check that did not run never looks like one that passed."""
    tree.set("f0", "data_checksum", "")
    run = tree.verify()
    assert (RunState.DONE, 1) == (run.state, totals(run.pk).bare)
    assert ("=", "f0", "NO_CHECKSUM") in listed(run, same=True)

    for content in ("local", "server"):
        assert {("!", "f0", "NO_CHECKSUM")} == listed(tree.verify(content=content))
    assert "" == tree.zone()["f0"].checksum


def test_repair_mends_what_it_can_and_deletes_nothing(tree: Tree) -> None:
    """Missing, short, stale, damaged, unsummed: sent or proven; what is only in iRODS stays."""
    tree.write("new", b"new")
    tree.write("empty-folder/x", b"").unlink()
    tree.unlink("d/f1")
    tree.put("foreign", b"foreign")
    tree.set("f0", "data_size", 49)
    tree.set("f2", "data_is_dirty", "0")
    tree.stored("f3").write_bytes(b"#" * 50)
    tree.set("f5", "data_checksum", "")
    run = tree.verify(content="both", repair=True)

    assert {("+", "new", "REPAIRED"), ("+", "d/f1", "REPAIRED")} < listed(run)
    assert {("*", "f0", "REPAIRED"), ("*", "d/e/f2", "REPAIRED"), ("*", "f3", "REPAIRED")} < listed(run)
    assert {("-", "foreign", "ONLY_IN_ZONE")} == {line for line in listed(run) if line[2] != "REPAIRED"}
    wrong = oracle.differences(tree.root, tree.settings.home, tree.collection)
    assert ["foreign: not at the source"] == wrong
    assert "empty-folder" in oracle.collections(tree.settings.home, tree.collection)
    assert RunState.DONE == tree.verify(content="both", one_way=True).state
    assert {"unchanged": 10} == tree.counts(tree.sync())


@pytest.mark.parametrize("options", [{"delete_mode": DeleteMode.TRASH}, {"after": "delete"}])
def test_comparing_has_no_consequences_whatever_the_job_says(tree: Tree, options: dict[str, object]) -> None:
    """Neither is a vanished file's object deleted nor a verified file taken from the source, repaired or not."""
    tree.options = options
    (tree.root / "f0").unlink()
    for repair in (False, True):
        run = tree.verify(content="both", repair=repair)
        assert {("-", "f0", "ONLY_IN_ZONE")} == listed(run)
    assert 8 == len(oracle.source_tree(tree.root))
    assert 9 == len(tree.zone())


def test_put_leaves_good_objects_alone_even_to_repair(tree: Tree) -> None:
    """`put` never overwrites what is good; damaged bytes are not good."""
    tree.options = {"operation": Operation.PUT}
    tree.sync()
    tree.write("f0", b"changed since")
    tree.stored("f3").write_bytes(b"#" * 50)
    run = tree.verify(content="server", repair=True)

    assert {("*", "f0", "SIZE_DIFFERS"), ("*", "f3", "REPAIRED")} == listed(run)
    assert 50 == tree.zone()["f0"].size


def test_a_sample_reads_every_file_once_in_as_many_runs_as_it_has_shares(tree: Tree) -> None:
    """The turn is kept in the ledger and goes on when a run came to its end."""
    read: list[int] = []
    for turn in range(3):
        assert turn == tree.job.turn
        read.append(totals(tree.verify(content="local", share=1, of=3).pk).read)

    assert 9 == sum(read)
    assert 3 == tree.job.turn
    tree.verify()
    assert 3 == tree.job.turn


def test_a_manifest_of_a_comparison_names_every_path(tree: Tree) -> None:
    """Differences as failed, the rest as unchanged, also where no snapshot knows them."""
    tree.unlink("d/f1")
    Segment.objects.all().delete()
    run = tree.verify()
    found = {(line.path, line.outcome, line.code) for line in manifests.lines(run.pk)}

    assert 9 == len(found)
    assert ("d/f1", "failed", "ONLY_AT_SOURCE") in found
    assert ("f0", "unchanged", "") in found
    written = manifests.path_of(tree.settings.home, run.pk).read_text().splitlines()
    assert {"unchanged": 8, "failed": 1}.items() <= json.loads(written[0])["totals"].items()


@pytest.fixture
def small_batches(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every batch end after one part."""
    monkeypatch.setenv("LADING_SCAN__ENTRIES", "1")
    monkeypatch.setenv("LADING_SCAN__FIRST_ENTRIES", "1")
    config.current.cache_clear()
    yield
    monkeypatch.undo()
    config.current.cache_clear()


def test_a_large_tree_is_compared_in_many_batches(tree: Tree, small_batches: None) -> None:
    """Whatever the budget left over comes in further batches: no path is lost, none is told twice."""
    for number in range(40):
        tree.write(f"many/{number:02d}", b"x")
    tree.sync()
    for number in range(0, 40, 4):
        (tree.root / f"many/{number:02d}").unlink()
        tree.unlink(f"many/{number + 1:02d}")
    run = tree.verify()

    rows = Outcome.objects.filter(run=run)
    assert 10 == rows.filter(code="ONLY_IN_ZONE").count()
    assert 10 == rows.filter(code="ONLY_AT_SOURCE").count()
    assert 20 == rows.count()
    assert 29 == totals(run.pk).marks[Mark.SAME]


SKIPPING = """
from lading.ingest import Handler

class Skipping(Handler):
    def skip(self, event):
        return "a draft" if "draft" in event.path else None
"""


def test_what_the_handler_leaves_out_is_not_missing(tree: Tree, tmp_path: Path) -> None:
    """A file and a folder that no run brings; what is there all the same is compared."""
    (tmp_path / "skipping.py").write_text(SKIPPING)
    tree.options = {"handler": str(tmp_path / "skipping.py")}
    tree.write("draft-1", b"1")
    tree.write("drafts/x", b"1")
    tree.put("draft-2", b"1")
    tree.write("draft-2", b"22")
    run = tree.verify()

    assert {("*", "draft-2", "SIZE_DIFFERS")} == listed(run)
    skipped = Outcome.objects.filter(run=run, outcome="skipped").values_list("subject", "code")
    assert {("draft-1", "HANDLER_SKIPPED"), ("drafts", "HANDLER_SKIPPED")} == set(skipped)
