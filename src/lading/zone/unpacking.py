"""Tar files of a vault, taken apart beside themselves: what is hostile in one is refused before anything is written."""

# Paths are text from the catalogue, as in the module of the vault.
# ruff: noqa: PTH103, PTH108, PTH118, PTH120, PTH123

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tarfile
from typing import IO, TYPE_CHECKING

from lading.zone import vault
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1024 * 1024
_PLAIN = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})


@contextlib.contextmanager
def unpacked(tar: str) -> Iterator[tuple[str, dict[str, int]]]:
    """
    Yield a new folder beside the tar file with what is in it, and the permission bits of each file by its path there.

    A later member of the same name replaces an earlier one, as in any extraction. The folder goes at the end. Raises
    SYS_TAR_STRUCT_FILE_EXTRACT_ERR for what is no tar file or not whole, and for members that are neither file nor
    folder; SYS_INVALID_FILE_PATH for names that are absolute, climb, or are not UTF-8.
    """
    folder = f"{tar}.dir"
    if os.path.lexists(folder):
        folder = f"{folder}.{secrets.token_hex(5)}"
    try:
        with vault.refusing(Code.UNIX_FILE_MKDIR_ERR):
            os.mkdir(folder, 0o700)  # noqa: PTH102
        yield folder, _extract(tar, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _extract(tar: str, folder: str) -> dict[str, int]:
    modes: dict[str, int] = {}
    with vault.refusing(Code.UNIX_FILE_OPEN_ERR):
        file = open(tar, "rb")  # noqa: SIM115 - closed right below
    with file, _opened(file) as archive:
        for name, member in [(_harmless(member), member) for member in _members(archive)]:
            path = os.path.join(folder, name)
            _write(archive, member, path)
            modes[path] = member.mode & 0o777
    return modes


def _opened(file: IO[bytes]) -> tarfile.TarFile:
    if os.fstat(file.fileno()).st_size % tarfile.BLOCKSIZE:  # the library takes half a header for the end
        raise IrodsError(Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR, "not whole blocks")
    with _refusing_broken():
        return tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="surrogateescape")


def _members(archive: tarfile.TarFile) -> list[tarfile.TarInfo]:
    with _refusing_broken():
        return archive.getmembers()


@contextlib.contextmanager
def _refusing_broken() -> Iterator[None]:
    """Refuse what is no tar file; numbers in its headers that are none end in a ValueError."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise IrodsError(Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR, str(error)) from error


def _harmless(member: tarfile.TarInfo) -> str:
    """Return the relative path of a member that may be unpacked."""
    plain = member.type in _PLAIN and member.sparse is None
    if not (plain or member.isdir()):
        raise IrodsError(Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR, f"[{_shown(member)}] is neither file nor folder")
    parts = [part for part in member.name.split("/") if part not in {"", "."}]
    if member.name.startswith("/") or ".." in parts or "\0" in member.name or (plain and not parts):
        raise IrodsError(Code.SYS_INVALID_FILE_PATH, f"[{_shown(member)}] is no path below the collection")
    name = "/".join(parts)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise IrodsError(Code.SYS_INVALID_FILE_PATH, f"[{_shown(member)}] is not UTF-8") from None
    return name


def _shown(member: tarfile.TarInfo) -> str:
    return member.name.encode("utf-8", "backslashreplace").decode()


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    """Write one member; what stands in its way is refused with the code of the file system."""
    if member.isdir():
        with vault.refusing(Code.UNIX_FILE_MKDIR_ERR):
            os.makedirs(path, 0o700, exist_ok=True)
        return
    with vault.refusing(Code.UNIX_FILE_CREATE_ERR):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file, vault.refusing_write():
        _copy(archive, member, file)


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, file: IO[bytes]) -> None:
    content, left = archive.extractfile(member), member.size
    while left:
        with _refusing_broken():
            piece = content.read(min(left, _PIECE)) if content else b""
        if not piece:
            raise IrodsError(Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR, f"[{_shown(member)}] is not whole")
        file.write(piece)
        left -= len(piece)
