"""The port to what is brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from lading.ingest.engine.values import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What tells one source root from another under the same path."""

    host: str
    filesystem: str
    inode: int


class Source(Protocol):
    """
    A tree that can be listed and read. Lading never writes to a source.

    Paths are relative (`lading.base.paths`). `SourceVanished` is raised for what is not there (any more),
    `SourceUnreadable` for what may not be read, `SourceMissing` when the root itself is gone.
    """

    @property
    def canonical(self) -> str:
        """The source as text that is the same for the same tree: part of the job's identity."""

    @property
    def ordered(self) -> bool:
        """Whether `list` yields names in order of their bytes, so that nobody needs to sort."""

    def marker(self) -> Marker:
        """Return what identifies the root; raise `SourceMissing`."""

    def list(self, folder: str) -> Iterator[Entry]:
        """Yield the children of `folder`, in no promised order. Children that vanish meanwhile are left out."""

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children only: cheaper than `list`, for folders too large to keep."""

    def stat(self, path: str) -> Entry:
        """Return the entry at `path` as it is now."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; never block on a pipe, never follow a link at the end. The caller closes it."""

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the entry behind an opened file, for the check before and after it is read."""

    def physical_path(self, path: str) -> str:
        """Return the path under which the storage resource finds the file (for registration)."""

    def owner(self, path: str) -> str:
        """Return who owns the file or folder: a name, or a number as text where there is none."""
