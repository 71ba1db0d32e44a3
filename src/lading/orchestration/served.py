"""
Which queues this process takes work from: it loads the tasks of these alone.

A worker for CV reviews need not have the client of iRODS, and does not load it. A process that is no worker may be asked
for anything.
"""

from __future__ import annotations

from collections.abc import Iterable

_queues: frozenset[str] | None = None


def only(queues: Iterable[str]) -> None:
    """Say what this process takes; before its tasks are loaded."""
    global _queues  # noqa: PLW0603 - one a process, by its nature
    _queues = frozenset(queues)


def any_of(queues: Iterable[str] | None) -> bool:
    """Say whether this process takes work from one of these queues; None: of those that every process has."""
    return _queues is None or queues is None or not _queues.isdisjoint(queues)
