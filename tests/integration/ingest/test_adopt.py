"""What is in iRODS already is taken over without being sent again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import redis

from lading.base.config import Settings
from lading.base.errors import BrokerUnreachable
from lading.ingest.app import adoption, jobs
from lading.ingest.app.models import Segment, SyncTime
from lading.ingest.app.run_options import Relist, Sends
from lading.ingest.engine.rules import Adopt
from lading.ingest.engine.values import DeleteMode, Operation
from lading.orchestration.ledger import tallies
from lading.orchestration.models import Outcome, Run
from tests import oracle
from tests.integration.ingest.trees import Tree, a_tree

FILES = 60


@pytest.fixture
def tree(shared_ledger: Settings, tmp_path: Path) -> Tree:
    """Return sixty files in three folders that somebody brought; no job knows of them."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    for number in range(FILES):
        tree.write(f"{['', 'd/', 'd/e/'][number % 3]}f{number:02d}", b"%d" % number * 50)
    tree.sync()
    jobs.remove(tree.job)
    return tree


def what_was_left(run: Run) -> set[tuple[str, str, str]]:
    """Return path, outcome and code of each row."""
    return set(Outcome.objects.filter(run=run).values_list("subject", "outcome", "code"))


def test_b9_losing_the_snapshot_sends_nothing_again(tree: Tree) -> None:
    """The catalogue's checksums prove that everything is there; issue 130 of the framework that this replaces."""
    before = tree.requests()
    run = tree.sync()

    assert {"unchanged": FILES} == tree.counts(run)
    assert 0 == tallies.totals(run.pk)["bytes"]
    assert 2 * 3 == tree.requests() - before


def test_b9_another_operation_is_not_taken_for_done(shared_ledger: Settings, tmp_path: Path) -> None:
    """What a run with one operation knows does not hold under another one."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    tree.write("a", b"12345")
    tree.options = {"operation": Operation.REGISTER_SYNC}
    tree.sync()
    assert str(tree.root) in str(tree.stored("a"))
    tree.unlink_registered("a")
    tree.options = {"operation": Operation.PUT_SYNC}

    assert {"created": 1} == tree.counts(tree.sync())
    assert [] == oracle.differences(tree.root, shared_ledger.home, tree.collection)


def test_adopting_asks_the_zone_for_listings_only(tree: Tree) -> None:
    """Checksums are known, so two requests for each of three folders, whatever the number of files."""
    before = tree.requests()
    run = tree.adopt()

    assert {"unchanged": FILES} == tree.counts(run)
    assert 2 * 3 == tree.requests() - before
    assert 0 == adoption.unverified(tree.job.pk)
    before = tree.requests()
    assert {"unchanged": FILES} == tree.counts(tree.sync())
    assert 0 == tree.requests() - before


def test_a_forecast_says_by_listings_what_would_become_of_each_file(tree: Tree) -> None:
    """And writes nothing."""
    tree.write("new", b"new")
    tree.write("f00", b"longer than it was before" * 10)
    found = adoption.forecast(tree.definition)

    assert {"look": FILES - 1, "create": 1, "update": 1} == dict(found.files)
    assert 3 == found.bytes["create"]
    assert not Segment.objects.exists()


def test_adopting_never_sends_unless_told_to(tree: Tree) -> None:
    """Whatever is new, longer, or of other bytes stays as it is, with its reason; `sync` brings it later."""
    tree.write("new/x", b"new")
    tree.write("f00", b"longer than it was before" * 10)
    tree.write("d/f01", b"#" * 50)
    before = tree.zone()
    run = tree.adopt()

    left = {("new/x", "skipped", "NOT_SENT"), ("f00", "skipped", "NOT_SENT"), ("d/f01", "skipped", "NOT_SENT")}
    assert left == what_was_left(run)
    assert before == tree.zone()
    assert "new" not in oracle.collections(tree.settings.home, tree.collection)
    assert {"created": 1, "updated": 2, "unchanged": FILES - 2} == tree.counts(tree.sync())
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)


def test_adopting_may_be_told_to_send(tree: Tree) -> None:
    """Then it is a sync that lists every folder."""
    tree.write("new", b"new")

    assert {"created": 1, "unchanged": FILES} == tree.counts(tree.adopt(Sends.WHAT_DIFFERS))


def test_adopting_changes_no_registration(shared_ledger: Settings, tmp_path: Path) -> None:
    """A registered file that grew is left for a sync."""
    tree = a_tree(tmp_path / "source", shared_ledger)
    tree.options = {"operation": Operation.REGISTER_SYNC}
    tree.write("a", b"12345")
    tree.write("b", b"12345")
    tree.sync()
    jobs.remove(tree.job)
    tree.write("a", b"1234567")
    tree.write("c", b"c")
    run = tree.adopt()

    assert {("a", "skipped", "NOT_SENT"), ("c", "skipped", "NOT_SENT")} == what_was_left(run)
    assert {"a": 5, "b": 5} == tree.sizes()
    assert {"updated": 1, "registered": 1, "unchanged": 1} == tree.counts(tree.sync())


@pytest.mark.parametrize(
    ("adopt", "unverified", "left"),
    [(Adopt.SIZE, 1, set()), (Adopt.CHECKSUM, 0, set()), (Adopt.NEVER, 0, {("f00", "skipped", "NOT_SENT")})],
)
def test_what_has_no_checksum_is_adopted_by_policy(
    tree: Tree, adopt: Adopt, unverified: int, left: set[tuple[str, str, str]]
) -> None:
    """By size it stays unverified; by checksum the zone makes one; never leaves it."""
    tree.set("f00", "data_checksum", "")
    tree.options = {"adopt": adopt}
    run = tree.adopt()

    assert left == what_was_left(run)
    assert unverified == adoption.unverified(tree.job.pk)
    assert (adopt is Adopt.CHECKSUM) == bool(tree.zone()["f00"].checksum)


def test_adopting_deletes_nothing_whatever_the_job_says(tree: Tree) -> None:
    """A job that deletes what vanished does so when it syncs, not when somebody adopts."""
    tree.options = {"delete_mode": DeleteMode.TRASH}
    tree.adopt()
    (tree.root / "f00").unlink()
    run = tree.adopt(Sends.WHAT_DIFFERS)

    assert {"unchanged": FILES - 1} == tree.counts(run)
    assert FILES == len(tree.zone())


# --- times of another tool -----------------------------------------------------------------------------------------


@pytest.fixture
def other(shared_ledger: Settings) -> redis.Redis:
    """Return the Redis in which another tool left its keys."""
    return redis.Redis.from_url(shared_ledger.redis_client_url)


def key(tree: Tree, path: str, prefix: str = "sync_time:/") -> str:
    return f"{prefix}{tree.root}/{path}:{tree.collection}"


def test_sync_times_spare_reading_what_did_not_change_since(tree: Tree, other: redis.Redis) -> None:
    """Older than the sync and of equal size: unverified, not read. Changed since, or never synced: read."""
    after = time.time() + 10
    for number in range(FILES):
        other.set(key(tree, f"{['', 'd/', 'd/e/'][number % 3]}f{number:02d}"), after)
    other.set(key(tree, "f03"), time.time() - 1000)
    other.delete(key(tree, "f06"))
    other.set(f"sync_time:/{tree.root}/f09:/tempZone/home/rods/elsewhere", after)
    other.delete(key(tree, "f09"))
    other.set(key(tree, "f12"), "nonsense")
    run = tree.adopt(redis=tree.settings.redis_client_url)

    assert {"unchanged": FILES} == tree.counts(run)
    assert FILES - 4 == adoption.unverified(tree.job.pk)
    assert not SyncTime.objects.exists()


def test_a_sync_time_does_not_hide_another_size(tree: Tree, other: redis.Redis) -> None:
    """The object is not the file, whatever the key says."""
    tree.write("f00", b"longer than it was before" * 10)
    other.set(key(tree, "f00"), time.time() + 10)

    assert ("f00", "skipped", "NOT_SENT") in what_was_left(tree.adopt(redis=tree.settings.redis_client_url))


def test_keys_with_one_slash_are_understood_too(tree: Tree, other: redis.Redis) -> None:
    """The delimiter ends in the slash with which the path begins."""
    other.set(key(tree, "f00", prefix="sync_time:"), time.time() + 10)
    tree.adopt(redis=tree.settings.redis_client_url)

    assert 1 == adoption.unverified(tree.job.pk)


def test_a_redis_that_does_not_answer_is_said(tree: Tree) -> None:
    """Nothing is adopted on the word of keys that nobody could read."""
    with pytest.raises(BrokerUnreachable):
        tree.adopt(redis="redis://127.0.0.1:1/0")


def test_what_was_taken_by_size_is_proven_when_its_folder_is_listed_again(tree: Tree, other: redis.Redis) -> None:
    """Files whose bytes are not those in iRODS show then, and are sent."""
    file = tree.root / "f00"
    file.write_bytes(b"#" * file.stat().st_size)
    os.utime(file, (1, 1))
    for name in ("f00", "f03"):
        other.set(key(tree, name), time.time() + 10)
    tree.adopt(redis=tree.settings.redis_client_url)
    assert 2 == adoption.unverified(tree.job.pk)
    assert {"updated": 1, "unchanged": FILES - 1} == tree.counts(tree.sync(Relist.ALL))
    assert 0 == adoption.unverified(tree.job.pk)
    assert [] == oracle.differences(tree.root, tree.settings.home, tree.collection)
