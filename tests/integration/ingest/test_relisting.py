"""A snapshot is not believed for ever: folders are compared with the zone again, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import F

from lading.base import config
from lading.base.config import Settings
from lading.ingest.app import jobs, kinds, relisting, scanning
from lading.ingest.app.models import Segment
from lading.ingest.app.run_options import Relist
from lading.ingest.app.snapshots import folder_key
from lading.ingest.engine.ages import ticks
from lading.orchestration.ledger import claims, control
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, Run
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import claimed
from tests.integration.ingest.trees import Tree, a_tree

FOLDERS = 30


@pytest.fixture
def tree(shared_ledger: Settings, tmp_path: Path) -> Tree:
    """Return thirty folders of two files each that were brought."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for number in range(FOLDERS):
        tree.write(f"d{number:02d}/a", b"a%d" % number)
        tree.write(f"d{number:02d}/b", b"b%d" % number)
    tree.sync()
    return tree


@pytest.fixture
def day(shared_ledger: Settings) -> float:
    """Return how many seconds a day has at the pace of tests."""
    return shared_ledger.scaled(86_400).total_seconds()


def age(seconds: float, *folders: str) -> None:
    """Let time have passed since folders (all of them, if none is named) were compared, and since the last run."""
    rows = Segment.objects.filter(folder_key__in=[folder_key(folder) for folder in folders])
    (rows if folders else Segment.objects.all()).update(compared_at=F("compared_at") - seconds)
    Run.objects.update(created_at=F("created_at") - (0 if folders else seconds))


def fresh(since: float) -> int:
    """Return how many segments were compared since a moment."""
    return Segment.objects.filter(compared_at__gte=since).count()


def test_nothing_is_asked_when_nothing_is_due(tree: Tree) -> None:
    """An unchanged rescan costs no request."""
    before = tree.requests()
    tree.sync()

    assert 0 == tree.requests() - before


def test_a_recheck_lists_every_folder_and_mends_what_it_finds(tree: Tree) -> None:
    """Vanished objects come back, changed ones are sent again; nothing else is touched."""
    tree.unlink("d00/a")
    tree.put("d01/b", b"somebody else's")
    begun = now()
    run = tree.sync(Relist.ALL)

    assert {"created": 1, "updated": 1, "unchanged": 2 * FOLDERS - 2} == tree.counts(run)
    assert FOLDERS + 1 == fresh(begun)
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


def test_a_thirtieth_is_listed_each_day_and_all_within_a_period(tree: Tree, day: float) -> None:
    """The oldest first, two requests each; after a period every folder was listed again."""
    asked = []
    begun = now()
    for _ in range(31):
        age(day)
        before = tree.requests()
        tree.sync()
        asked.append(tree.requests() - before)

    assert max(asked) <= 2 * 3
    assert sum(asked) >= 2 * (FOLDERS + 1)
    assert Segment.objects.filter(compared_at__lt=begun - 31 * day).count() == 0


def test_what_is_older_than_the_period_is_listed_at_once(tree: Tree, day: float) -> None:
    """Whatever became of the runs before."""
    age(31 * day, "d03", "d04")
    tree.unlink("d03/a")
    before = tree.requests()
    run = tree.sync()

    assert {"created": 1, "unchanged": 2 * FOLDERS - 1} == tree.counts(run)
    assert 2 * 2 + 1 + 1 >= tree.requests() - before >= 2 * 2 + 1


def test_unproven_folders_come_first(tree: Tree, day: float) -> None:
    """Of folders of one age those with files that were taken by size."""
    Segment.objects.filter(folder_key__in=[folder_key("d07"), folder_key("d19")]).update(unverified=1)
    age(2 * day)
    begun = now()
    tree.sync()

    found = Segment.objects.filter(compared_at__gte=begun).values_list("folder", flat=True)
    assert {b"d07", b"d19"} & {bytes(folder) for folder in found}


def test_a_day_has_to_pass_before_anything_is_listed_again(tree: Tree, day: float) -> None:
    """However many ticks passed since the last run."""
    Run.objects.update(created_at=F("created_at") - 20 * day)
    before = tree.requests()
    tree.sync()

    assert 0 == tree.requests() - before


@pytest.fixture
def never(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Switch the ageing off."""
    monkeypatch.setenv("LADING_SCAN__RELIST_DAYS", "0")
    config.current.cache_clear()
    yield
    monkeypatch.undo()
    config.current.cache_clear()


def test_the_period_may_be_set_to_never(tree: Tree, day: float, never: None) -> None:
    """Then only `--recheck` lists."""
    age(300 * day)
    before = tree.requests()
    tree.sync()

    assert 0 == tree.requests() - before


def test_a_summary_says_what_was_not_compared(tree: Tree, day: float) -> None:
    """Files that a run took on the snapshot's word, and since when."""
    age(0.5 * day)
    run = tree.sync()
    found = relisting.not_compared(run)

    assert 2 * FOLDERS == found.files
    assert 0.5 * day <= found.oldest < 0.6 * day + 60
    assert 0 == relisting.not_compared(tree.sync(Relist.ALL)).files
    assert 2 * FOLDERS == relisting.not_compared(run).files


def test_a_new_file_does_not_make_its_folder_look_compared(tree: Tree, day: float) -> None:
    """Nobody looked at its neighbours."""
    age(0.5 * day)
    tree.write("d05/new", b"new")
    begun = now()
    tree.sync()

    assert 0 == fresh(begun)


def test_what_could_not_be_mended_is_not_believed(tree: Tree) -> None:
    """An object vanished, and so did its file before it could be sent: the next run does not call it unchanged."""
    tree.unlink("d00/a")
    run = jobs.start(tree.job, Relist.ALL)
    held = claimed(Batch.objects.get(run=run, kind=kinds.SCAN))
    claims.finish(held, scanning.scan_batch(held, Meter(run.pk, held.batch_id)))
    control.stop(run.pk)

    assert {"updated": 1, "unchanged": 2 * FOLDERS - 1} == tree.counts(tree.sync())
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


@pytest.mark.parametrize(
    ("segments", "since", "now_", "expected"),
    [(30, 0, 1, 1), (30, 0, 0.9, 0), (30, 0.9, 1.1, 1), (30, 0, 400, 30), (0, 0, 10, 0), (1, 29, 30, 1), (30, 5, 3, 0)],
)
def test_ticks_come_evenly_and_none_is_lost(segments: int, since: float, now_: float, expected: int) -> None:
    """In a period of 30."""
    assert expected == ticks(segments, since, now_, 30)
