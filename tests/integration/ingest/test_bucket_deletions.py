"""What may go when a bucket shows less than before: only what two different questions say is gone."""

from __future__ import annotations

from lading.ingest.engine.values import DeleteMode
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import bucket, worker

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
