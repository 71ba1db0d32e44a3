"""The stores of these tests, each a process of its own on loopback."""

from __future__ import annotations

import base64
import json
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lading.ingest.engine.sources.s3.access import Access, Addressing
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.source import S3Source
from tests import store_processes
from tests.integration.s3.fault_server import CONTROL
from tests.store_processes import KEY, SECRET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Store:
    """A store that runs."""

    endpoint: str
    key_file: Path
    #: the server of a part of the words, for faults
    client: S3Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def access(self, **how: Any) -> Access:
        """Return how the store is reached."""
        usual: dict[str, Any] = {"region": "us-east-1", "addressing": Addressing.PATH, "key_file": self.key_file}
        return Access(endpoint=self.endpoint, **(usual | how))

    def bucket(self) -> str:
        """Make a bucket and return its name."""
        name = f"bucket-{uuid.uuid4().hex[:10]}"
        self.client.create_bucket(Bucket=name)
        return name

    def source(self, bucket: str, prefix: str = "", **how: Any) -> S3Source:
        """Return a bucket, or what lies under a prefix, as a source."""
        return S3Source(Location(bucket, prefix), self.access(), **how)


class FaultStore(Store):
    """The store that misbehaves when it is told to."""

    def rules(self, *rules: dict[str, Any]) -> None:
        """Let these faults happen, and no others; counting begins anew."""
        self.say(rules=list(rules))

    def put(self, bucket: str, key: str, data: bytes, **how: Any) -> None:
        """Put an object with headers, parts or an ETag of its own."""
        self.say(put=[{"in": bucket, "key": key, "data": base64.b64encode(data).decode(), **how}])

    def fill(self, bucket: str, keys: Iterable[str]) -> None:
        """Let the bucket have these keys and no others."""
        self.say(fill=[{"in": bucket, "keys": list(keys)}])

    def say(self, **what: Any) -> None:
        """Tell the server."""
        urllib.request.urlopen(self.endpoint + CONTROL, json.dumps(what).encode()).close()  # noqa: S310 - ours

    @property
    def counts(self) -> Counter[str]:
        """What it was asked since the rules were set, by kind; answers that were faults, by status."""
        with urllib.request.urlopen(self.endpoint + CONTROL) as answer:  # noqa: S310 - ours
            return Counter(json.load(answer)["counts"])


@contextmanager
def faulty(key_file: Path) -> Iterator[FaultStore]:
    """Let the store run that misbehaves."""
    with store_processes.module("tests.integration.s3.fault_server") as endpoint:
        yield FaultStore(endpoint, key_file)


@contextmanager
def rclone(root: Path, key_file: Path) -> Iterator[Store]:
    """Let rclone serve a folder: real bytes on disk."""
    with store_processes.rclone(root, asks_for_keys=True) as endpoint:
        yield Store(endpoint, key_file)
