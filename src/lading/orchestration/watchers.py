"""Who should do its part again and again: an application says so here, so that somebody notices when it falls silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Something that should do its part again and again."""

    name: str
    #: seconds by which it is late; 0 where it is in time
    overdue: float


#: (the database's time) -> watchers of an application
sources: list[Callable[[float], Iterable[Watcher]]] = []


def all_of_them(at: float) -> Iterator[Watcher]:
    """Yield every watcher of every application as it stands at a time."""
    for find in sources:
        yield from find(at)
