"""One folder with a million entries: until its first file is on its way, and when almost nothing in it changed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks import trees
from benchmarks.ledger_log import log_bytes
from benchmarks.place import HOME_COLLECTION, LADING, Place, end, place
from benchmarks.rows import Row, at_most
from benchmarks.usage import MemoryWatch

ENTRIES, CHANGED = 1_000_000, 100

#: the request that puts a file in one message
_PUT = 606
#: seconds of scanning and moving that the memory is watched after the first file
_WATCHED = 30.0
_PATIENCE = 120.0
_NAME = "huge"


def huge(folder: Path, scale: float) -> Iterator[Row]:
    """Measure start and memory of a first run, which is stopped, and the log bytes of a run over a known folder."""
    with place(folder) as home:
        entries = max(int(ENTRIES * scale), 10 * CHANGED)
        source = trees.flat(folder / "source", entries)
        with home.workers() as worker:
            yield from _begun(home, source, worker, _WATCHED * min(scale * 10, 1.0))
        _call(home, [sys.executable, "-m", "benchmarks.known", _NAME])
        for number in range(0, entries, entries // CHANGED)[:CHANGED]:
            (source / f"file_{number:07d}.dat").write_bytes(b"changed")
        with home.workers() as worker:
            yield from _almost_unchanged(home, source, worker)


def _begun(home: Place, source: Path, worker: psutil.Popen, watched: float) -> Iterator[Row]:
    puts = home.zone.counters().get(_PUT, 0)
    with MemoryWatch(worker) as seen:
        sync = home.begin(_sync(source), "sync.log")
        try:
            moving = _first_put(home, puts)
            time.sleep(watched)
            ((run, created),) = home.rows("SELECT id, created_at FROM orchestration_run")
            _call(home, [*LADING, "stop", str(run)])
            sync.wait(_PATIENCE)
        finally:
            end(sync)
    ((moved,),) = home.rows("SELECT sum(created) FROM orchestration_batch")
    yield Row(name="huge folder, first file on its way", measured=moving - created, unit="s", bound=at_most(10))
    mib = seen.peak_of_one / trees.MIB
    yield Row(name="huge folder, resident memory of one process", measured=mib, unit="MiB", bound=at_most(300))
    yield Row(name="huge folder, files moved until it was stopped", measured=moved)


def _first_put(home: Place, before: int) -> float:
    """Return the second at which the zone got the first file."""
    ends = time.time() + _PATIENCE
    while home.zone.counters().get(_PUT, 0) == before:
        if time.time() > ends:
            raise RuntimeError("no file was on its way after two minutes")
        time.sleep(0.02)
    return time.time()


def _almost_unchanged(home: Place, source: Path, worker: psutil.Popen) -> Iterator[Row]:
    with MemoryWatch(worker) as seen, log_bytes(home.home / "ledger.sqlite3") as written:
        _call(home, _sync(source))
    ((run, seconds),) = home.rows("SELECT id, ended_at - created_at FROM orchestration_run ORDER BY id DESC LIMIT 1")
    query = "SELECT sum(created) + sum(updated), sum(unchanged) FROM orchestration_batch WHERE run_id = ?"
    ((moved, unchanged),) = home.rows(query, run)
    if moved != CHANGED:
        raise RuntimeError(f"{CHANGED} files were changed, but {moved} moved and {unchanged} not")
    yield Row(name="known folder, 100 changed: log", measured=written.bytes / 1e6, unit="MB", bound=at_most(20))
    yield Row(name="known folder, 100 changed: run", measured=seconds, unit="s")
    mib = seen.peak_of_one / trees.MIB
    yield Row(name="known folder, resident memory of one process", measured=mib, unit="MiB", bound=at_most(300))


def _sync(source: Path) -> list[str]:
    words = ["sync", str(source), f"{HOME_COLLECTION}/{_NAME}", "--name", _NAME, "--workers", "0", "--json"]
    return [*LADING, *words]


def _call(home: Place, command: list[str]) -> None:
    done = subprocess.run(command, env=home.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-2:]} ended with {done.returncode}: {done.stderr[-2000:]}{done.stdout[-2000:]}")
