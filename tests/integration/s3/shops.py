"""A bucket of a test in the store that misbehaves, and a job that brings it into a zone in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lading.base.retry import RetryPolicy
from lading.ingest.engine import reading
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.s3 import pace
from lading.ingest.engine.sources.s3.opened import Ranging
from lading.ingest.engine.sources.s3.source import S3Source
from tests.integration.s3.stores import FaultStore
from tests.unit.engine.workshop import ROOT, Workshop, outcomes

#: a test does not wait long
QUICK = RetryPolicy(attempts=6, first_delay=timedelta(milliseconds=2), longest_delay=timedelta(milliseconds=20))
#: a large object of a test is a small one
RANGING = Ranging(above=50_000, piece=100_000)


@dataclass
class Shop:
    """The bucket, and the job."""

    store: FaultStore
    name: str = ""
    workshop: Workshop = field(default_factory=lambda: Workshop(rules=Rules(destination=ROOT)))
    #: paths that were told as vanished: nobody deletes them here
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.name = self.store.bucket()
        self.store.rules()
        pace.forget()

    def put(self, key: str, data: bytes = b"content", **how: Any) -> None:
        """Put an object."""
        self.store.put(self.name, key, data, **how)

    def remove(self, key: str) -> None:
        """Remove one."""
        self.store.client.delete_object(Bucket=self.name, Key=key)

    def source(self, prefix: str = "", **how: Any) -> S3Source:
        """Return the bucket as a source that nobody asked yet."""
        return self.store.source(self.name, prefix, **({"patience": QUICK} | how))

    def read(self, key: str = "a", **how: Any) -> bytes:
        """Read an object as small ones are read."""
        source = self.source(**how)
        return reading.whole(source, key, source.stat(key))

    def stream(self, key: str = "a", **how: Any) -> bytes:
        """Read an object as large ones are read."""
        source = self.source(**({"ranging": RANGING} | how))
        return b"".join(reading.chunks(source, key, source.stat(key)))

    def sync(self) -> dict[str, tuple[str, str]]:
        """Bring the bucket as a run does; return outcome and code by path."""
        self.workshop.source = self.source()
        return outcomes(self.workshop.sync())
