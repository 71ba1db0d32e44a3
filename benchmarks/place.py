"""A home of its own for each figure: embedded services, workers and commands, as a person starts them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import redis

from benchmarks.usage import tree
from lading.base import config
from lading.zone.control import ZoneControl

ROOT = Path(__file__).parents[1]

#: where the figures put things; each sync names a collection below
HOME_COLLECTION = "/tempZone/home/rods"

#: worker processes, as the figures want them
SLOTS = 2

LADING = (sys.executable, "-P", "-m", "lading")
WORKER = (*LADING, "worker")

#: seconds that a program gets to start, and to end once it was told to
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What `lading sync --json` said, and how long the command took."""

    run: int
    state: str
    counts: Mapping[str, int]
    requests: int
    #: of the run, as the ledger has it
    seconds: float
    #: of the command, from its start to its end
    wall: float


@dataclass
class Place:
    """A home in which Redis and the zone run, and what can be asked about it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: psutil.Popen | None = None

    @property
    def home(self) -> Path:
        """The folder that LADING_HOME names."""
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every program: nothing of this process's own settings."""
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("LADING_", "IRODS_", "DJANGO_"))
        }
        own = {"LADING_HOME": str(self.home), "LADING_CONFIG": os.devnull, "PYTHONPATH": _path_with(ROOT)}
        return plain | own | self.settings

    @property
    def zone(self) -> ZoneControl:
        """The counters of the zone."""
        return ZoneControl(self.home / "zone")

    def requests(self) -> int:
        """Return how many requests the zone has had after logins, over all connections."""
        return sum(self.zone.counters().values())

    def broker(self) -> redis.Redis:
        """Return a client of the embedded Redis."""
        return redis.Redis.from_url(config.load(self.environment, self.home).redis_client_url)

    def redis_commands(self) -> int:
        """Return how many commands Redis has had."""
        with closing(self.broker()) as client:
            stats: Any = client.info("commandstats")
            return sum(stat["calls"] for stat in stats.values())

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the ledger from outside."""
        with closing(sqlite3.connect(f"file:{self.home}/ledger.sqlite3?mode=ro", uri=True, timeout=30)) as ledger:
            return ledger.execute(query, values).fetchall()

    def begin(self, command: Sequence[str], log: str) -> psutil.Popen:
        """Start a program in a session of its own; what it says goes to `log` in the figure's folder."""
        with (self.folder / log).open("ab") as file:
            return psutil.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def sync(self, source: Path | str, name: str, *words: str) -> Synced:
        """Sync into the collection `name`, by the workers that run; raise RuntimeError where it does not go well."""
        command = [*LADING, "sync", str(source), f"{HOME_COLLECTION}/{name}", "--workers", "0", "--json", *words]
        begun = time.monotonic()
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        wall = time.monotonic() - begun
        if done.returncode:
            raise RuntimeError(f"sync ended with {done.returncode}: {done.stderr[-2000:]}\n{done.stdout[-2000:]}")
        said = json.loads(done.stdout.splitlines()[-1])
        return Synced(
            run=said["run"],
            state=said["state"],
            counts=said["counts"],
            requests=said["irods_requests"],
            seconds=said["seconds"],
            wall=wall,
        )

    @contextmanager
    def workers(self, program: Sequence[str] = WORKER, *, slots: int = SLOTS) -> Iterator[psutil.Popen]:
        """Let one worker of `slots` processes take work while the context lasts; yield it once it does."""
        worker = self.begin([*program, "--slots", str(slots)], "worker.log")
        try:
            await_that(lambda: self._slots_of(worker) >= slots, worker, self.folder / "worker.log")
            yield worker
        finally:
            end(worker)

    def parts(self) -> dict[str, list[psutil.Process]]:
        """Return the processes of what is embedded, by its name."""
        found: dict[str, list[psutil.Process]] = {"zone": [], "redis": []}
        if self.process is not None:
            for process in tree(self.process):
                words = " ".join(process.cmdline())
                for name, word in (("zone", "lading.zone"), ("redis", "-server")):
                    if word in words:
                        found[name].append(process)
        return found

    def _slots_of(self, worker: psutil.Popen) -> int:
        pids = {process.pid for process in tree(worker)}
        return sum(pid in pids for (pid,) in self.rows("SELECT pid FROM orchestration_worker"))


@contextmanager
def place(folder: Path, **settings: str) -> Iterator[Place]:
    """Make a home in `folder` and start what is embedded; stop it and remove the folder in the end."""
    folder.mkdir(parents=True)
    made = Place(folder, settings)
    made.process = made.begin([*LADING, "up", "--workers", "0", "--no-web"], "up.log")
    try:
        await_that(lambda: "Ready" in (folder / "up.log").read_text(), made.process, folder / "up.log")
        yield made
    finally:
        end(made.process)
        shutil.rmtree(folder, ignore_errors=True)


def await_that(what: Callable[[], bool], process: psutil.Popen, log: Path) -> None:
    """Return once something is true; raise RuntimeError where the process ended or a minute has passed."""
    ends = time.monotonic() + _PATIENCE
    while not what():
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"{' '.join(process.args)} did not get ready: {log.read_text()[-2000:]}")
        time.sleep(0.02)


def end(process: psutil.Popen) -> None:
    """Tell a program to end, and kill what is left of it and of what it started after a minute."""
    members = tree(process)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    _, left = psutil.wait_procs(members, timeout=_PATIENCE)
    for member in left:
        member.kill()
    psutil.wait_procs(left, timeout=_PATIENCE)


def _path_with(folder: Path) -> str:
    """Return the module path of this process's environment with one more folder on it."""
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
