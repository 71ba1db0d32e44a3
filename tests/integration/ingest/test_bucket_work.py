"""How runs of buckets use workers and stores: which queue, what they do about a store that is away or gives nothing."""

from __future__ import annotations

from lading.ingest.app import jobs, rehearsing
from lading.orchestration.models import Batch
from tests.carrying import carry
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import bucket, worker

__all__ = ["bucket", "worker"]  # the fixtures


def test_a_plan_is_made_by_workers_that_take_buckets(bucket: Bucket) -> None:
    """Who sees the folders of the lab need not see its stores."""
    bucket.put("a", "b/c")
    run = carry(rehearsing.rehearse(jobs.store(bucket.definition())))
    found = rehearsing.rehearsal_of(run)

    assert list(Batch.objects.filter(run=run).values_list("queue", "kind")) == [("s3", "s3.plan")]
    assert found is not None
    assert found.problem is None
    assert found.counts["create"] == 2
    assert bucket.store.counts["GET"] == 0
