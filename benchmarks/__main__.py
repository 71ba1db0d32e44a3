"""
Measures the figures and prints them as one table: `python -m benchmarks [NAME…] [--scale 1] [--folder F]`.

Each figure runs in a home of its own in a temporary folder, with its own embedded services, one figure at a time. Ends
with 1 where a number does not keep its bound. A scale below 1 is for trying: the bounds hold for 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from benchmarks.backlog import backlog
from benchmarks.bundles import bundles
from benchmarks.console import console
from benchmarks.cv import cv
from benchmarks.huge import huge
from benchmarks.large import large
from benchmarks.latency import latency
from benchmarks.ledger import ledger
from benchmarks.memory import memory
from benchmarks.rows import Row, number, table, verdict
from benchmarks.s3 import s3
from benchmarks.scan import scan
from benchmarks.small import small
from benchmarks.survival import survival

Figure = Callable[[Path, float], Iterator[Row]]

FIGURES: dict[str, Figure] = {
    "small": small,
    "bundles": bundles,
    "latency": latency,
    "scan": scan,
    "huge": huge,
    "large": large,
    "memory": memory,
    "ledger": ledger,
    "backlog": backlog,
    "survival": survival,
    "console": console,
    "s3": s3,
    "cv": cv,
}


def main() -> int:
    """Measure what is asked for; return the exit code."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything started is stopped
    rows: list[Row] = []
    complete = True
    print(machine(), flush=True)
    try:
        for name in asked.names or FIGURES:
            with tempfile.TemporaryDirectory(prefix="lading-bench-", dir=asked.folder) as folder:
                complete &= _measure(name, Path(folder) / name, asked.scale, rows)
    finally:
        print(f"\n{table(rows)}")
    return 0 if complete and all(row.kept for row in rows) else 1


def machine() -> str:
    """Return one line about where this is measured."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}  {platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load {load:.1f}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which figures: {', '.join(FIGURES)} (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes (default: 1)")
    parser.add_argument("--folder", type=Path, help="where to work; needs 25 GB of disk at scale 1 (default: TMPDIR)")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    return asked


def _measure(name: str, folder: Path, scale: float, rows: list[Row]) -> bool:
    """Add the rows of one figure; a figure that breaks leaves those it had, and the others go on."""
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        for row in FIGURES[name](folder, scale):
            rows.append(row)
            print(f"  {row.name}: {number(row.measured)} {row.unit} {row.bound or ''} {verdict(row)}", file=sys.stderr)
    except Exception:  # noqa: BLE001 - whatever a figure meets, the others are measured
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
