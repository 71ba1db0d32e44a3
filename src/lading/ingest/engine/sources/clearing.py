"""The port through which a source is emptied. Nothing but the clearing of landing zones has it."""

from __future__ import annotations

import errno
import os
import stat as modes
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from typing import Protocol

from lading.base.errors import SkipFile, SourceChanged, SourceVanished
from lading.base.paths import from_bytes, shown, to_bytes
from lading.ingest.engine.sources import renaming, walking
from lading.ingest.engine.sources.walking import Place
from lading.ingest.engine.values import Entry

#: what a filesystem says of a folder that this user may not change
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
#: longest name on any filesystem that matters, in bytes
_LONGEST_NAME = 255
#: names that are tried beside one that is taken
_TRIES = 1000


class ClearingRefused(SkipFile):
    """The file stays: the filesystem, or the way to it, does not let it go."""

    code = "CLEARING_REFUSED"


class Clearable(Protocol):
    """
    A source from which files may go.

    A file goes only if it is still `expected`; raise `SourceChanged` (whatever lies there stays), `SourceVanished`,
    `ClearingRefused`. No link is followed, nothing outside the root is touched. After a crash the file is there under
    its own name, or under one that `restore` knows.
    """

    def delete(self, path: str, expected: Entry) -> None:
        """Remove the file."""

    def move(self, path: str, expected: Entry) -> str:
        """Move the file into the other folder, under the same relative path; return where it is now."""

    def restore(self, path: str) -> None:
        """Give a file that an earlier attempt left under another name its own name again, if nothing has it."""

    def remove_folder(self, path: str) -> bool:
        """Remove the folder if it is empty; say whether it was removed."""


class FilesystemClearing:
    """
    Files of the tree under `root`; those that are moved go below `archive`.

    A file is taken by renaming it within its folder, then looked at once more: what came into its place meanwhile is
    put back. `attempt` is part of that name, so that a worker that lost its lease never touches what another one took.
    """

    def __init__(self, root: Place, archive: Place | None, *, attempt: int) -> None:
        self._root, self._single = _folder_and_file(root)
        self._archive = archive
        self._attempt = attempt

    def delete(self, path: str, expected: Entry) -> None:
        """Remove the file."""
        with self._taken(path, expected) as (folder, taken):
            os.unlink(taken, dir_fd=folder)

    def move(self, path: str, expected: Entry) -> str:
        """Move the file into the archive; a name that is taken there gets a number."""
        assert self._archive is not None
        parent, _, name = to_bytes(path).rpartition(b"/")
        below = tuple(parent.split(b"/")) if parent else ()
        with self._taken(path, expected) as (folder, taken), self._archive.made(below) as archive:
            if os.fstat(folder).st_dev != os.fstat(archive).st_dev:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            placed = _placed(folder, taken, archive, name)
            return from_bytes(b"/".join((self._archive.named, *below, placed)))

    def restore(self, path: str) -> None:
        """Put back what an earlier attempt took."""
        with suppress(SkipFile), self._parent(path) as (folder, name):
            for attempt in range(1, self._attempt):
                _put_back(folder, _hidden(name, attempt), name)

    def remove_folder(self, path: str) -> bool:
        """Remove an empty folder; never the root."""
        if not path:
            return False
        try:
            with self._parent(path) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except (OSError, SkipFile):
            return False
        return True

    # --- inside --------------------------------------------------------------------------------------------------

    @contextmanager
    def _taken(self, path: str, expected: Entry) -> Iterator[tuple[int, bytes]]:
        """Take the file out of everybody's way; yield its folder and its name there. It is put back if that fails."""
        with self._parent(path) as (folder, name):
            _look(folder, name, path, expected, exactly=True)
            taken = _hidden(name, self._attempt)
            try:
                self._take(folder, name, taken)
            except FileNotFoundError as error:
                raise SourceVanished(f"{shown(path)} is not there any more") from error
            except OSError as error:
                raise _refused(path, error) from error
            try:
                _look(folder, taken, path, expected, exactly=False)
                yield folder, taken
            except OSError as error:
                _put_back(folder, taken, name)
                raise _refused(path, error) from error
            except BaseException:
                _put_back(folder, taken, name)
                raise

    def _take(self, folder: int, name: bytes, taken: bytes) -> None:
        renaming.if_free(folder, name, folder, taken, force=True)

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, bytes]]:
        """Yield the open folder of a path, reached without a link on the way, and the name in it."""
        *above, name = (self._single or to_bytes(path)).split(b"/")
        if not walking.are_names((*above, name)):
            raise ClearingRefused(f"{shown(path)} is no path below the source")
        with ExitStack() as open_meanwhile:
            try:
                folder = open_meanwhile.enter_context(self._root.folder(above))
            except FileNotFoundError as error:
                raise SourceVanished(f"{shown(path)} is not there any more") from error
            except OSError as error:
                raise ClearingRefused(f"{shown(path)} stays: a link lies on the way, or {error.strerror}") from error
            yield folder, name


def _folder_and_file(root: Place) -> tuple[Place, bytes]:
    """Return the folder that is cleared, and the name of the only file in it if the root is one."""
    above = root.above()
    if above is not None:
        folder, name = above
        with suppress(OSError), folder.folder() as opened:
            if modes.S_ISREG(os.stat(name, dir_fd=opened, follow_symlinks=False).st_mode):
                return folder, name
    return root, b""


def _look(folder: int, name: bytes, path: str, expected: Entry, *, exactly: bool) -> None:
    """Raise unless the expected file lies there; to rename it changes its ctime, and only that."""
    try:
        at = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError as error:
        raise SourceVanished(f"{shown(path)} is not there any more") from error
    if modes.S_ISLNK(at.st_mode):
        raise ClearingRefused(f"{shown(path)} is a link: it stays")
    now = (at.st_size, at.st_mtime_ns, at.st_ino, at.st_ctime_ns if exactly else expected.ctime_ns)
    if not modes.S_ISREG(at.st_mode) or now != (expected.size, expected.mtime_ns, expected.inode, expected.ctime_ns):
        raise SourceChanged(f"{shown(path)} is not the file any more that was brought")


def _hidden(name: bytes, attempt: int) -> bytes:
    """Return the name under which an attempt keeps a file while it decides; the same each time it is asked."""
    prefix = b".lading-clearing-%d~" % attempt
    room = _LONGEST_NAME - len(prefix)
    if len(name) <= room:
        return prefix + name
    digest = blake2b(name, digest_size=8).hexdigest().encode()
    return prefix + name[: room - len(digest) - 1] + b"~" + digest


def _put_back(folder: int, taken: bytes, name: bytes) -> None:
    """Give what was taken its name again unless something has it by now; then it stays beside it, for the next scan."""
    with suppress(OSError):
        renaming.if_free(folder, taken, folder, name, force=False)


def _placed(folder: int, taken: bytes, archive: int, name: bytes) -> bytes:
    """Put what was taken into the archive, under the first name that is free."""
    for number in range(_TRIES):
        candidate = name if not number else b"%s~%d" % (name[: _LONGEST_NAME - 5], number)
        try:
            renaming.if_free(folder, taken, archive, candidate, force=True)
        except FileExistsError:
            continue
        return candidate
    raise OSError(errno.EEXIST, "too many files of that name are in the folder it would go to")


def _refused(path: str, error: OSError) -> ClearingRefused:
    return ClearingRefused(f"{shown(path)} stays: {error.strerror}", hint=_hint(error))


def _hint(error: OSError) -> str:
    """Return what a person can do about an error."""
    if error.errno == errno.EXDEV:
        return "The folder to move to must be on the filesystem of the source"
    return "The worker needs the right to rename and remove in that folder" if error.errno in _DENIED else ""
