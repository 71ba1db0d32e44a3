"""The files of `small` one by one and in bundles of a hundred, in turns, near and far, into collections of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks import trees
from benchmarks.latency import DELAY, MORE_CONNECTIONS, far_away
from benchmarks.place import Place, place
from benchmarks.rows import Row, at_most
from benchmarks.small import FILES, PER_FOLDER, SIZE
from benchmarks.usage import processor_time_of, tree

#: files that go together
BUNDLE = 100
_TURNS = 3


def bundles(folder: Path, scale: float) -> Iterator[Row]:
    """Measure how much faster bundles are than single puts in the same run, near and far, and what they cost."""
    files = max(int(FILES * scale), 10 * PER_FOLDER)
    with place(folder) as home:
        source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
        with home.workers() as worker:
            before = home.requests()
            with processor_time_of({"worker": tree(worker), **home.parts()}) as used:
                _rate(home, source, "first", files, "--bundle", str(BUNDLE))
            yield Row(name="requests per new file", measured=(home.requests() - before) / files, bound=at_most(0.1))
            for name, seconds in used.items():
                yield Row(name=f"processor time of {name}", measured=seconds * 1000 / files, unit="ms/file")
            yield from _compared(home, source, files, "near")
        with far_away(home, DELAY) as far:
            usual = {name: value for name, value in far.settings.items() if name not in MORE_CONNECTIONS}
            far_home = replace(far, settings=usual)
            with far_home.workers():
                yield from _compared(far_home, source, files, "20 ms away")


def _compared(home: Place, source: Path, files: int, where: str) -> Iterator[Row]:
    """Bring the files both ways in turns; the ratio is the median of those of the turns."""
    alone, together = [], []
    for turn in range(_TURNS):
        name = f"{where.replace(' ', '-')}-{turn}"
        alone.append(_rate(home, source, f"alone-{name}", files))
        together.append(_rate(home, source, f"bundles-{name}", files, "--bundle", str(BUNDLE)))
    yield Row(name=f"new files one by one, {where}", measured=median(alone), unit="files/s")
    yield Row(name=f"new files in bundles, {where}", measured=median(together), unit="files/s")
    ratio = median(bundled / single for bundled, single in zip(together, alone, strict=True))
    yield Row(name=f"bundles of one by one, {where}", measured=ratio, unit="times")


def _rate(home: Place, source: Path, name: str, files: int, *words: str) -> float:
    """Return the files per second of a run into a new collection."""
    done = home.sync(source, name, *words)
    if done.counts["created"] != files:
        raise RuntimeError(f"{files} files, but {done.counts}")
    return files / done.seconds
