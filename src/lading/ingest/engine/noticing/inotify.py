"""
Events of the kernel (inotify), by watchdog's reader of them.

A folder is watched before it is read: whatever appears in it is either found by that, or told of. Where the kernel's queue
overflows, events of new folders may be among those that were lost: all watches are made anew, then everything is looked at.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from lading.base.paths import from_bytes, join, to_bytes
from lading.ingest.engine.noticing.changes import EVERYTHING, Change, Inbox, Look

_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
    | InotifyConstants.IN_EXCL_UNLINK
)

#: why there are no events any more: the kernel lets this user have no more watches, or instances
LIMIT = "the kernel lets this user watch no more folders (fs.inotify.max_user_watches)"


class InotifyEvents:
    """What happens below a folder of this machine; raises `OSError` where it cannot be watched."""

    how = "events"

    def __init__(self, root: Path) -> None:
        self._root = to_bytes(os.path.realpath(root))
        self._inbox = Inbox()
        self._lock = threading.Lock()
        self._folders: dict[WatchDescriptor, str] = {}
        self._descriptors: dict[str, WatchDescriptor] = {}
        self._id = CallbackId(id(self))
        self._kernel = InotifyFD()
        self.losses = 0
        self.broken = ""
        self._kernel.start()
        try:
            self._begin()
        except OSError:
            self.close()
            raise

    def changes(self) -> Sequence[Change]:
        """Return what happened since the last call."""
        return self._inbox.empty()

    def settled(self, receipts: Collection[str]) -> None:
        """Need nothing: what this process knew is forgotten with it."""

    def close(self) -> None:
        """Let the kernel forget the watches."""
        self._kernel.stop()

    # --- called by watchdog's thread ---------------------------------------------------------------------------------

    def on_event(self, event: InotifyEvent) -> None:
        """Take one event in."""
        with self._lock:
            folder = self._folders.get(event.wd)
            if folder is None:
                return
            if event.is_move_self:
                self._has_gone(folder)
                return
            if event.name:
                self._happened(join(folder, from_bytes(event.name)), event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Forget a folder that is gone."""
        with self._lock:
            folder = self._folders.pop(wd, None)
            if folder is not None and self._descriptors.get(folder) == wd:
                del self._descriptors[folder]
                self._has_gone(folder)

    def on_queue_overflow(self) -> None:
        """Begin anew: nobody knows what was lost."""
        with self._lock:
            self.losses += 1
            try:
                self._drop_tree("")
                self._add_tree("")
            except OSError as error:
                self.broken = _reason(error)
            self._inbox.put([EVERYTHING])

    def _begin(self) -> None:
        with self._lock:
            self._add_tree("")
            if "" not in self._descriptors:
                raise OSError(errno.EACCES, "it is no folder, or may not be read")

    # --- with the lock held ------------------------------------------------------------------------------------------

    def _happened(self, path: str, event: InotifyEvent) -> None:
        is_gone = event.is_delete or event.is_moved_from
        if not event.is_directory:
            self._inbox.put([Change(path=path, look=Look.NOTHING if is_gone else Look.ENTRY)])
        elif is_gone:
            self._drop_tree(path)
            self._inbox.put([Change(path=path, look=Look.NOTHING)])
        elif path not in self._descriptors:  # new, moved to here, or to be read only now
            self._watch_new(path)

    def _watch_new(self, path: str) -> None:
        try:
            self._add_tree(path)
        except OSError as error:
            self.broken = _reason(error)
        self._inbox.put([Change(path=path, look=Look.TREE)])

    def _has_gone(self, folder: str) -> None:
        if not folder:
            self.broken = "the folder is not there any more"

    def _add_tree(self, top: str) -> None:
        """Watch a folder and all below it; each before it is read. What may not be read is left to scans to tell of."""
        folders = [top]
        while folders:
            folder = folders.pop()
            if self._add(folder):
                folders += self._folders_in(folder)

    def _add(self, folder: str) -> bool:
        """Watch one folder; say whether it is new. Raise `OSError` only where the kernel has no room for more."""
        path = self._path(folder)
        if folder in self._descriptors or not os.access(path, os.R_OK | os.X_OK):
            return False
        try:
            descriptor = self._kernel.add_callback(path, _MASK, self, self._id)
        except OSError as error:
            if has_no_room(error):
                raise
            return False  # gone meanwhile, or no folder
        self._folders[descriptor] = folder
        self._descriptors[folder] = descriptor
        return True

    def _drop_tree(self, top: str) -> None:
        """Watch a folder and what is below it no more: it may be elsewhere by now."""
        below = f"{top}/" if top else ""
        gone = [folder for folder in self._descriptors if folder == top or folder.startswith(below)]
        descriptors = [self._descriptors.pop(folder) for folder in gone]
        for descriptor in descriptors:
            self._folders.pop(descriptor, None)
        self._kernel.remove_callbacks([(descriptor, self._id) for descriptor in descriptors])

    def _folders_in(self, folder: str) -> Iterator[str]:
        try:
            with os.scandir(self._path(folder)) as entries:
                yield from [
                    join(folder, from_bytes(entry.name)) for entry in entries if entry.is_dir(follow_symlinks=False)
                ]
        except OSError:
            return

    def _path(self, folder: str) -> bytes:
        return os.path.join(self._root, to_bytes(folder)) if folder else self._root  # noqa: PTH118 - bytes


def has_no_room(error: OSError) -> bool:
    """Say whether the kernel refuses more of what a user may have only so much of."""
    return error.errno in {errno.ENOSPC, errno.EMFILE, errno.ENOMEM}


def _reason(error: OSError) -> str:
    return LIMIT if has_no_room(error) else str(error)
