"""Runs that bring a bucket: a real store, a real ledger, a real zone, batch by batch as workers do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.ingest.app import approval, jobs, planning, starting
from lading.ingest.app.comparisons import totals
from lading.ingest.app.run_options import Look
from lading.ingest.engine.values import DeleteMode, Operation
from lading.ingest.engine.verifying import Content, Mark
from lading.orchestration import keeper
from lading.orchestration.ledger import control
from lading.orchestration.models import Batch, Outcome, Run, RunState
from tests import oracle
from tests.carrying import begun, carry, counts, outcomes
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_credentials import carry as carry_as_worker
from tests.s3_store import Store
from tests.store_processes import KEY, SECRET

#: bytes: more than one request carries
LARGE = 33 * 1024 * 1024

TRASH = {"delete_mode": DeleteMode.TRASH}


@pytest.fixture
def bucket(
    shared_ledger: Settings, s3_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bucket]:
    """Return a bucket that the default profile reaches."""
    (tmp_path / "keys").write_text(f"{KEY}\n{SECRET}\n")
    monkeypatch.setenv("LADING_S3__DEFAULT__ENDPOINT", s3_store.endpoint)
    monkeypatch.setenv("LADING_S3__DEFAULT__KEY_FILE", str(tmp_path / "keys"))
    config.current.cache_clear()
    yield Bucket(s3_store)
    s3_store.set()
    monkeypatch.undo()
    config.current.cache_clear()


@pytest.fixture
def worker(shared_ledger: Settings) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    keeper.keeper("s3")
    yield
    keeper.leave()


def test_a_bucket_is_kept_in_step(bucket: Bucket) -> None:
    """New, changed and deleted objects; one request for each that is new, none for one that is not."""
    names = [f"a/{number:03d}" for number in range(60)]
    bucket.put(*names, "b/c/deep", "top", "in the way/ü")
    bucket.client.put_object(Bucket=bucket.name, Key=bucket.prefix + "side/not-ours", Body=b"x")
    first = bucket.sync()

    assert (first.state, counts(first)) == (RunState.DONE, {"created": 63})
    assert bucket.zone() == bucket.tree()
    assert bucket.store.counts["GET"] == 63, bucket.store.counts
    assert {"s3.scan", "s3.transfer"} <= set(Batch.objects.filter(run=first).values_list("kind", flat=True))

    again = bucket.sync(**TRASH)
    assert counts(again) == {"unchanged": 63}
    assert bucket.store.counts["GET"] == 0

    bucket.put("a/001", content=b"other content of ")
    bucket.put("new/one")
    bucket.remove("a/000", "b/c/deep")
    changed = bucket.sync(**TRASH)

    assert counts(changed) == {"created": 1, "updated": 1, "unchanged": 60, "deleted": 2}
    assert outcomes(changed)["a/001"][0] == "updated"
    assert bucket.zone() == bucket.tree()
    assert oracle.collections(bucket.home, bucket.collection) == {"a", "in the way", "new"}

    carry(jobs.restore(changed.pk))
    assert set(bucket.zone()) == {*bucket.tree(), "a/000", "b/c/deep"}


def test_a_plan_says_what_a_run_would_do_and_filters_hold_as_for_files(bucket: Bucket) -> None:
    """Nothing is read for it."""
    bucket.put("a/keep.txt", "a/leave.tmp", "b/keep.txt", "b/large.txt")
    bucket.put("b/large.txt", content=b"x" * 1000)
    definition = bucket.definition(exclude=("*.tmp",), max_size=500)
    lines = {(line.verb, line.path) for line in planning.DryRun(definition).lines()}
    run = bucket.sync(exclude=("*.tmp",), max_size=500)

    assert lines >= {("create", "a/keep.txt"), ("create", "b/keep.txt")}
    assert not [path for verb, path in lines if verb == "create" and "keep" not in path]
    assert set(bucket.zone()) == {"a/keep.txt", "b/keep.txt"}
    assert counts(run)["created"] == 2


def test_what_differs_is_found_and_mended(bucket: Bucket) -> None:
    """By listings, and by content where that is asked for."""
    bucket.put("a", "b", "c", "d/e")
    bucket.sync()
    bucket.put("b", content=b"CONTENT of ")
    bucket.put("new")
    bucket.remove("c")
    definition = bucket.definition()
    plain = carry(starting.verify(definition, Look()))
    read = carry(starting.verify(definition, Look(content=Content.LOCAL)))
    mended = carry(starting.verify(definition, Look(content=Content.LOCAL, repair=True)))

    assert totals(plain.pk).marks[Mark.ONLY_AT_SOURCE] == 1
    assert totals(plain.pk).marks[Mark.ONLY_IN_ZONE] == 1
    assert outcomes(read)["b"] == ("failed", "CONTENT_DIFFERS")
    assert totals(mended.pk).repaired == 2
    assert bucket.zone() == bucket.tree() | {"c": oracle.sha2(b"content of c")}


def test_an_object_is_registered_where_the_store_has_it(bucket: Bucket) -> None:
    """Under `/bucket/key`, as a storage resource for S3 takes it; nothing is read."""
    bucket.put("a/b")
    run = bucket.sync(operation=Operation.REGISTER_SYNC)
    with oracle.session(bucket.home) as irods:
        there = irods.data_objects.get(f"{bucket.collection}/a/b")

    assert counts(run) == {"registered": 1}
    assert [replica.path for replica in there.replicas] == [f"/{bucket.name}/in/a/b"]
    assert there.size == len(b"content of a/b")
    assert bucket.store.counts["GET"] == 0
    assert counts(bucket.sync(operation=Operation.REGISTER_SYNC)) == {"unchanged": 1}


def test_what_a_store_says_of_an_object_becomes_its_metadata(bucket: Bucket) -> None:
    """And what it said of the one before goes; also where the content stayed the same."""
    rows = [{"fact": "user:*"}, {"fact": "content-type", "attribute": "format"}, {"fact": "tag:project"}]
    how: dict[str, Any] = {
        "Metadata": {"instrument": "x1", "run": "1"},
        "ContentType": "image/tiff",
        "Tagging": "project=p&other=o",
    }
    bucket.put("a", **how)
    bucket.sync(object_metadata=rows)
    with oracle.session(bucket.home) as irods:
        irods.data_objects.get(f"{bucket.collection}/a").metadata.add("somebody's", "own")

    assert avus(bucket, "a") == {
        ("s3:user:instrument", "x1"),
        ("s3:user:run", "1"),
        ("format", "image/tiff"),
        ("s3:tag:project", "p"),
        ("somebody's", "own"),
    }
    for number in ("2", "3"):
        bucket.put_later("a", content=b"other content of ", Metadata={"instrument": number}, ContentType="text/plain")
        run = bucket.sync(object_metadata=rows)

        assert counts(run) == {"updated": 1}
        assert avus(bucket, "a") == {("s3:user:instrument", number), ("format", "text/plain"), ("somebody's", "own")}


def avus(bucket: Bucket, path: str) -> set[tuple[str, str]]:
    with oracle.session(bucket.home) as irods:
        found = irods.data_objects.get(f"{bucket.collection}/{path}").metadata.items()
        return {(avu.name, avu.value) for avu in found}


def test_an_archived_object_is_told_as_such(bucket: Bucket) -> None:
    """And what an earlier run brought of it stays."""
    bucket.put("a", "b")
    bucket.put("b", StorageClass="GLACIER")
    run = bucket.sync(**TRASH)

    assert outcomes(run)["b"] == ("skipped", "OBJECT_ARCHIVED")
    assert counts(run) == {"created": 1, "skipped": 1}


def test_b11_large_and_changed_objects_arrive_on_the_resource_and_exclusions_hold(bucket: Bucket) -> None:
    """One that is larger than one request carries, twice."""
    large = bytes(range(256)) * (LARGE // 256)
    for turn, content in enumerate((large, large[::-1])):
        bucket.client.put_object(Bucket=bucket.name, Key="in/large", Body=content)
        bucket.put("small.tmp")
        run = bucket.sync(resource="demoResc", exclude=("*.tmp",))

        assert counts(run) == {("updated" if turn else "created"): 1}, outcomes(run)
        assert bucket.zone() == {"large": oracle.sha2(content)}


# --- what goes wrong -----------------------------------------------------------------------------------------------


def test_fault_47_expired_keys_pause_the_run_and_new_ones_let_it_go_on(bucket: Bucket, worker: None) -> None:
    """With the reason; no object fails for it, and nobody asks a hundred times."""
    bucket.put(*(f"{number:02d}" for number in range(20)))
    run = begun(bucket.definition(batch_files=1))
    carry_as_worker(run, until_created=5)
    bucket.store.set(refuse="ExpiredToken")
    paused = carry_as_worker(run)

    assert paused.state == RunState.PAUSED
    assert "expired" in paused.reason.lower()
    assert not Outcome.objects.filter(run=run, outcome="failed").exists()
    assert bucket.store.counts.total() <= 3, bucket.store.counts

    bucket.store.set()
    control.resume(run.pk)
    assert carry_as_worker(Run.objects.get(pk=run.pk)).state == RunState.DONE
    assert bucket.zone() == bucket.tree()


def test_fault_32_a_bucket_whose_listing_fails_half_way_deletes_nothing(bucket: Bucket, worker: None) -> None:
    """Neither what was not listed nor what had vanished before it: whoever has not seen everything concludes nothing."""
    bucket.put("a", "b", "c", "d", "zz/z")
    assert carry_as_worker(begun(bucket.definition(**TRASH))).state == RunState.DONE
    bucket.remove("a", "zz/z")
    run = begun(bucket.definition(**TRASH))
    bucket.store.set(pages=1, page=2)
    ended = carry_as_worker(run)

    assert ended.state == RunState.FAILED
    assert "AccessDenied" in ended.reason
    assert "deleted" not in counts(ended)
    assert set(bucket.zone()) == {"a", "b", "c", "d", "zz/z"}

    bucket.store.set(page=2)
    control.resume(run.pk)
    assert carry_as_worker(run).state == RunState.DONE
    assert set(bucket.zone()) == {"b", "c", "d"}


@pytest.mark.parametrize("prefix", ["", "in"])
def test_what_was_emptied_deletes_nothing_unasked(s3_store: Store, bucket: Bucket, worker: None, prefix: str) -> None:
    """A whole bucket is held, as an emptied folder is; a prefix under which nothing lies is not there."""
    emptied = Bucket(s3_store, prefix)
    names = [f"a/{number:02d}" for number in range(12)]
    emptied.put(*names)
    carry_as_worker(begun(emptied.definition(**TRASH)))
    emptied.remove(*names)
    run = carry_as_worker(begun(emptied.definition(**TRASH)))

    assert run.state == (RunState.FAILED if prefix else RunState.HELD), run.reason
    assert len(emptied.zone()) == 12
    if not prefix:
        approval.approve(run.pk)
        assert carry_as_worker(run).state == RunState.PAUSED, "nothing is deleted while the source is empty"
        assert len(emptied.zone()) == 12


def test_a_bucket_that_is_gone_ends_the_run_in_one_sentence(bucket: Bucket, worker: None) -> None:
    """Nothing is deleted for it."""
    bucket.put("a")
    carry_as_worker(begun(bucket.definition(**TRASH)))
    bucket.remove("a")
    bucket.client.delete_bucket(Bucket=bucket.name)
    run = carry_as_worker(begun(bucket.definition(**TRASH)))

    assert run.state == RunState.FAILED
    assert bucket.name in run.reason
    assert set(bucket.zone()) == {"a"}


def test_a_store_that_these_settings_do_not_have_pauses_the_run(
    bucket: Bucket, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that lacks it says so; it goes on where it is known."""
    monkeypatch.setenv("LADING_S3__OTHER__ENDPOINT", bucket.store.endpoint)
    monkeypatch.setenv("LADING_S3__OTHER__KEY_FILE", config.current().s3["default"].key_file.as_posix())  # type: ignore[union-attr]
    config.current.cache_clear()
    bucket.put("a")
    run = begun(bucket.definition(s3_profile="other"))
    monkeypatch.delenv("LADING_S3__OTHER__ENDPOINT")
    monkeypatch.delenv("LADING_S3__OTHER__KEY_FILE")
    config.current.cache_clear()
    paused = carry_as_worker(run)

    assert (paused.state, "[s3.other]" in paused.reason) == (RunState.PAUSED, True), paused.reason


def test_a_host_whose_settings_lead_elsewhere_takes_nothing_of_the_job(
    bucket: Bucket, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket of the same name in another store is another source: nothing is brought from it, and nothing deleted for it."""
    bucket.put("a")
    run = begun(bucket.definition(**TRASH))
    elsewhere = bucket.store.endpoint.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("LADING_S3__DEFAULT__ENDPOINT", elsewhere)
    config.current.cache_clear()
    waits = carry_as_worker(run)

    assert waits.state == RunState.WAITING
    assert f"{elsewhere}, and it was stored for {bucket.source} at {bucket.store.endpoint}" in waits.reason
    assert bucket.store.counts.total() == 0
    assert bucket.zone() == {}
