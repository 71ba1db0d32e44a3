"""
What the tasks of a run are called: by where it reads, since each kind of source has workers of its own.

What a task does is the same whatever it reads from. Only a run that reads a bucket is carried out by workers that take
the queue `s3`, and one that reads a folder by those that see its filesystem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lading.ingest.engine.sources.s3 import location


@dataclass(frozen=True, slots=True)
class TaskNames:
    """The names of the tasks that read a source; the first part of a name is the queue."""

    queue: str

    @property
    def scan(self) -> str:
        """Walks a range of the tree."""
        return f"{self.queue}.scan"

    @property
    def transfer(self) -> str:
        """Moves or registers files."""
        return f"{self.queue}.transfer"

    @property
    def recheck(self) -> str:
        """Compares what a lost worker may have touched."""
        return f"{self.queue}.recheck"

    @property
    def clear(self) -> str:
        """Lets files go from the source."""
        return f"{self.queue}.clear"

    @property
    def compare(self) -> str:
        """Compares a range of the tree with its collections."""
        return f"{self.queue}.compare"

    @property
    def check(self) -> str:
        """Reads content and compares it with the catalogue."""
        return f"{self.queue}.check-content"

    @property
    def plan(self) -> str:
        """Finds out what a run would do."""
        return f"{self.queue}.plan"

    @property
    def pre_job(self) -> str:
        """Lets the handler prepare a run."""
        return f"{self.queue}.pre-job"

    @property
    def post_job(self) -> str:
        """Tells the handler that a run has ended."""
        return f"{self.queue}.post-job"


FILESYSTEM = TaskNames("filesystem")
S3 = TaskNames("s3")

ALL = (FILESYSTEM, S3)


def names_for(source: str) -> TaskNames:
    """Return the names for runs that read a source."""
    return S3 if location.is_location(source) else FILESYSTEM


def names_of(options: Mapping[str, Any]) -> TaskNames:
    """Return the names for a run with these options."""
    return names_for(str(options.get("source", "")))
