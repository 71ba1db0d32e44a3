"""A bucket as a source keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lading.ingest.engine.sources.s3.source import S3Source
from tests.contract.sources.contract import SourceContract
from tests.integration.s3 import stores
from tests.integration.s3.stores import FaultStore
from tests.store_processes import KEY, SECRET

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStore]:
    key_file = tmp_path_factory.mktemp("keys") / "s3"
    key_file.write_text(f"{KEY}\n{SECRET}\n")
    with stores.faulty(key_file) as running:
        yield running


class BucketTree:
    """A bucket, or what lies under a prefix of one."""

    def __init__(self, store: FaultStore, prefix: str) -> None:
        self._store = store
        self._bucket = store.bucket()
        self._root = f"{prefix}/" if prefix else ""
        store.rules()
        if prefix:
            store.put(self._bucket, self._root, b"")
        self._prefix = prefix

    @property
    def source(self) -> S3Source:
        return self._store.source(self._bucket, self._prefix)

    def write(self, path: str, data: bytes) -> None:
        self._store.put(self._bucket, self._root + path, data)

    def deny(self, path: str) -> None:
        denied = {"status": 403, "code": "AccessDenied"}
        if path == "a":
            self._store.rules({"under": self._root + path, "on": "GET", **denied})
        else:
            self._store.rules({"under": self._root + path + "." * bool(path), **denied})

    def remove(self, path: str) -> None:
        assert not path
        if self._prefix:
            self._store.fill(self._bucket, ["elsewhere"])
        else:
            self._store.say(bucket=self._bucket, gone=True)


class TestBucket(SourceContract):
    """All of it."""

    @pytest.fixture
    def tree(self, store: FaultStore) -> BucketTree:
        return BucketTree(store, "")


class TestPrefix(SourceContract):
    """A part of it."""

    @pytest.fixture
    def tree(self, store: FaultStore) -> BucketTree:
        return BucketTree(store, "some/where")
