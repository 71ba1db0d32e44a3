"""
How fast a source is listed and an unchanged tree is scanned again.

Run as ``python -m benchmarks.scan [FOLDER]``: the trees are made in a temporary folder (inside FOLDER if given), every
line is measured in the same run, and the best of several repetitions counts, so that a busy machine hurts least.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.snapshot import Fingerprint
from lading.ingest.engine.sources.filesystem import FilesystemSource

FOLDERS, FILES_EACH, FLAT, REPETITIONS = 200, 50, 20_000, 7


@dataclass(frozen=True, slots=True)
class Line:
    """One measured row."""

    what: str
    entries: int
    seconds: float

    @property
    def rate(self) -> float:
        """Entries per second."""
        return self.entries / self.seconds


def measure(what: str, entries: int, work: Callable[[], object]) -> Line:
    best = float("inf")
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return Line(what, entries, best)


def bare(folder: Path) -> None:
    """List with nothing but the standard library: the measure of the others."""
    with os.scandir(folder) as children:
        for child in children:
            child.stat(follow_symlinks=False)


def listed(folder: Path) -> None:
    for _ in FilesystemSource(folder).list(""):
        pass


def fingerprinted(folder: Path) -> None:
    fingerprint = Fingerprint()
    for entry in ordered(FilesystemSource(folder), ""):
        fingerprint.add(entry)
    fingerprint.digest()


def fill(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"file_{number:06d}.dat").touch()


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as made:
        flat, tree = Path(made, "flat"), Path(made, "tree")
        fill(flat, FLAT)
        tree.mkdir()
        for number in range(FOLDERS):
            fill(tree / f"folder_{number:03d}", FILES_EACH)
        lines = [
            measure("bare scandir + stat", FLAT, lambda: bare(flat)),
            measure("list", FLAT, lambda: listed(flat)),
            measure("ordered + fingerprint", FLAT, lambda: fingerprinted(flat)),
        ]
    print(f"{'what':40} {'entries':>8} {'ms':>8} {'entries/s':>10} {'of bare':>8}")
    for line in lines:
        share = line.rate / lines[0].rate
        print(f"{line.what:40} {line.entries:8} {line.seconds * 1000:8.1f} {line.rate:10.0f} {share:8.0%}")


if __name__ == "__main__":
    main()
