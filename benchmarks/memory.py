"""How much memory the worker tree takes on top of idle, for one large file and for many of 30 MiB."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks import trees
from benchmarks.place import Place, place
from benchmarks.rows import Row, at_most
from benchmarks.usage import MemoryWatch

LARGE = 1024 * trees.MIB
MANY, EACH = 500, 30 * trees.MIB

#: bytes of disk that are left to others
_SPARE = 5 * 1024 * trees.MIB


def memory(folder: Path, scale: float) -> Iterator[Row]:
    """Measure the peak of the tree's proportional memory (PSS), less that of a worker which has done nothing yet."""
    large = trees.large(folder / "large" / "large.bin", max(int(LARGE * scale), 40 * trees.MIB))
    yield from _peak(folder / "one", large.parent, f"1 x {large.stat().st_size // trees.MIB} MiB")
    large.unlink()
    many = max(min(int(MANY * scale), _room(folder) // EACH), 4)
    source = trees.links(folder / "many", trees.large(folder / "content", EACH), many)
    yield from _peak(folder / "all", source, f"{many} x 30 MiB")


def _room(folder: Path) -> int:
    return shutil.disk_usage(folder).free - _SPARE


def _peak(folder: Path, source: Path, what: str) -> Iterator[Row]:
    with place(folder) as home, home.workers() as worker:
        idle = MemoryWatch(worker).look()
        with MemoryWatch(worker) as seen:
            done = home.sync(source, "memory")
        yield Row(name=f"{what}: worker tree, idle", measured=idle / trees.MIB, unit="MiB")
        extra = (seen.peak_of_tree - idle) / trees.MIB
        yield Row(name=f"{what}: peak less idle", measured=extra, unit="MiB", bound=at_most(150))
        yield _rate(home, done.run, done.seconds, what)


def _rate(home: Place, run: int, seconds: float, what: str) -> Row:
    ((size,),) = home.rows("SELECT sum(bytes) FROM orchestration_batch WHERE run_id = ?", run)
    return Row(name=f"{what}: rate", measured=size / seconds / trees.MIB, unit="MiB/s")
