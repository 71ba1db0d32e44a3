"""The product as a person uses it: commands in a home of their own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

#: leases and sweeps run this much faster than in earnest
TIME_SCALE = "0.2"


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
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"it did not end within {limit} s:\n{out}\n{err}") from None
    return Done(process.returncode, out, err)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return a home where Redis and zone run, and an empty source; whatever runs in the home is stopped in the end."""
    source = tmp_path / "source"
    source.mkdir()
    place = Place(tmp_path / "home", source)
    up = place.begin("up", "--workers", "0")
    assert up.stderr is not None
    assert any("Ready" in line for line in up.stderr)
    yield place
    up.terminate()
    up.communicate(timeout=30)
    for process in place.processes(""):
        process.kill()


def fill(folder: Path, files: int, *, each: int = 512, per_folder: int = 50) -> None:
    """Make `files` files of different content."""
    for number in range(files):
        path = folder / f"folder-{number // per_folder:03d}" / f"file-{number:05d}.dat"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"{number}:".encode() * (each // 6))


def wait_for(what: Callable[[], object], limit: float = 30.0) -> None:
    """Wait until something is true; fail when it is not within `limit` seconds."""
    ends = time.monotonic() + limit
    while not what():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


def paths(rows: Sequence[tuple[Any, ...]]) -> set[str]:
    """Return the first column."""
    return {row[0] for row in rows}
