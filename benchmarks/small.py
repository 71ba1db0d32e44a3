"""10,000 files of 4 KiB in 200 folders by two worker processes, and the same tree again, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import trees
from benchmarks.place import Place, Synced, place
from benchmarks.rows import Row, at_least, at_most
from benchmarks.usage import processor_time_of, tree

FILES, PER_FOLDER, SIZE = 10_000, 50, 4 * trees.KIB


def small(folder: Path, scale: float) -> Iterator[Row]:
    """Measure rates, requests to the zone, and what one file and one batch cost."""
    files = max(int(FILES * scale), PER_FOLDER)
    with place(folder) as home:
        source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
        with home.workers() as worker:
            groups = {"worker": tree(worker), **home.parts()}
            requests, commands = home.requests(), home.redis_commands()
            with processor_time_of(groups) as used:
                first = home.sync(source, "small")
            yield from _first(first, files)
            yield Row(name="requests per new file", measured=(home.requests() - requests) / files, bound=at_most(1.1))
            yield from _per_batch(home, first, home.redis_commands() - commands)
            for name, seconds in used.items():
                yield Row(name=f"processor time of {name}", measured=seconds * 1000 / files, unit="ms/file")
            yield from _again(home, source)


def _first(done: Synced, files: int) -> Iterator[Row]:
    if done.counts["created"] != files:
        raise RuntimeError(f"{files} files, but {done.counts}")
    yield Row(name="new files, run", measured=files / done.seconds, unit="files/s", bound=at_least(400))
    yield Row(name="new files, command", measured=files / done.wall, unit="files/s")


def _per_batch(home: Place, done: Synced, commands: int) -> Iterator[Row]:
    ((batches,),) = home.rows("SELECT count(*) FROM orchestration_batch WHERE run_id = ?", done.run)
    yield Row(name="batches of the run", measured=batches)
    yield Row(name="Redis commands per batch, all processes", measured=commands / batches)


def _again(home: Place, source: Path) -> Iterator[Row]:
    requests = home.requests()
    done = home.sync(source, "small")
    ((seconds,),) = home.rows("SELECT ended_at - created_at FROM orchestration_run WHERE id = ?", done.run)
    yield Row(name="unchanged, start to end of run", measured=seconds, unit="s", bound=at_most(1.5))
    yield Row(name="unchanged, command", measured=done.wall, unit="s")
    yield Row(name="unchanged, requests (all connections)", measured=home.requests() - requests, bound=at_most(0))
    yield Row(name="unchanged, requests of the run alone", measured=done.requests)
