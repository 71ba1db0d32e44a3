"""Stores that run for the whole session, started when a test first wants them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import s3_store
from tests.integration.s3 import stores
from tests.integration.s3.shops import Shop
from tests.integration.s3.stores import FaultStore, Store
from tests.store_processes import KEY, SECRET


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the keys that all of them take."""
    written = tmp_path_factory.mktemp("keys") / "s3"
    written.write_text(f"{KEY}\n{SECRET}\n")
    return written


@pytest.fixture(scope="session")
def faulty_store(key_file: Path) -> Iterator[FaultStore]:
    """The store that misbehaves."""
    with stores.faulty(key_file) as store:
        yield store


@pytest.fixture
def faulty(faulty_store: FaultStore) -> FaultStore:
    """The store that misbehaves, as it is when nobody told it to."""
    faulty_store.rules()
    return faulty_store


@pytest.fixture(scope="session")
def rclone(key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Rclone's server over a folder."""
    with stores.rclone(tmp_path_factory.mktemp("rclone"), key_file) as store:
        yield store


@pytest.fixture(scope="session")
def moto(key_file: Path) -> Iterator[Store]:
    """Moto's server."""
    with s3_store.running() as running:
        yield Store(running.endpoint, key_file)


@pytest.fixture
def shop(faulty: FaultStore) -> Iterator[Shop]:
    """A bucket in the store that misbehaves."""
    yield Shop(faulty)
    faulty.rules()
