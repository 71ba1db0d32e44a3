"""Fixtures for every kind of test: a home, the embedded parts, a ledger that real worker processes share."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
from pytest_django import DjangoDbBlocker

from lading import services
from lading.base import config
from lading.base.config import Settings
from tests.isolation import SESSION_HOME
from tests.not_run import not_run
from tests.s3_store import Store
from tests.s3_store import running as s3_store_running

#: seconds that a worker of a test gets to end in order
WORKER_GRACE = 10.0

#: fixtures that start servers: what uses one is no unit test
SERVICE_FIXTURES = frozenset({"embedded", "irods_zone", "s3_store", "zone"})

#: a machine that is busy makes no property false
hypothesis.settings.register_profile("lading", deadline=None)
#: for `make unit`, which is for every few minutes; `make test` tries as many examples as ever
hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)
hypothesis.settings.load_profile("lading")

StartWorker = Callable[..., "subprocess.Popen[bytes]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts servers: `make unit` leaves it out."""
    for item in items:
        if SERVICE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.services)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what is there now: thousands of tests and all modules, an eighth of the time."""
    gc.collect()
    gc.freeze()


def require_redis() -> None:
    """End the test as not run where no Redis can be started."""
    try:
        services.find_server()
    except services.ServiceMissing as missing:
        not_run(str(missing))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """
    Return a new home that LADING_HOME names: for tests of the settings, and of commands run as processes.

    Django in this process keeps the session's home, since it reads its settings once.
    """
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("LADING_HOME", str(folder))
    config.current.cache_clear()
    yield folder
    config.current.cache_clear()


@pytest.fixture(scope="session")
def settings_of_session() -> Settings:
    """Return the settings that Django in this process was configured from."""
    return config.load(os.environ | {"LADING_HOME": str(SESSION_HOME)}, Path.cwd())


@pytest.fixture(scope="session")
def embedded(settings_of_session: Settings) -> Iterator[services.Holder]:
    """Let Redis and the zone of the session's home run until the last test ended."""
    require_redis()
    with services.hold(settings_of_session) as held:
        yield held


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the test database be the one that the settings name, so that worker processes find it."""
    from django.db import connections

    described = connections["default"].settings_dict
    described["TEST"]["NAME"] = described["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Migrate once, as ever; empty the tables between tests without touching those that are empty."""
    from tests import emptying

    with django_db_blocker.unblock():
        furnished = emptying.furniture_now()
    with emptying.quickly(furnished):
        yield


@pytest.fixture
def shared_ledger(embedded: services.Holder, transactional_db: None) -> Iterator[Settings]:
    """
    Return the settings of a ledger, Redis and zone that this test shares with processes it starts.

    What is written is committed at once; the tables and Redis are emptied when the test ends.
    """
    from lading.orchestration.models import Outcome

    embedded.restart_dead()
    settings = config.current()
    yield settings
    nameless = Outcome.objects.filter(outcome__in=("failed", "skipped"), code="").values_list("subject", flat=True)
    assert list(nameless) == [], "an outcome that is no good news has a code"
    embedded.restart_dead()
    with redis.Redis.from_url(settings.redis_client_url) as client:
        client.flushall()


@pytest.fixture(scope="session")
def s3_store() -> Iterator[Store]:
    """Let a store of objects run until the last test ended; each test takes a bucket of its own."""
    with s3_store_running() as found:
        yield found


@pytest.fixture
def start_worker(shared_ledger: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    """
    Return a function that starts `lading worker` as a process on the session's ledger: `start_worker(slots=1)`.

    Further words are arguments of the command, further names its variables; `worker-0.log` of the test's folder holds what
    it said. Each process leads a session of its own, so `os.killpg(process.pid, SIGKILL)` kills all of it; what is left at the end is stopped.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, slots: int = 1, **variables: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "lading", "worker", "--slots", str(slots), *words],
                env=os.environ | shared_ledger.as_environ() | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything in its session."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(WORKER_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
