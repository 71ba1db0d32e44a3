"""Files of a resource: where they lie, how they come and go."""

# Paths are text from the catalogue, and each call here is on the way of every file.
# ruff: noqa: PTH102, PTH106, PTH108, PTH110, PTH116, PTH120

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: a service account may not make anything here; the zone does not either, even where root runs it
SYSTEM_FOLDERS = frozenset(
    {
        "/",
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/sys",
        "/usr",
        "/var",
    }
)

_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW


@contextlib.contextmanager
def refusing(code: Code) -> Iterator[None]:
    """Turn a failure of the file system into the code of a server: family minus errno."""
    try:
        yield
    except OSError as error:
        raise IrodsError(int(code) - (error.errno or 0)) from error


def refusing_write() -> contextlib.AbstractContextManager[None]:
    """Turn a failed write into the code of a server."""
    return refusing(Code.UNIX_FILE_WRITE_ERR)


#: a name that is taken gets a suffix, and a folder that somebody tidies away at that moment is made again
_TRIES = 1000


def physical_path(vault: str, logical: str) -> str:
    """Return where an object of this logical path lies: the path without its zone, under the vault."""
    _, _, below = logical[1:].partition("/")
    return f"{vault}/{below}"


def make_folders(folder: str) -> None:
    """Make a folder and those above it, for the owner alone; never one directly in a folder of the system."""
    missing = []
    while not os.path.exists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    if missing and folder in SYSTEM_FOLDERS:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
    for new in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another connection was quicker
            os.mkdir(new, 0o700)


def create(path: str) -> tuple[int, str]:
    """
    Create an empty file and its folders; return descriptor and path.

    What lies there already is not overwritten: the new file gets a suffix.
    """
    with refusing(Code.UNIX_FILE_CREATE_ERR):
        for _ in range(_TRIES):
            try:
                return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600), path
            except FileNotFoundError:
                with contextlib.suppress(FileNotFoundError):  # whoever tidies up may be at it: once more
                    make_folders(os.path.dirname(path))
            except (FileExistsError, IsADirectoryError):
                path = f"{path}.{secrets.token_hex(5)}"
            except NotADirectoryError:
                folder, _, name = path.rpartition("/")
                path = f"{folder}.{secrets.token_hex(5)}/{name}"
        raise FileExistsError
    raise AssertionError


def open_file(path: str, flags: int) -> int:
    """
    Open a file.

    A server hands the flags of the client to open(2) for a replica that it knows (`l3Open`, `unix_file_open`): O_CREAT
    makes a file that was lost again, but not its folder.
    """
    with refusing(Code.UNIX_FILE_OPEN_ERR):
        return os.open(path, flags | os.O_CLOEXEC, 0o600)


def write_at(descriptor: int, data: bytes | bytearray | memoryview, offset: int) -> None:
    """Write all of `data` at `offset`."""
    with refusing(Code.UNIX_FILE_WRITE_ERR):
        view = memoryview(data)
        while view:
            count = os.pwrite(descriptor, view, offset)
            view = view[count:]
            offset += count


def remove(path: str) -> None:
    """Remove a file; one that is gone already is fine."""
    with refusing(Code.UNIX_FILE_UNLINK_ERR), contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def link(source: str, target: str) -> str:
    """Give a file a second name without overwriting; return the name that was free."""
    with refusing(Code.UNIX_FILE_RENAME_ERR):
        for _ in range(_TRIES):
            try:
                make_folders(os.path.dirname(target))
                os.link(source, target)
            except FileExistsError:
                target = f"{target}.{secrets.token_hex(5)}"
            except FileNotFoundError:
                if not os.path.lexists(source):
                    raise
            else:
                return target
        raise FileExistsError
    raise AssertionError


def size_of(path: str) -> int:
    """Return the size of a file in bytes."""
    with refusing(Code.UNIX_FILE_STAT_ERR):
        return os.stat(path).st_size


def size_if_there(path: str) -> int:
    """Return the size of a file in bytes, or -1 where there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def tidy(folder: str, vault: str) -> None:
    """Remove empty folders from `folder` upwards, never the vault itself."""
    with contextlib.suppress(OSError):
        while folder.startswith(f"{vault}/"):
            os.rmdir(folder)
            folder = os.path.dirname(folder)
