"""A ledger that is full: many waiting batches, many folders known. What is asked often has to stay quick."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.place import place
from benchmarks.rows import Row, at_most

WAITING, FOLDERS = 100_000, 3_000_000

#: milliseconds that each may take
_LIMIT = 100

_LABELS = {
    "sweep": "sweep",
    "claim": "claim",
    "finish": "end of a batch",
    "pump": "pump",
    "progress": "progress of a run",
    "show": "run page",
    "stop": "stop",
}


def backlog(folder: Path, scale: float) -> Iterator[Row]:
    """Fill a ledger and time what workers and readers ask of it; each figure is the slowest of several calls."""
    with place(folder) as home:
        numbers = [str(max(int(number * scale), 100)) for number in (WAITING, FOLDERS)]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "benchmarks.full_ledger", *numbers],
            env=home.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
    slowest = json.loads(done.stdout.splitlines()[-1])
    for step, label in _LABELS.items():
        yield Row(name=f"{label}, slowest", measured=slowest[step] * 1000, unit="ms", bound=at_most(_LIMIT))
