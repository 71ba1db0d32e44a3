"""A bucket of a test, what its job brings, and the zone looked at with other eyes."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from datetime import datetime
from typing import Any

from lading.base import config
from lading.base.errors import RetryLater
from lading.ingest.app.definition import Definition
from lading.orchestration.models import Batch, BatchState, Run
from lading.zone.control import ZoneControl
from tests import oracle
from tests.carrying import begun, carry, sync
from tests.s3_store import Store


class Bucket:
    """A bucket of its own, and a collection for it."""

    def __init__(self, store: Store, prefix: str = "in") -> None:
        self.store = store
        self.name = f"bucket-{uuid.uuid4().hex[:10]}"
        self.prefix = prefix
        self.collection = f"/tempZone/home/rods/{self.name}"
        self.client = store.client
        self.client.create_bucket(Bucket=self.name)
        self.home = config.current().home
        store.set()

    @property
    def source(self) -> str:
        """What a job reads."""
        return f"s3://{self.name}/{self.prefix}".rstrip("/")

    def definition(self, **options: Any) -> Definition:
        """Return the job."""
        return Definition(source=self.source, destination=self.collection, **options)

    def sync(self, **options: Any) -> Run:
        """Run the job from start to end; counts of requests begin anew."""
        self.store.set()
        self.requests_before = self._irods()
        return sync(self.definition(**options))

    def begin(self, definition: Definition) -> Run:
        """Run a job in whatever weather there is; what has to wait is tried again at once."""
        run = begun(definition)
        for _ in range(20):
            try:
                return carry(run)
            except RetryLater:
                Batch.objects.filter(run=run, state=BatchState.LEASED).update(state=BatchState.QUEUED, lease_until=0)
        raise AssertionError("the weather never changed")

    # --- what others do with it ----------------------------------------------------------------------------------

    def put(self, *paths: str, content: bytes = b"content of ", **how: Any) -> None:
        """Put objects that differ by their names."""
        for path in paths:
            self.client.put_object(Bucket=self.name, Key=self.key(path), Body=content + path.encode(), **how)

    def put_later(self, path: str, **how: Any) -> None:
        """Put an object over another one, in a later second: stores know whole ones."""
        before, ends = self._modified(path), time.monotonic() + 10
        self.put(path, **how)
        while self._modified(path) == before:
            assert time.monotonic() < ends, "the store's clock stands still"
            time.sleep(0.1)
            self.put(path, **how)

    def _modified(self, path: str) -> datetime:
        return self.client.head_object(Bucket=self.name, Key=self.key(path))["LastModified"]

    def remove(self, *paths: str) -> None:
        """Remove objects."""
        for path in paths:
            self.client.delete_object(Bucket=self.name, Key=self.key(path))

    def key(self, path: str) -> str:
        """Return the key of a path below the prefix."""
        return f"{self.prefix}/{path}" if self.prefix else path

    # --- what is there -------------------------------------------------------------------------------------------

    def tree(self) -> dict[str, str]:
        """Return path and checksum of every object below the prefix, as another client lists and reads them."""
        found = {}
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.key("")):
            for item in page.get("Contents", ()):
                body = self.client.get_object(Bucket=self.name, Key=item["Key"])["Body"].read()
                found[item["Key"][len(self.key("")) :]] = oracle.sha2(body)
        return found

    def zone(self) -> dict[str, str]:
        """Return path and checksum of the bytes of every good object in the zone."""
        there = oracle.zone_tree(self.home, self.collection)
        assert {seen.state for seen in there.values()} <= {oracle.GOOD}
        assert all(seen.checksum == seen.vault_checksum for seen in there.values())
        return {path: seen.vault_checksum for path, seen in there.items()}

    def irods_requests(self) -> Counter[int]:
        """Return what the zone was asked since the last sync began, by request."""
        return self._irods() - self.requests_before

    def _irods(self) -> Counter[int]:
        return Counter(ZoneControl(self.home / "zone").counters())
