"""Homes of their own for the embedded parts, and a word with their Redis."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from lading import services
from lading.base.config import Settings, load
from lading.services.embedded import holder_files, shared_parts
from lading.services.parts import lock_folder
from tests.conftest import require_redis

MakeSettings = Callable[..., Settings]

#: stands for a worker: what workers do is no matter of the supervisor
WORKER = ("/bin/sh", "-c", "exec sleep 600")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: it starts servers."""
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.services)


@pytest.fixture
def make_settings(tmp_path: Path) -> Iterator[MakeSettings]:
    """Return a function that makes settings with a home in this test's folder; what runs there at the end is killed."""
    require_redis()
    made: list[Settings] = []

    def make(name: str = "home", **variables: str) -> Settings:
        settings = load({"HOME": str(tmp_path), "LADING_HOME": str(tmp_path / name), **variables}, tmp_path)
        made.append(settings)
        return settings

    yield make
    for settings in made:
        kill_everything(settings)


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """Return the settings of one home with everything embedded."""
    return make_settings()


def kill_everything(settings: Settings) -> None:
    """Leave no process of this home behind, whatever the test did to it."""
    found = services.status(settings)
    for pid in [part.pid for part in found.parts if part.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    for part in shared_parts(settings):
        part.daemon.stop(0)


def client(settings: Settings) -> redis.Redis:
    """Return a connection to the embedded Redis."""
    return redis.Redis.from_url(settings.redis_client_url, decode_responses=True)


def pids(settings: Settings) -> tuple[int | None, int | None]:
    """Return the processes of Redis and the zone."""
    found = services.status(settings)
    return found.redis.pid, found.zone.pid


def leftovers(settings: Settings) -> list[str]:
    """Return the lock files of holders and workers that nobody cleared away."""
    workers = lock_folder(settings).glob("worker-*.lock")
    return [path.name for path in (*holder_files(settings), *workers)]
