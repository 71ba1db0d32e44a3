"""The small files of `small` one by one and in bundles of a hundred, in turns, into collections of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import trees
from benchmarks.place import Place, place
from benchmarks.rows import Row, at_least, at_most
from benchmarks.small import FILES, PER_FOLDER, SIZE
from benchmarks.usage import processor_time_of, tree

#: files that go together
BUNDLE = 100
_TURNS = 3


def bundles(folder: Path, scale: float) -> Iterator[Row]:
    """Measure how much faster bundles are than single puts in the same run, and what they cost."""
    files = max(int(FILES * scale), 10 * PER_FOLDER)
    rates: dict[str, list[float]] = {"one by one": [], "in bundles": []}
    with place(folder) as home:
        source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
        with home.workers() as worker:
            groups = {"worker": tree(worker), **home.parts()}
            for turn in range(_TURNS):
                rates["one by one"].append(_rate(home, source, f"alone-{turn}", files))
                before = home.requests()
                with processor_time_of(groups) as used:
                    rates["in bundles"].append(_rate(home, source, f"bundles-{turn}", files, "--bundle", str(BUNDLE)))
                requests = home.requests() - before
    for name, measured in rates.items():
        yield Row(name=f"new files {name}, run", measured=median(measured), unit="files/s")
    pairs = zip(rates["in bundles"], rates["one by one"], strict=True)
    ratio = median(bundled / alone for bundled, alone in pairs)
    yield Row(name="bundles of one by one", measured=ratio, unit="times", bound=at_least(1))
    yield Row(name="requests per new file in bundles", measured=requests / files, bound=at_most(0.1))
    for name, seconds in used.items():
        yield Row(name=f"processor time of {name} in bundles", measured=seconds * 1000 / files, unit="ms/file")


def _rate(home: Place, source: Path, name: str, files: int, *words: str) -> float:
    """Return the files per second of a run into a new collection."""
    done = home.sync(source, name, *words)
    if done.counts["created"] != files:
        raise RuntimeError(f"{files} files, but {done.counts}")
    return files / done.seconds
