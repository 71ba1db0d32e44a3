"""Renaming that never puts one file in the place of another."""

from __future__ import annotations

import ctypes
import errno
import os

_NOREPLACE = 1
#: the filesystem or the system does not know how to refuse
_UNKNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
#: what `link` says where a filesystem, or its rules, allow no hard link
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EMLINK, *_UNKNOWN})


def if_free(folder: int, name: bytes, to: int, new: bytes, *, force: bool) -> None:
    """
    Rename from one open folder into another; raise `FileExistsError` if the new name is taken, `OSError` otherwise.

    Where the filesystem can neither refuse to replace nor make hard links, `force` renames after a look; without it
    that is an error.
    """
    if _renamed(folder, name, to, new):
        return
    try:
        os.link(name, new, src_dir_fd=folder, dst_dir_fd=to, follow_symlinks=False)
    except FileExistsError:
        if not _is_same(folder, name, to, new):
            raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS or not force:
            raise
        _after_a_look(folder, name, to, new)
        return
    os.unlink(name, dir_fd=folder)


def _renamed(folder: int, name: bytes, to: int, new: bytes) -> bool:
    """Rename in one call that refuses to replace; say whether the system knows how."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(folder, ctypes.c_char_p(name), to, ctypes.c_char_p(new), _NOREPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code))


def _after_a_look(folder: int, name: bytes, to: int, new: bytes) -> None:
    try:
        os.stat(new, dir_fd=to, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=to)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _is_same(folder: int, name: bytes, to: int, new: bytes) -> bool:
    """Say whether both names are one file: an earlier attempt ended between the two halves of a renaming."""
    one = os.stat(name, dir_fd=folder, follow_symlinks=False)
    other = os.stat(new, dir_fd=to, follow_symlinks=False)
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
