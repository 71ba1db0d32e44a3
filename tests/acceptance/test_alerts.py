"""Each alert comes when what it tells of happens, and goes when it is mended: faults, and a Prometheus that looks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import redis

from tests.acceptance import prometheus
from tests.acceptance.conftest import Place, ended, fill, wait_for
from tests.acceptance.prometheus import Prometheus
from tests.unit.deploy.alerts import alerts

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

LIMIT = 40.0
DONE = "SELECT 1 FROM orchestration_run WHERE id = ? AND state LIKE 'done%'"
LEASED = "SELECT 1 FROM orchestration_batch WHERE state = 'leased'"


@dataclass
class Night:
    """A system under way, its figures, and a Prometheus."""

    place: Place
    up: subprocess.Popen[str]
    figures: subprocess.Popen[str]
    prometheus: Prometheus
    skewed_port: int

    def comes(self, name: str, subject: str = "") -> None:
        """Wait for an alert."""
        wait_for(lambda: (name, subject) in self.prometheus.alerts(), LIMIT)

    def is_quiet(self) -> None:
        """Wait until no alert is left."""
        wait_for(lambda: not self.prometheus.alerts(), LIMIT)

    def detached(self, source: Path, collection: str) -> None:
        """Start a sync that nobody follows and for which no worker is started."""
        done = self.place.run("sync", str(source), collection, "--detach", "--workers", "0")
        assert 0 == done.code, done.err

    @contextmanager
    def worker(self) -> Iterator[psutil.Process]:
        """Let one worker with one slot live; it may be killed meanwhile."""
        process = self.place.begin("worker", "--slots", "1")
        try:
            yield psutil.Process(process.pid)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                process.terminate()
            ended(process, 40)

    @contextmanager
    def killed(self, word: str) -> Iterator[None]:
        """Let an embedded part be dead: who would start it again is frozen meanwhile."""
        self.up.send_signal(signal.SIGSTOP)
        try:
            for process in self.place.processes(word):
                process.kill()
            yield
        finally:
            self.up.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Return a system in which nothing is amiss; the tests of this module share it, and leave it so."""
    folder = tmp_path_factory.mktemp("night")
    source = folder / "source"
    source.mkdir()
    place = Place(folder / "home", source, settings={"LADING_LOG_LEVEL": "error", "LADING_TIME_SCALE": "0.1"})
    up = place.begin("up", "--workers", "0")
    figures = None
    try:
        assert up.stderr is not None
        assert any("Ready" in line for line in up.stderr)
        port, skewed = prometheus.free_port(), prometheus.free_port()
        figures = place.begin("metrics", "--listen", f"127.0.0.1:{port}")
        with prometheus.running(folder / "prometheus", {"lading": port, "skewed": skewed}) as watching:
            yield Night(place, up, figures, watching, skewed)
    finally:
        for process in filter(None, (figures, up)):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            ended(process, 30)
        for left in place.processes(""):
            left.kill()


def test_nothing_comes_where_nothing_is_amiss(night: Night) -> None:
    """All figures are there, and no expression has a value."""
    wait_for(lambda: night.prometheus.is_true('up{job="lading"} == 1'), LIMIT)
    night.is_quiet()

    assert [] == [alert.name for alert in alerts() if night.prometheus.is_true(alert.expression)]


def test_work_that_nobody_does_is_told_of_and_goes_on_with_a_worker(night: Night) -> None:
    """A queue without workers, and after a while work that is stalled."""
    fill(night.place.source, 50)
    night.detached(night.place.source, night.place.collection)
    night.comes("LadingQueueWithoutWorkers", "filesystem")
    night.comes("LadingWorkStalled")
    with night.worker():
        wait_for(lambda: night.place.rows(DONE, 1), LIMIT)
        night.is_quiet()


def test_a_frozen_worker_whose_work_nobody_takes_over_is_told_of(night: Night, tmp_path: Path) -> None:
    """The last worker freezes with a lease; when it wakes up all goes on."""
    fill(tmp_path, 1_500)
    with night.worker() as worker:
        night.detached(tmp_path, f"{night.place.collection}-frozen")
        wait_for(lambda: _froze_with_a_lease(night, worker), LIMIT)
        night.comes("LadingLeaseNotRecovered")
        os.killpg(worker.pid, signal.SIGCONT)
        wait_for(lambda: night.place.rows(DONE, 2), LIMIT)
        night.is_quiet()


def _froze_with_a_lease(night: Night, worker: psutil.Process) -> bool:
    """Freeze the worker; if it has nothing in hand at that moment, let it go on."""
    os.killpg(worker.pid, signal.SIGSTOP)
    if night.place.rows(LEASED):
        return True
    os.killpg(worker.pid, signal.SIGCONT)
    return False


def test_a_run_that_waits_for_a_person_is_told_of(night: Night, tmp_path: Path) -> None:
    """Until somebody decides."""
    fill(tmp_path, 200)
    words = ("sync", str(tmp_path), f"{night.place.collection}-held", "--delete-mode", "trash", "--json")
    with night.worker():
        assert 0 == night.place.run(*words, "--workers", "0").code
        for number in (0, 1):
            shutil.rmtree(tmp_path / f"folder-00{number}")
        held = night.place.run(*words, "--workers", "0")
    assert 3 == held.code, held.err
    night.comes("LadingRunHeld", str(held.json["run"]))
    assert 0 == night.place.run("reject", str(held.json["run"])).code
    night.is_quiet()


def test_a_periodic_job_that_falls_silent_is_told_of(night: Night, tmp_path: Path) -> None:
    """Its worker is gone, so nobody begins the next run."""
    fill(tmp_path, 5)
    with night.worker() as worker:
        words = ("start", str(tmp_path), f"{night.place.collection}-watched", "--job_name", "scope", "-i", "3")
        assert 0 == night.place.run("irods-sync", *words).code
        (started,) = night.place.rows("SELECT run_id FROM ingest_startedjob WHERE name = 'scope'")
        wait_for(lambda: night.place.rows(DONE, *started), LIMIT)
        os.killpg(worker.pid, signal.SIGKILL)
    night.comes("LadingWatcherSilent", "scope")
    assert 0 == night.place.run("irods-sync", "stop", "scope").code
    night.is_quiet()


def test_a_zone_that_is_away_is_told_of_and_goes_on_when_it_is_back(night: Night, tmp_path: Path) -> None:
    """The circuit breaker opens; the run waits, and goes on by itself."""
    fill(tmp_path, 50)
    night.detached(tmp_path, f"{night.place.collection}-away")
    (number,) = night.place.rows("SELECT max(id) FROM orchestration_run")
    with night.killed("lading.zone"), night.worker():
        wait_for(lambda: any(name == "LadingCircuitOpen" for name, _ in night.prometheus.alerts()), LIMIT)
        night.up.send_signal(signal.SIGCONT)
        wait_for(lambda: night.place.rows(DONE, *number), LIMIT)
        night.is_quiet()


def test_a_disk_that_fills_is_told_of(night: Night) -> None:
    """The threshold is raised above what the disk has: filling a real one would take others with it."""
    (low,) = [alert.expression for alert in alerts() if alert.name == "LadingLedgerDiskLow"]

    assert not night.prometheus.is_true(low)
    assert night.prometheus.is_true(low.replace("2147483648", "1e18"))


def test_a_clock_that_goes_wrong_is_told_of(night: Night) -> None:
    """A host that is half a minute behind the database."""
    words = (sys.executable, "-m", "tests.acceptance.skewed_metrics", str(night.skewed_port))
    root = Path(__file__).parents[2]
    skewed = subprocess.Popen(words, env=night.place.environment | {"PYTHONPATH": str(root)}, cwd=root)
    try:
        night.comes("LadingClockSkew")
    finally:
        skewed.terminate()
        skewed.wait(20)
    night.is_quiet()


def test_a_redis_that_is_almost_full_is_told_of(night: Night) -> None:
    """Whatever fills it."""
    with redis.Redis(unix_socket_path=str((night.place.home / "run").resolve() / "redis.sock")) as client:
        used = dict(client.info("memory"))["used_memory"]
        client.config_set("maxmemory", int(used * 1.02))
        night.comes("LadingBrokerMemoryLow")
        client.config_set("maxmemory", 0)
    night.is_quiet()


def test_a_redis_that_is_away_is_told_of(night: Night) -> None:
    """Killed, and started again."""
    with night.killed("redis-server"):
        night.comes("LadingBrokerUnreachable")
    night.is_quiet()


def test_a_ledger_that_cannot_be_opened_is_told_of(night: Night) -> None:
    """Something else is where it was; the rest of the figures comes all the same."""
    ledger = night.place.home / "ledger.sqlite3"
    files = [file for file in ledger.parent.glob(f"{ledger.name}*") if file.suffix != ".migrating"]
    aside = {file: file.with_name(f"aside-{file.name}") for file in files}
    for file, place in aside.items():
        file.rename(place)
    ledger.mkdir()
    try:
        night.comes("LadingLedgerUnreachable")
        assert night.prometheus.is_true("lading_broker_up == 1")
    finally:
        ledger.rmdir()
        for file, place in aside.items():
            place.rename(file)
    night.is_quiet()


def test_figures_that_cannot_be_read_are_told_of(night: Night) -> None:
    """Nobody hears the other alerts then; it is the last test of this night."""
    night.figures.terminate()
    night.comes("LadingMetricsDown")
