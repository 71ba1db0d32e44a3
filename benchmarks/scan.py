"""
How fast a source is listed, against a bare loop over the same folders in the same run.

The best of several repetitions counts, taken in turns, so that a busy machine hurts least and all alike.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import trees
from benchmarks.rows import Row, at_least
from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.snapshot import Fingerprint
from lading.ingest.engine.sources.filesystem import FilesystemSource

FOLDERS, FILES_EACH, FLAT, REPETITIONS = 200, 50, 20_000, 7

#: what is done with one folder of a source: its root and its path below
Listing = Callable[[Path, str], object]


@dataclass(frozen=True, slots=True)
class Tree:
    """A root and the folders in it that are listed."""

    name: str
    root: Path
    folders: tuple[str, ...]


def scan(folder: Path, scale: float) -> Iterator[Row]:
    """Measure listing, and listing in order with a fingerprint, as shares of a bare loop."""
    files = max(int(FOLDERS * FILES_EACH * scale), FILES_EACH)
    root = trees.fill(folder / "tree", files, per_folder=FILES_EACH)
    trees.flat(folder / "flat", max(int(FLAT * scale), FILES_EACH))
    for tree, entries in (
        (Tree("tree", root, tuple(sorted(os.listdir(root)))), files),  # noqa: PTH208 - names
        (Tree("flat folder", folder / "flat", ("",)), len(os.listdir(folder / "flat"))),  # noqa: PTH208
    ):
        bare_s, list_s, ordered_s = best_of(tree, (bare, listed, fingerprinted))
        yield Row(name=f"{tree.name}: bare scandir + stat", measured=entries / bare_s, unit="entries/s")
        yield Row(name=f"{tree.name}: Source.list", measured=entries / list_s, unit="entries/s")
        yield Row(name=f"{tree.name}: list of bare", measured=100 * bare_s / list_s, unit="%", bound=at_least(60))
        yield Row(name=f"{tree.name}: ordered + fingerprint of bare", measured=100 * bare_s / ordered_s, unit="%")


def best_of(tree: Tree, listings: tuple[Listing, ...]) -> list[float]:
    """Return the shortest time of each way to list the tree, in seconds."""
    best = [float("inf")] * len(listings)
    for _ in range(REPETITIONS):
        for place, listing in enumerate(listings):
            start = time.perf_counter()
            for folder in tree.folders:
                listing(tree.root, folder)
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def bare(root: Path, folder: str) -> None:
    """List with nothing but the standard library: the measure of the others."""
    with os.scandir(root / folder) as children:
        for child in children:
            child.stat(follow_symlinks=False)


def listed(root: Path, folder: str) -> None:
    """List as the engine does."""
    for _ in FilesystemSource(root).list(folder):
        pass


def fingerprinted(root: Path, folder: str) -> None:
    """List as an unchanged rescan does."""
    fingerprint = Fingerprint()
    for entry in ordered(FilesystemSource(root), folder):
        fingerprint.add(entry)
    fingerprint.digest()
