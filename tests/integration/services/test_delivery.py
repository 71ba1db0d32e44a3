"""What the broker does with the settings that Celery gets: the figures that the leases rely on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from lading import services
from lading.base import config
from tests.integration.services import sleepy

StartSleeper = Callable[[str], "subprocess.Popen[bytes]"]

ROOT = Path(__file__).parents[3]


@pytest.fixture
def broker(embedded: services.Holder) -> Iterator[redis.Redis]:
    """Return the session's Redis, empty."""
    with redis.Redis.from_url(config.current().redis_client_url, decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Return the file in which the tasks write."""
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def start_sleeper(broker: redis.Redis, tmp_path: Path) -> Iterator[StartSleeper]:
    """Return a function that starts a worker with one child on the sleeping task."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> subprocess.Popen[bytes]:
        words = ["-A", sleepy.__name__, "worker", "-c", "1", "-n", name, "-Q", "filesystem", "--without-mingle"]
        with (tmp_path / f"{name}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", *words], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_for(diary: Path, word: str, times: int, seconds: float = 20) -> bool:
    """Say whether the diary holds a word that often within some seconds."""
    deadline = time.monotonic() + seconds
    while diary.read_text().count(word) < times:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_busy_worker_takes_nothing_in_advance(broker: redis.Redis, start_sleeper: StartSleeper, diary: Path) -> None:
    """What waits is in the queue, where an idle worker takes it at once."""
    for _ in range(3):
        sleepy.sleep.delay(2.5, str(diary))
    start_sleeper("one")
    assert wait_for(diary, "start", 1)
    time.sleep(0.5)
    waiting = broker.llen("lading:filesystem"), broker.hlen("lading:unacked")
    start_sleeper("two")

    assert waiting == (2, 1)
    assert wait_for(diary, "start", 2, seconds=4)


def test_the_message_of_a_killed_worker_comes_back_after_the_visibility_time(
    broker: redis.Redis, start_sleeper: StartSleeper, diary: Path
) -> None:
    """A tenth of the real durations: 3 s instead of 30 s, and a look every 0.2 s."""
    sleepy.sleep.delay(1.0, str(diary))
    first = start_sleeper("one")
    assert wait_for(diary, "start", 1)
    os.killpg(first.pid, signal.SIGKILL)
    killed = time.monotonic()
    start_sleeper("two")

    assert wait_for(diary, "end", 1, seconds=8)
    assert time.monotonic() - killed < 6
    assert len({line.split()[1] for line in diary.read_text().splitlines()}) == 2


def test_messages_hold_ids_and_plain_json_only(broker: redis.Redis) -> None:
    """Nothing but JSON is sent, and no result is kept for it."""
    sleepy.sleep.delay(0.1, "id")

    assert sleepy.app.conf.accept_content == ["json"]
    assert sleepy.app.conf.task_ignore_result
    assert set(json.loads(str(broker.lindex("lading:filesystem", 0)))) >= {"body", "content-type", "headers"}
