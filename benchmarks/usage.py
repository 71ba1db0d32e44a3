"""What processes cost: processor time, and memory while something runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

#: seconds between two looks at the memory
EVERY = 0.05
#: looks between two searches for processes that are new: searching costs more than looking
_SEARCH = 20


def tree(root: psutil.Process) -> list[psutil.Process]:
    """Return a process and all that it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [root, *root.children(recursive=True)]
    return []


def processor_seconds(processes: list[psutil.Process]) -> float:
    """Return the processor time that living processes have used so far."""
    used = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system
    return used


def proportional_bytes(pid: int) -> int:
    """Return a process's memory with what it shares divided among those who share it (PSS); 0 if it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def resident_bytes(process: psutil.Process) -> int:
    """Return a process's resident memory; 0 if it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0


@dataclass
class MemoryWatch:
    """Looks at a tree of processes every 50 ms while its context lasts."""

    root: psutil.Process
    #: highest sum of proportional memory over the tree, in bytes
    peak_of_tree: int = 0
    #: highest resident memory of any one process, in bytes
    peak_of_one: int = 0
    _members: list[psutil.Process] = field(default_factory=list)
    _looks: int = 0
    _ending: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._ending.wait(EVERY):
            self.look()

    def look(self) -> int:
        """Look once; return the proportional memory of the tree."""
        if self._looks % _SEARCH == 0:
            self._members = tree(self.root)
        self._looks += 1
        now = sum(proportional_bytes(process.pid) for process in self._members)
        self.peak_of_tree = max(self.peak_of_tree, now)
        self.peak_of_one = max(self.peak_of_one, *(resident_bytes(process) for process in self._members), 0)
        return now


@contextlib.contextmanager
def processor_time_of(groups: dict[str, list[psutil.Process]]) -> Iterator[dict[str, float]]:
    """Yield a dict that holds, once the context has ended, the processor seconds each group used in it."""
    before = {name: processor_seconds(processes) for name, processes in groups.items()}
    used: dict[str, float] = {}
    yield used
    used |= {name: processor_seconds(processes) - before[name] for name, processes in groups.items()}
