"""
Looking again and again, where nobody tells of changes: network filesystems, or no room for more watches.

For each folder 8 bytes an entry are remembered: a hash of its name and of what `stat` says. What is not among them is new
or changed. A clock is not asked: that of a file server may go wrong.
"""

from __future__ import annotations

import os
import threading
from array import array
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from lading.base.paths import from_bytes, join, to_bytes
from lading.ingest.engine.noticing.changes import EVERYTHING, Change, Inbox, Look


class Eye:
    """What a tree looked like the last time."""

    def __init__(self, root: Path) -> None:
        self._root = to_bytes(os.path.realpath(root))
        self._seen: dict[str, array[int]] = {}

    def look(self) -> Iterator[Change]:
        """Yield what is new or changed since the last look; everything is new in the first one. Raise `OSError`."""
        seen: dict[str, array[int]] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            before = set(self._seen.get(folder, ()))
            found = array("q")
            for entry in self._entries(folder):
                path, is_folder = join(folder, from_bytes(entry.name)), entry.is_dir(follow_symlinks=False)
                mark = _mark(entry, is_folder=is_folder)
                found.append(mark)
                if is_folder:
                    folders.append(path)
                if mark not in before:
                    yield Change(path=path, look=Look.TREE if is_folder else Look.ENTRY)
            seen[folder] = found
        self._seen = seen

    def _entries(self, folder: str) -> Iterator[os.DirEntry[bytes]]:
        path = os.path.join(self._root, to_bytes(folder)) if folder else self._root  # noqa: PTH118 - bytes
        try:
            with os.scandir(path) as entries:
                yield from entries
        except OSError:
            if not folder:
                raise


def _mark(entry: os.DirEntry[bytes], *, is_folder: bool) -> int:
    """Return what tells an entry from what it was; a folder's times change with what is in it, so only which one it is."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return hash((entry.name, None))
    if is_folder:
        return hash((entry.name, found.st_ino, found.st_mode))
    return hash((entry.name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


class PollingEvents:
    """What an eye sees that looks every so many seconds, in a thread of its own."""

    how = "polling"

    def __init__(self, root: Path, seconds: float) -> None:
        self._eye = Eye(root)
        self._seconds = seconds
        self._inbox = Inbox()
        self._ending = threading.Event()
        self.losses = 0
        self.broken = ""
        for _ in self._eye.look():
            pass  # what is there already is the first run's to bring
        self._thread = threading.Thread(target=self._go_on, name="polling", daemon=True)
        self._thread.start()

    def changes(self) -> Sequence[Change]:
        """Return what was seen since the last call."""
        return self._inbox.empty()

    def settled(self, receipts: Collection[str]) -> None:
        """Need nothing: what this process knew is forgotten with it."""

    def close(self) -> None:
        """Look no more; a look under way ends by itself."""
        self._ending.set()

    def _go_on(self) -> None:
        while not self._ending.wait(self._seconds):
            try:
                for change in self._eye.look():
                    self._inbox.put([change])
                    if self._ending.is_set():
                        return
            except OSError as error:
                # it may come back, and nobody knows with what
                self.broken = str(error)
                self._inbox.put([EVERYTHING])
                return
