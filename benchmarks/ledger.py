"""What the ledger costs a batch: statements, bytes of log, and the share of a worker's time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks import trees
from benchmarks.ledger_log import log_bytes
from benchmarks.measured_worker import FOLDER, STEPS, Step, totals
from benchmarks.place import Place, Synced, place
from benchmarks.rows import Row, at_most
from benchmarks.small import FILES, PER_FOLDER, SIZE

PROGRAM = (sys.executable, "-m", "benchmarks.measured_worker")


def ledger(folder: Path, scale: float) -> Iterator[Row]:
    """Measure a run by workers that time their own steps."""
    files = max(int(FILES * scale), PER_FOLDER)
    with place(folder) as home:
        source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
        counts = folder / "steps"
        counts.mkdir()
        measured = replace(home, settings=home.settings | {FOLDER: str(counts)})
        with measured.workers(PROGRAM):
            before = totals(counts)
            with log_bytes(home.home / "ledger.sqlite3") as written:
                done = home.sync(source, "ledger")
            after = totals(counts)
        used = {
            step: Step(after[step].calls - before[step].calls, after[step].seconds - before[step].seconds)
            for step in STEPS
        }
        yield from _rows(home, done, used, written.bytes)


def _rows(home: Place, done: Synced, used: dict[str, Step], written: int) -> Iterator[Row]:
    ((batches,),) = home.rows("SELECT count(*) FROM orchestration_batch WHERE run_id = ?", done.run)
    task = used["task"].seconds
    yield Row(name="batches of the run", measured=batches)
    yield Row(name="SQL statements per batch", measured=used["statement"].calls / batches)
    yield Row(name="ledger log per batch", measured=written / batches / trees.KIB, unit="KiB")
    for step in ("claim", "finish", "progress", "pump"):
        yield Row(name=f"{step} per batch", measured=used[step].seconds * 1000 / batches, unit="ms")
    overhead = sum(used[step].seconds for step in ("claim", "finish", "progress", "pump"))
    yield Row(
        name="ledger and queue of a worker's busy time", measured=100 * overhead / task, unit="%", bound=at_most(10)
    )
    yield Row(name="SQL of a worker's busy time", measured=100 * used["statement"].seconds / task, unit="%")
