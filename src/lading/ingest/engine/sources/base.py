"""The port to what is brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

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

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """
        Yield the children of `folder`, in no promised order unless `ordered`. Children that vanish meanwhile are left out.

        An ordered source may leave those out whose names do not come behind `after`.
        """

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children only: cheaper than `list`, for folders too large to keep."""

    def stat(self, path: str) -> Entry:
        """Return the entry at `path` as it is now."""

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
        """
        Open a file for reading; never block on a pipe, never follow a link at the end. The caller closes it.

        Where versions can be told apart, another one than that of `entry` raises `SourceChanged`.
        """

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """
        Return the entry behind an opened file, for the check before and after it is read.

        It stays the same only if all bytes that are read are those of one version.
        """

    def physical_path(self, path: str) -> str:
        """Return the path under which the storage resource finds the file (for registration)."""

    def remark(self, path: str) -> str:
        """Return the code of what is odd about a path as the source has it; "" where nothing is."""

    def owner(self, path: str) -> str:
        """Return who owns the file or folder: a name, or a number as text where there is none."""


@runtime_checkable
class Versioned(Protocol):
    """A source that names versions of what it has."""

    def version(self, path: str) -> str:
        """Return which version of a file was read last; "" where none was, or it has no name."""
