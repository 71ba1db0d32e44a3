"""A folder, or one file, of a filesystem as a source."""

from __future__ import annotations

import errno
import functools
import os
import platform
import pwd
import stat as modes
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from lading.base.errors import LadingError, NotAFile, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import from_bytes, shown, to_bytes
from lading.ingest.engine.sources.base import Marker
from lading.ingest.engine.values import Entry, Kind

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})
#: what `open` says of a link (O_NOFOLLOW) and of a socket or a device without a driver
_NO_CONTENT = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR})
#: neither waits for the writer of a pipe nor follows a link nor leaks into children
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: what an entry without content is, told by its tag
_TAGS = {
    modes.S_IFSOCK: "socket",
    modes.S_IFIFO: "pipe",
    modes.S_IFCHR: "device",
    modes.S_IFBLK: "device",
}
_KINDS = {modes.S_IFREG: Kind.FILE, modes.S_IFDIR: Kind.FOLDER, modes.S_IFLNK: Kind.LINK}


class FilesystemSource:
    """
    The tree under `root`; a file as `root` is a tree of that one file.

    Works on bytes, so that names mean the same whatever the locale. Nothing is touched before a method is called but
    to see where `root` leads.
    """

    ordered = False

    def __init__(self, root: Path) -> None:
        self._real = self._resolved(root)
        self._prefix = self._real.rstrip(b"/")
        #: the name of the only file, if the root is one; as it was given, even if that is a link
        self._single = os.fsencode(root.absolute().name) if self._is_file() else None

    @property
    def canonical(self) -> str:
        """The real path: the same for the same tree, whichever link led to it."""
        return from_bytes(self._real)

    def marker(self) -> Marker:
        """Return host, filesystem id and inode of the root; raise `SourceMissing`."""
        try:
            inode = self._look("").st_ino
            filesystem = self._filesystem().f_fsid
        except OSError as error:
            raise self._error(error, "") from error
        return Marker(host=platform.node(), filesystem=f"{filesystem:x}", inode=inode)

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:  # noqa: ARG002 - in no order
        """Yield the children of `folder` in the filesystem's order."""
        if self._single is not None:
            yield from self._only(folder)
            return
        kinds, text, lost = _KINDS, self._text, False
        with self._scan(folder) as children:
            while True:
                try:
                    for child in children:
                        at = child.stat(follow_symlinks=False)
                        kind = kinds.get(at.st_mode & 0o170000)
                        if kind is None:
                            yield _entry(text(child.name), at)
                            continue
                        yield Entry(text(child.name), kind, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino)
                except FileNotFoundError:
                    lost = True
                    continue  # vanished between its name and its stat; the iterator goes on behind it
                except OSError as error:
                    raise self._error(error, folder) from error
                break
        if lost:
            self.stat(folder)  # a folder that was renamed meanwhile has not lost its children: it has vanished itself

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children, without a stat each."""
        if self._single is not None:
            yield from (entry.name for entry in self._only(folder))
            return
        with self._scan(folder) as children:
            try:
                for child in children:
                    yield self._text(child.name)
            except OSError as error:
                raise self._error(error, folder) from error

    def stat(self, path: str) -> Entry:
        """Return the entry at `path`, the link itself if it is one."""
        try:
            return _entry(path.rpartition("/")[2], self._look(path))
        except OSError as error:
            raise self._error(error, path) from error

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:  # noqa: ARG002 - `describe` tells them apart
        """Open a regular file, unbuffered; raise `NotAFile` for anything else."""
        try:
            opened = os.fdopen(self._descriptor(path), "rb", buffering=0)
        except OSError as error:
            raise self._error(error, path) from error
        if not modes.S_ISREG(os.fstat(opened.fileno()).st_mode):
            opened.close()
            raise _not_a_file(path)
        return opened

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the entry behind the open file, even if another one has its name by now."""
        return _entry(name, os.fstat(opened.fileno()))

    def physical_path(self, path: str) -> str:
        """Return the real root joined with `path`."""
        return from_bytes(self._path(path))

    def remark(self, path: str) -> str:  # noqa: ARG002 - the port's
        """Return nothing: the names are the files' own."""
        return ""

    def owner(self, path: str) -> str:
        """Return the owner's login name on this host, the number where it has none."""
        try:
            number = self._look(path).st_uid
        except OSError as error:
            raise self._error(error, path) from error
        return _login_name(number)

    def _only(self, folder: str) -> Iterator[Entry]:
        """Yield the one file that the root is."""
        name = from_bytes(self._single or b"")
        if folder:
            raise SourceVanished(f"{shown(folder)}: there is no such folder, the source is a file")
        yield self.stat(name)

    def _path(self, path: str) -> bytes:
        """Return where `path` lies; for a source of one file only that file lies anywhere."""
        raw = to_bytes(path)
        if self._single is not None and raw == self._single:
            return self._real
        return self._prefix + b"/" + raw if raw else self._real

    # --- how the filesystem is asked: by path, which costs least -----------------------------------------------

    _text = staticmethod(from_bytes)

    def _resolved(self, root: Path) -> bytes:
        """Return the real path of the root."""
        return os.fsencode(os.path.realpath(root))

    def _is_file(self) -> bool:
        """Say whether the root is a file."""
        return os.path.isfile(self._real)  # noqa: PTH113 - bytes

    def _is_there(self) -> bool:
        """Say whether there is a root."""
        return os.path.exists(self._real)  # noqa: PTH110 - bytes

    def _look(self, path: str) -> os.stat_result:
        """Return what lies there, the link itself if it is one."""
        return os.stat(self._path(path), follow_symlinks=False)  # noqa: PTH116 - bytes

    def _filesystem(self) -> os.statvfs_result:
        """Return the filesystem of the root."""
        return os.statvfs(self._real)

    def _descriptor(self, path: str) -> int:
        """Open what lies there for reading."""
        return os.open(self._path(path), READ)

    def _scan(self, folder: str) -> AbstractContextManager[Iterator[os.DirEntry[Any]]]:
        """Open a folder for listing; raise what that means."""
        try:
            return os.scandir(self._path(folder))
        except OSError as error:
            raise self._error(error, folder) from error

    def _error(self, error: OSError, path: str) -> LadingError:
        """Say what an error means for `path`; a root that is gone concerns the whole run."""
        if not path or (error.errno in _GONE and not self._is_there()):
            return self._missing(error)
        if error.errno in _GONE:
            return SourceVanished(f"{shown(path)} is not there any more")
        if error.errno in _NO_CONTENT:
            return _not_a_file(path)
        return SourceUnreadable(f"{shown(path)} cannot be read: {error.strerror}")

    def _missing(self, error: OSError) -> SourceMissing:
        """Say in a sentence what is wrong with the root."""
        root = shown(self.canonical)
        if error.errno == errno.ENOTDIR:
            return SourceMissing(f"The source {root} is not a folder")
        if isinstance(error, FileNotFoundError) or error.errno in _GONE:
            return SourceMissing(f"The source {root} is not there", hint="Is the filesystem mounted?")
        return SourceMissing(f"The source {root} cannot be read: {error.strerror}")


@functools.lru_cache(maxsize=1024)
def _login_name(number: int) -> str:
    """Return the name of a user of this host."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _entry(name: str, found: os.stat_result) -> Entry:
    """Make an entry of a stat."""
    kind, tag = _KINDS.get(mode := modes.S_IFMT(found.st_mode), Kind.OTHER), _TAGS.get(mode, "")
    return Entry(name, kind, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, tag)


def _not_a_file(path: str) -> NotAFile:
    """Say that there is nothing to read."""
    return NotAFile(f"{shown(path)} is a link, folder, socket, pipe or device: it has no content to bring")
