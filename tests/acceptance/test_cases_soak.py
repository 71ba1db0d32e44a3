"""
Case 57: a long time of random faults, run after run.

By default half a minute over a few hundred files, with a fixed seed; `make soak SEED=7 MINUTES=15 FILES=20000` is the real
thing. What was done to whom is in the message of a failure, so that it can be done again.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import redis

from tests.acceptance.conftest import Place, fill

pytestmark = pytest.mark.acceptance

SEED = int(os.environ.get("LADING_TEST_SOAK_SEED", "57"))
SECONDS = 60 * float(os.environ.get("LADING_TEST_SOAK_MINUTES", "0.4"))
FILES = int(os.environ.get("LADING_TEST_SOAK_FILES", "400"))

#: seconds that a run gets to end once nothing is done to it any more
CALM = 120.0
#: how much the memory of the workers may grow from the first run to the last one, in MiB
GROWTH = 60.0

#: seconds from which that means anything
LONG = 300.0
#: seconds between two deaths of one service
APART = 12.0

SMALL_BATCHES = {"LADING_TRANSFER__BATCH_FILES": "50"}


@dataclass
class Storm:
    """Does something bad every now and then."""

    place: Place
    chance: random.Random
    #: what was done, in order
    done: list[str] = field(default_factory=list)
    #: when a service was killed last
    killed: dict[str, float] = field(default_factory=dict)

    def strike(self) -> None:
        """Do one bad thing."""
        faults = (
            self.kill_child,
            self.kill_worker,
            self.freeze,
            self.kill_redis,
            self.flush,
            self.kill_zone,
            self.change,
        )
        fault = self.chance.choice(faults)
        self.done.append(fault.__name__)
        with suppress(psutil.Error, redis.RedisError, OSError, ValueError, IndexError):
            fault()
        self.tend()

    def tend(self) -> None:
        """Start a worker where none is left, as whatever keeps services alive does: one may end by itself while it begins."""
        if not self.place.processes("lading worker"):
            self.place.work()

    def kill_child(self) -> None:
        self.chance.choice(worker(self.place).children()).send_signal(signal.SIGKILL)

    def kill_worker(self) -> None:
        for process in self.place.processes("lading worker"):
            process.send_signal(signal.SIGKILL)

    def freeze(self) -> None:
        sleeper = self.chance.choice(worker(self.place).children())
        sleeper.suspend()
        time.sleep(self.chance.uniform(0.5, 6.0))
        sleeper.resume()

    def kill_redis(self) -> None:
        self._kill_service("redis-server")

    def flush(self) -> None:
        self.place.broker().flushall()

    def kill_zone(self) -> None:
        self._kill_service("lading.zone")

    def _kill_service(self, word: str) -> None:
        """Kill it, but not so often that `lading up` takes it for broken and gives up."""
        if time.monotonic() - self.killed.get(word, 0.0) < APART:
            return
        self.killed[word] = time.monotonic()
        for process in self.place.processes(word):
            process.send_signal(signal.SIGKILL)

    def change(self) -> None:
        files = sorted(path for path in self.place.source.rglob("*.dat"))
        for path in self.chance.sample(files, k=min(20, len(files))):
            path.write_bytes(self.chance.randbytes(600))
        new = self.place.source / f"new-{len(self.done):04d}.dat"
        new.write_bytes(self.chance.randbytes(400))


def worker(place: Place) -> psutil.Process:
    """Return the first process of the worker; ValueError while there is none."""
    return min(place.processes("lading worker"), key=lambda process: process.pid)


def memory(place: Place) -> float:
    """Return what the workers have in memory, in MiB."""
    return sum(process.memory_info().rss for process in place.processes("lading worker")) / 2**20


@pytest.mark.timeout(SECONDS * 2 + 2 * CALM)
def test_case_57_a_long_time_of_random_faults_breaks_no_promise(place: Place, tmp_path: Path) -> None:
    """Whatever was struck at any moment: each run ends, and the oracle finds nothing amiss after it."""
    fill(place.source, FILES)
    place = place.having(**SMALL_BATCHES)
    storm = Storm(place, random.Random(SEED))
    place.work()
    ends, runs, used = time.monotonic() + SECONDS, 0, []
    while time.monotonic() < ends:
        storm.change()
        runs = begun(place, storm)
        storm.strike()  # however short the run is
        while time.monotonic() < ends and place.state(runs) in {"queued", "running", "waiting"}:
            storm.strike()
            time.sleep(storm.chance.uniform(0.3, 3.0))
        used.append(memory(place))

    # what changed last is brought in calm
    storm.tend()
    assert "done" == ended(place, storm, runs), told(place, storm)
    last = begun(place, storm)
    assert "done" == ended(place, storm, last), told(place, storm)
    assert [] == place.broken_promises(last), told(place, storm)
    print(f"seed {SEED}: {last} runs, {len(storm.done)} faults, memory {used[0]:.0f} to {used[-1]:.0f} MiB")
    # in a short time the workers that are measured are as often new ones that have not grown yet
    assert SECONDS < LONG or used[-1] - used[0] < GROWTH, told(place, storm)


def ended(place: Place, storm: Storm, run: int) -> str:
    """Wait for the end of a run; return its state then, whichever that is."""
    ends = time.monotonic() + CALM
    while place.state(run) not in {"done", "done_with_failures", "failed", "stopped"} and time.monotonic() < ends:
        storm.tend()
        time.sleep(0.2)
    return place.state(run)


def begun(place: Place, storm: Storm) -> int:
    """Begin a run, as soon as the services let it; return its number."""
    ends = time.monotonic() + CALM
    while True:
        done = place.sync("--detach")
        if done.code == 0:
            return int(done.json["run"])
        assert time.monotonic() < ends, done.err + told(place, storm)
        time.sleep(0.5)


def told(place: Place, storm: Storm) -> str:
    """Return what happened, for the message of a failure."""
    runs = place.rows("SELECT id, state, reason FROM orchestration_run")
    return f"seed {SEED}: {' '.join(storm.done)}\n{runs}\n{place.home.with_name('work.log').read_text()[-3000:]}"
