"""The product as a person uses it: commands in a home of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from lading.zone.control import ZoneControl
from tests import oracle
from tests.chaos.proxy import Proxy

ROOT = Path(__file__).parents[2]

#: what ends a run
ENDED = ("stopped", "done", "done_with_failures", "failed")

#: the command, after the interpreter
LADING = ("-P", "-m", "lading")

#: leases and sweeps run this much faster than in earnest
TIME_SCALE = os.environ.get("LADING_TEST_TIME_SCALE", "0.2")
#: how much longer a test waits than where they are scaled as usual
PATIENCE = max(1.0, float(TIME_SCALE) / 0.2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what may take longest: begun last, it would go on alone when all else has ended."""

    def allowed(item: pytest.Item) -> float:
        marker = item.get_closest_marker("timeout")
        return float(marker.args[0]) if marker and item.get_closest_marker("acceptance") else 0.0

    items.sort(key=allowed, reverse=True)


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last object that it printed."""
        value: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return value


@dataclass
class Place:
    """A home, a source, and the commands."""

    home: Path
    source: Path
    collection: str = "/tempZone/home/rods/there"
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of commands: nothing of this process's settings."""
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("LADING_", "IRODS_", "DJANGO_"))
        }
        return plain | {"LADING_HOME": str(self.home), "LADING_TIME_SCALE": TIME_SCALE} | self.settings

    def having(self, **settings: str) -> Place:
        """Return the same home for commands with further settings: `having(LADING_CRASH="after_put")`."""
        return replace(self, settings=self.settings | settings)

    def through(self, *, zone: Proxy | None = None, broker: Proxy | None = None) -> Place:
        """Return the same home for commands that reach the zone or Redis through a proxy."""
        own = {}
        if zone is not None:
            password = (self.home / "zone" / "password").read_text().strip()
            own["LADING_ZONE_URL"] = f"irods://rods:{password}@127.0.0.1:{zone.port}/tempZone"
        if broker is not None:
            own["LADING_REDIS_URL"] = f"redis://127.0.0.1:{broker.port}/0"
        return self.having(**own)

    @property
    def zone_port(self) -> int:
        """Where the embedded zone listens."""
        return int((self.home / "zone" / "port").read_text())

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens."""
        return (self.home / "run").resolve() / "redis.sock"

    @property
    def zone(self) -> ZoneControl:
        """The counters and faults of the embedded zone."""
        return ZoneControl(self.home / "zone")

    def broker(self) -> redis.Redis:
        """Return a client of the embedded Redis."""
        return redis.Redis(unix_socket_path=str(self.redis_socket))

    # --- commands ------------------------------------------------------------------------------------------------

    def serve(self, *words: str, log: str, program: Sequence[str] = LADING) -> subprocess.Popen[bytes]:
        """Start a command that goes on until it is told to end; what it says is added to a log beside the home."""
        with self.home.with_name(log).open("ab") as said:
            return subprocess.Popen(
                [sys.executable, *program, *words],
                env=self.environment | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def work(self, *words: str, slots: int = 2, program: Sequence[str] = LADING) -> subprocess.Popen[bytes]:
        """Start a worker of its own; it is stopped with the home. What it says is in `work.log` beside the home."""
        return self.serve("worker", "--slots", str(slots), *words, log="work.log", program=program)

    def detach(self, *words: str) -> int:
        """Start a run that somebody else's workers carry out; return its number."""
        done = self.sync("--detach", *words)
        assert done.code == 0, done.err
        return int(done.json["run"])

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "lading", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, limit: float = 100) -> Done:
        """Run a command to its end."""
        return ended(self.begin(*words), limit)

    def sync(self, *words: str) -> Done:
        """Sync the source, as JSON."""
        return self.run("sync", str(self.source), self.collection, "--json", *words)

    # --- what came of it -----------------------------------------------------------------------------------------

    def state(self, run: int = 1) -> str:
        """Return the state of a run."""
        return str(self.rows("SELECT state FROM orchestration_run WHERE id = ?", run)[0][0])

    def end_of(self, run: int = 1, limit: float = 60) -> str:
        """Wait for the end of a run; return the state in which it ended."""
        wait_for(lambda: self.state(run) in ENDED, limit)
        return self.state(run)

    def broken_promises(self, run: int = 1) -> list[str]:
        """Let the oracle look."""
        return oracle.broken_promises(self.source, self.home, self.collection, run)

    def has_crashed(self, point: str) -> bool:
        """Say whether a point that was armed `once` was reached."""
        return any(self.home.glob(f"crashed-{point}-*"))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the ledger from outside."""
        with sqlite3.connect(self.home / "ledger.sqlite3", timeout=30) as ledger:
            return ledger.execute(query, values).fetchall()

    def processes(self, word: str) -> list[psutil.Process]:
        """Return the processes of this home whose command line has the word."""
        return [process for process in psutil.process_iter() if self._is_ours(process, word)]

    def _is_ours(self, process: psutil.Process, word: str) -> bool:
        with suppress(psutil.Error):
            here = process.environ().get("LADING_HOME") == str(self.home) or process.cwd().startswith(str(self.home))
            return here and word in " ".join(process.cmdline())
        return False


def ended(process: subprocess.Popen[str], limit: float = 100) -> Done:
    """Wait for a command."""
    try:
        out, err = process.communicate(timeout=limit * PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"it did not end within {limit} s:\n{out}\n{err}") from None
    return Done(process.returncode, out, err)


@pytest.fixture(scope="session")
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger that a command made in a new home: to make one takes as long as to start the command."""
    home = tmp_path_factory.mktemp("new") / "home"
    done = Place(home, home).run("runs")
    assert done.code == 0, done.err
    return home / "ledger.sqlite3"


@pytest.fixture
def place(tmp_path: Path, new_ledger: Path) -> Iterator[Place]:
    """Return a home where Redis and zone run, and an empty source; whatever runs in the home is stopped in the end."""
    source = tmp_path / "source"
    source.mkdir()
    place = Place(tmp_path / "home", source)
    place.home.mkdir(mode=0o700)
    shutil.copy(new_ledger, place.home)
    up = place.begin("up", "--workers", "0", "--no-web")
    assert up.stderr is not None
    assert any("Ready" in line for line in up.stderr)
    yield place
    up.terminate()
    up.communicate(timeout=30)
    for process in place.processes(""):
        process.kill()


@pytest.fixture
def zone_proxy(place: Place) -> Iterator[Proxy]:
    """Return a network before the place's zone, in fair weather."""
    with Proxy(place.zone_port) as proxy:
        yield proxy


@pytest.fixture
def redis_proxy(place: Place) -> Iterator[Proxy]:
    """Return a network before the place's Redis, in fair weather."""
    with Proxy(place.redis_socket) as proxy:
        yield proxy


def fill(folder: Path, files: int, *, each: int = 512, per_folder: int = 50) -> None:
    """Make `files` files of different content."""
    for number in range(files):
        path = folder / f"folder-{number // per_folder:03d}" / f"file-{number:05d}.dat"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"{number}:".encode() * (each // 6))


def wait_for(what: Callable[[], object], limit: float = 30.0) -> None:
    """Wait until something is true; fail when it is not within `limit` seconds."""
    ends = time.monotonic() + limit * PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


def paths(rows: Sequence[tuple[Any, ...]]) -> set[str]:
    """Return the first column."""
    return {row[0] for row in rows}
