"""Notices of a store in a queue: twice, in another order, lost; the zone agrees with the bucket in the end."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator, Sequence

import pytest

from lading.base.errors import UsageError
from lading.ingest.app import buckets, event_sources, jobs, permits
from lading.ingest.app.jobs import Plan
from lading.ingest.app.kinds import scans_of
from lading.ingest.app.permits import AddressNotAllowed, Submitter, Via
from lading.ingest.app.task_names import S3
from lading.ingest.app.watcher import Watcher
from lading.ingest.engine.noticing.changes import Change
from lading.ingest.engine.sources.s3.queue import BucketNotices
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import Batch, Run
from tests.carrying import carry, counts
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import bucket
from tests.integration.ingest.test_watching import next_run, until

__all__ = ["bucket"]  # the fixture


@pytest.fixture
def queue(bucket: Bucket) -> str:
    """Return the address of a queue to which the bucket tells what happens below `in/`, and below `inner/`."""
    queues = bucket.store.queues
    address = queues.create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=address, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bucket.client.put_bucket_notification_configuration(
        Bucket=bucket.name,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]
        },
    )
    return address


@pytest.fixture
def notices(bucket: Bucket, queue: str) -> Iterator[BucketNotices]:
    """Return what reads the queue."""
    found = buckets.notices_of(bucket.definition(), queue)
    yield found
    found.close()


def gathered(notices: BucketNotices, paths: set[str]) -> list[Change]:
    """Wait until these were told of."""
    found: list[Change] = []
    ends = time.monotonic() + 60
    while not paths <= {notice.path for notice in found}:
        assert time.monotonic() < ends, f"only {found}"
        found += notices.changes()
        time.sleep(0.05)
    return found


def looked_at(bucket: Bucket, found: Sequence[Change]) -> Run:
    """Let a run look at what notices name; it concludes nothing from what is missing there."""
    definition = bucket.definition(delete_mode=DeleteMode.TRASH)
    part = definition.model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE})
    paths = list(dict.fromkeys(notice.path for notice in found))
    return carry(jobs.begin(jobs.store(definition), Plan(batches=scans_of(paths, 1000, S3), definition=part)))


def waiting(bucket: Bucket, queue: str) -> int:
    """Return how many messages are in the queue, hidden or not."""
    found = bucket.store.queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])


def test_fault_49_notices_twice_out_of_order_and_lost(bucket: Bucket, queue: str, notices: BucketNotices) -> None:
    """They say only what to look at; what they do not tell, the next whole run finds."""
    bucket.put("a", "b", "d/e")
    bucket.client.put_object(Bucket=bucket.name, Key="inner/not-ours", Body=b"x")
    bucket.put("a", content=b"another ")
    bucket.remove("b")
    found = gathered(notices, {"a", "b", "d/e"})
    assert {notice.path for notice in found} == {"a", "b", "d/e"}, "and nothing of what lies beside"
    twice = [*found, *found]
    random.Random(49).shuffle(twice)
    first = looked_at(bucket, twice)

    assert counts(first) == {"created": 2, "skipped": 1}
    assert bucket.zone() == bucket.tree()
    assert counts(looked_at(bucket, twice)) == {"unchanged": 2, "skipped": 1}, "nothing is sent twice"

    notices.settled([notice.receipt for notice in found])
    bucket.remove("d/e")
    bucket.put("lost")
    lost = gathered(notices, {"d/e", "lost"})
    notices.settled([notice.receipt for notice in lost])
    assert waiting(bucket, queue) == 0, "what was settled is gone from the queue"

    bucket.sync(delete_mode=DeleteMode.TRASH)
    assert bucket.zone() == bucket.tree()


def test_what_a_watched_bucket_tells_is_brought(bucket: Bucket, queue: str) -> None:
    """First everything, then what notices name; a message is gone once a run that looks is in the ledger."""
    bucket.put("old")
    job = jobs.store(bucket.definition(name=bucket.name, watch={"queue": queue}, quiet=0.1))
    watcher = Watcher("one", names=[job.name])
    try:
        assert counts(carry(next_run(watcher)))["created"] == 1
        bucket.put("new/a")
        run = next_run(watcher)
        assert {"s3.scan"} == set(Batch.objects.filter(run=run).values_list("kind", flat=True))
        assert counts(carry(run))["created"] == 1
        until(watcher, lambda: waiting(bucket, queue) == 0)
    finally:
        for watch in watcher._held():
            watcher._drop(watch)
    assert bucket.zone() == bucket.tree()


def test_a_bucket_of_which_nothing_tells_is_not_watched(bucket: Bucket, queue: str) -> None:
    """Nor does anybody from afar name a queue, which is asked with the keys of the store."""
    with pytest.raises(UsageError, match="Nothing tells what happens in s3://"):
        event_sources.refuse_unwatchable(bucket.definition(watch=True))
    with pytest.raises(AddressNotAllowed):
        permits.refuse_queue(bucket.definition(watch={"queue": queue}), Submitter(via=Via.REMOTE, user="ada"))


def test_a_message_stays_until_all_that_it_tells_is_settled(bucket: Bucket, queue: str, notices: BucketNotices) -> None:
    """And one that nobody understands lets everything be looked at."""
    tells = {
        "Records": [{"s3": {"bucket": {"name": bucket.name}, "object": {"key": f"in/{name}"}}} for name in ("x", "y")]
    }
    bucket.store.queues.send_message(QueueUrl=queue, MessageBody=json.dumps(tells))
    found = gathered(notices, {"x", "y"})
    notices.settled([found[0].receipt])
    assert waiting(bucket, queue) == 1
    notices.settled([found[1].receipt])
    assert waiting(bucket, queue) == 0

    bucket.store.queues.send_message(QueueUrl=queue, MessageBody="nonsense")
    assert [notice.path for notice in gathered(notices, {""})] == [""]
    assert notices.losses == 1


def test_a_queue_that_is_not_there_is_told_and_asked_no_more(bucket: Bucket) -> None:
    """Whoever watches then has a reason to give."""
    notices = buckets.notices_of(bucket.definition(), f"{bucket.store.endpoint}/123456789012/none")
    ends = time.monotonic() + 30
    while not notices.broken:
        assert time.monotonic() < ends
        time.sleep(0.05)
    notices.close()

    assert "none" in notices.broken
