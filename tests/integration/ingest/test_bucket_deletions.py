"""What may go when a bucket shows less than before: only what two different questions say is gone."""

from __future__ import annotations

from typing import Any

import pytest

from lading.ingest.app import approval
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import control
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
from tests.carrying import begun, counts, outcomes, step
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import bucket, worker
from tests.integration.ingest.test_credentials import carry as carry_as_worker

__all__ = ["bucket", "worker"]  # the fixtures

TRASH = {"delete_mode": DeleteMode.TRASH, "delete_limit": "none"}


def test_an_object_whose_folder_vanished_has_its_own_name_again(bucket: Bucket) -> None:
    """And the name that it had beside the folder goes."""
    bucket.put("a", "a/x", "b")
    bucket.sync(**TRASH)
    assert set(bucket.zone()) == {"a ␜", "a/x", "b"}
    bucket.remove("a/x")
    for _ in range(2):
        bucket.sync(**TRASH)

    assert set(bucket.zone()) == {"a", "b"}
    assert bucket.zone() == bucket.tree()


def planned(bucket: Bucket, names: list[str], gone: list[str]) -> Run:
    """Bring these, remove some, and let a run go on until it is about to delete."""
    bucket.put(*names)
    assert carry_as_worker(begun(bucket.definition(**TRASH))).state == RunState.DONE
    bucket.remove(*gone)
    run = begun(bucket.definition(**TRASH))
    while Batch.objects.filter(run=run, state=BatchState.QUEUED).exclude(kind="deletion.delete").exists():
        step(run)
    assert Batch.objects.filter(run=run, state=BatchState.QUEUED, kind="deletion.delete").exists()
    return run


NAMES = ["a/1", "a/2", "b", "c", "d/1"]


@pytest.mark.parametrize("prefix", ["", "in"])
def test_a_listing_that_ends_too_early_deletes_nothing(bucket: Bucket, worker: None, prefix: str) -> None:
    """A store that forgets to say that there is more: what it does not list it still has when it is asked."""
    some = Bucket(bucket.store, prefix)
    some.put(*NAMES)
    carry_as_worker(begun(some.definition(**TRASH)))
    some.store.set(short=2)
    run = carry_as_worker(begun(some.definition(**TRASH)))

    assert "deleted" not in counts(run), outcomes(run)
    assert set(some.zone()) == set(NAMES)
    some.store.set()
    some.sync(**TRASH)
    assert set(some.zone()) == set(NAMES)


def test_keys_that_are_in_no_listing_any_more_are_asked_for(bucket: Bucket, worker: None) -> None:
    """As where a key sees fewer names than before: the store still has them, and says so."""
    bucket.put(*NAMES)
    carry_as_worker(begun(bucket.definition(**TRASH)))
    for hidden in ("in/a/", "in/c"):
        bucket.store.set(hidden=hidden)
        run = carry_as_worker(begun(bucket.definition(**TRASH)))

        assert "deleted" not in counts(run), outcomes(run)
        assert set(bucket.zone()) == set(NAMES)


@pytest.mark.parametrize("prefix", ["", "in"])
def test_a_store_that_lists_nothing_by_mistake_deletes_nothing(bucket: Bucket, worker: None, prefix: str) -> None:
    """200 and an empty answer: the root of a job that is empty is in doubt, whatever is approved."""
    some = Bucket(bucket.store, prefix)
    some.put(*NAMES)
    carry_as_worker(begun(some.definition(**TRASH)))
    some.store.set(short=0)
    run = carry_as_worker(begun(some.definition(**TRASH)))
    assert run.state == (RunState.FAILED if prefix else RunState.HELD)
    if not prefix:
        approval.approve(run.pk)
        assert carry_as_worker(run).state == RunState.PAUSED

    assert set(some.zone()) == set(NAMES)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"refuse": "NoSuchBucket"}, RunState.FAILED),
        ({"refuse": "AccessDenied"}, RunState.FAILED),
        ({"refuse": "ExpiredToken"}, RunState.PAUSED),
        ({"short": 0}, RunState.FAILED),
    ],
    ids=["no-bucket", "denied", "expired", "empty"],
)
def test_a_store_that_changes_its_mind_when_it_comes_to_deleting_loses_nothing(
    bucket: Bucket, worker: None, fault: dict[str, Any], state: RunState
) -> None:
    """The run ends or waits with the reason; it goes on when the store is what it was."""
    run = planned(bucket, NAMES, ["b", "d/1"])
    bucket.store.set(**fault)
    ended = carry_as_worker(run)

    assert ended.state == state, ended.reason
    assert set(bucket.zone()) == set(NAMES)
    assert not Outcome.objects.filter(run=run, outcome="deleted").exists()
    bucket.store.set()
    control.resume(run.pk)
    assert carry_as_worker(run).state == RunState.DONE
    assert set(bucket.zone()) == set(NAMES) - {"b", "d/1"}
