"""
A folder of a filesystem as a source for somebody who may read below certain folders and nowhere else.

Whoever can write into the tree, or can name it, is not trusted: no link is followed, whether it was there before or is
put there at any moment. It costs an open for each level of each path, so whoever is trusted reads by path.
"""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lading.base.errors import LadingError, SourceVanished, StopRun
from lading.base.paths import from_bytes, shown, to_bytes
from lading.ingest.engine.sources import walking
from lading.ingest.engine.sources.filesystem import READ, FilesystemSource

_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class SourceNotAllowed(StopRun):
    """The source does not lie below a folder that may be read, or a link is on the way to it."""

    code = "SOURCE_NOT_ALLOWED"


class BeneathSource(FilesystemSource):
    """The tree under `root`, which lies below `anchor`; only `anchor` is trusted."""

    def __init__(self, root: Path, anchor: Path) -> None:
        self._place = walking.place_of(root, anchor)
        super().__init__(root)

    def _resolved(self, root: Path) -> bytes:  # noqa: ARG002 - a path is not followed here
        return self._place.path

    def _is_file(self) -> bool:
        above = self._place.above() if self._place.below else None
        if above is None:
            return False
        folder, name = above
        try:
            with folder.folder() as opened:
                return modes.S_ISREG(os.stat(name, dir_fd=opened, follow_symlinks=False).st_mode)
        except OSError:
            return False

    def _look(self, path: str) -> os.stat_result:
        with self._parent(path) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False) if name else os.fstat(folder)

    def _descriptor(self, path: str) -> int:
        with self._parent(path) as (folder, name):
            return os.open(name, READ, dir_fd=folder) if name else os.open(b".", READ, dir_fd=folder)

    def _filesystem(self) -> os.statvfs_result:
        with self._parent("") as (folder, name):
            if not name:
                return os.fstatvfs(folder)
            opened = os.open(name, READ, dir_fd=folder)
            try:
                return os.fstatvfs(opened)
            finally:
                os.close(opened)

    def _is_there(self) -> bool:
        try:
            self._look("")
        except OSError:
            return False
        return True

    @contextmanager
    def _scan(self, folder: str) -> Iterator[Iterator[os.DirEntry[Any]]]:
        try:
            with self._parent(folder) as (above, name):
                opened = os.open(name or b".", _LIST, dir_fd=above)
        except OSError as error:
            raise self._error(error, folder) from error
        try:
            with os.scandir(opened) as found:
                yield found
        finally:
            os.close(opened)  # only now: entries are looked at through it

    @staticmethod
    def _text(name: str | bytes) -> str:
        return from_bytes(os.fsencode(name))

    def _error(self, error: OSError, path: str) -> LadingError:
        if self._leads_over_a_link():
            return SourceNotAllowed(
                f"A link is on the way from {shown(from_bytes(self._place.anchor))} to {shown(self.canonical)}",
                hint="Name the folder itself as the source",
            )
        return super()._error(error, path)

    def _leads_over_a_link(self) -> bool:
        """Say whether it is the way to the root that a link is on."""
        for length in range(len(self._place.below)):
            try:
                with walking.Place(anchor=self._place.anchor, below=self._place.below[:length]).folder() as folder:
                    at = os.stat(self._place.below[length], dir_fd=folder, follow_symlinks=False)
            except OSError:
                return False
            if modes.S_ISLNK(at.st_mode):
                return True
        return False

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, bytes]]:
        """Yield the open folder of a path and the name in it; the root folder itself and no name for ""."""
        elements = tuple(to_bytes(path).split(b"/")) if path else ()
        if not walking.are_names(elements):
            raise SourceVanished(f"{shown(path)} is no path below the source")
        if self._single is not None:  # the root is the only file, by whichever of its names it is asked for
            way = self._place.below if path in {"", from_bytes(self._single)} else (*self._place.below, *elements)
        else:
            way = (*self._place.below, *elements)
        above, name = (way[:-1], way[-1]) if path or self._single is not None else (way, b"")
        with walking.Place(anchor=self._place.anchor, below=above).folder() as folder:
            yield folder, name
