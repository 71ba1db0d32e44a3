"""A test and the processes it starts work on one ledger and one Redis."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import redis
from django.contrib.auth.models import User

from lading.base.config import Settings
from tests.conftest import StartWorker

READER = """
import django; django.setup()
from django.contrib.auth.models import User
print(*(user.username for user in User.objects.all()))
User.objects.create(username="grace")
"""


def test_another_process_reads_and_writes_the_ledger_of_this_test(shared_ledger: Settings) -> None:
    """What this test commits is there for a worker, and the other way round."""
    User.objects.create(username="ada")
    environ = os.environ | shared_ledger.as_environ() | {"DJANGO_SETTINGS_MODULE": "lading.web.settings"}
    said = subprocess.run([sys.executable, "-c", READER], env=environ, capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["ada"]
    assert [user.username for user in User.objects.order_by("id")] == ["ada", "grace"]


def test_the_ledger_of_a_test_starts_empty(shared_ledger: Settings) -> None:
    """Nothing of another test is left in tables or in Redis."""
    with redis.Redis.from_url(shared_ledger.redis_client_url) as client:
        assert client.dbsize() == 0
    assert User.objects.count() == 0


def test_a_worker_waits_for_work_and_ends_when_told(shared_ledger: Settings, start_worker: StartWorker) -> None:
    """A real `lading worker` asks the session's Redis for messages, and an idle one ends in order within seconds."""
    worker = start_worker(slots=1)
    deadline = time.monotonic() + 20
    asks = False
    with redis.Redis.from_url(shared_ledger.redis_client_url) as client:
        while not asks and time.monotonic() < deadline and worker.poll() is None:
            asks = any(entry["cmd"] == "brpop" for entry in client.client_list())
            time.sleep(0.05)
    worker.terminate()

    assert asks
    assert worker.wait(10) == 0
