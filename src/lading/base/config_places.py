"""Where things lie: the data folder, the run folder for sockets, and what kind of filesystem a path is on."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from lading.base.errors import UsageError

#: filesystems shared between machines: locks and memory maps of SQLite and Redis are not safe there
NETWORK_FILESYSTEMS = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.cephfs", "fuse.glusterfs", "fuse.irodsfs"),
        *("fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
        *("orangefs", "pvfs2", "smb", "smb2", "smb3", "smbfs"),
    }
)

#: the kernel's list of what is mounted where in this process's view
MOUNT_TABLE = Path("/proc/self/mountinfo")

#: bytes of a folder's path that leave room for `/redis.sock` in the 107 bytes of a socket's path
LONGEST_RUN_FOLDER = 90

_OCTAL = re.compile(r"\\([0-7]{3})")


def default_home(environ: Mapping[str, str]) -> Path:
    """Return the XDG data folder of Lading."""
    return xdg(environ, "XDG_DATA_HOME", ".local/share") / "lading"


def xdg(environ: Mapping[str, str], name: str, fallback: str) -> Path:
    """Return the XDG folder `name`; a relative value is ignored, as the XDG rules say."""
    value = environ.get(name, "")
    return Path(value) if value.startswith("/") else home_of_user(environ) / fallback


def home_of_user(environ: Mapping[str, str]) -> Path:
    """Return the home folder of the user."""
    return Path(environ.get("HOME") or "~").expanduser()


def filesystem_of(path: Path, mounts: str) -> str:
    """Return the type of the filesystem that `path` (absolute, resolved) is on; "" where `mounts` does not say."""
    best, kind = -1, ""
    for mounted, its_kind in _mounts(mounts):
        if path.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), its_kind
    return kind


def mounted_below(path: Path, mounts: str) -> list[str]:
    """Return the types of the filesystems that are mounted below `path`."""
    return [kind for mounted, kind in _mounts(mounts) if mounted != path and mounted.is_relative_to(path)]


def _mounts(table: str) -> Iterator[tuple[Path, str]]:
    """Yield where something is mounted, and its type."""
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        yield Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), left.split(" ")[4])), right.split(" ")[0]


def refuse_network_filesystem(path: Path, *, setting: str, mounts: str | None = None) -> None:
    """Raise `UsageError` with the line to set when `path` is on a filesystem shared over a network."""
    table = mounts if mounts is not None else mount_table()
    kind = filesystem_of(path.resolve(), table)
    if kind in NETWORK_FILESYSTEMS:
        raise UsageError(
            f"{path} is on a network filesystem ({kind}), where the ledger and the queue are not safe",
            hint=f"Set a folder on a local disk: export {setting}=/var/tmp/lading-{os.getuid()}",
        )


def run_folder(home: Path, runtime: Path | None) -> Path:
    """
    Return the private folder for sockets that belongs to `home`, made on first use.

    Short, since the path of a socket holds 107 bytes; named after `home`, so that two homes never meet. Its place is kept
    in the link `run` of `home`: a process without $XDG_RUNTIME_DIR (cron) finds the sockets of one that has it.
    """
    link = home / "run"
    if link.is_symlink() and _is_private(link.readlink()):
        return link.readlink()
    tag = hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
    wanted = runtime / f"lading-{tag}" if runtime is not None and _is_private(runtime) else None
    if wanted is None or len(os.fsencode(wanted)) > LONGEST_RUN_FOLDER:
        wanted = Path(f"/tmp/lading-{os.getuid()}-{tag}")  # noqa: S108 - owner and mode are checked
    return _remember(link, private_folder(wanted))


def forget_run_folder(home: Path) -> None:
    """Remove the folder for sockets of `home`, and what stopped parts left in it; it is made again when needed."""
    link = home / "run"
    if link.is_symlink() and _is_private(link.readlink()):
        shutil.rmtree(link.readlink(), ignore_errors=True)


def _remember(link: Path, folder: Path) -> Path:
    data_folder(link.parent)
    fresh = link.with_name(f".run-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder)
    fresh.replace(link)
    return folder


def data_folder(home: Path) -> Path:
    """
    Return the data folder, made if need be and closed to others while it is empty.

    Raise `UsageError` for one that holds something and that others can read, that belongs to somebody else, or that cannot
    be made.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The data folder {home} cannot be made: {error.strerror}", hint="export LADING_HOME=/a/folder/of/yours"
        ) from error
    if home.stat().st_uid == os.getuid() and not any(home.iterdir()):
        home.chmod(0o700)
    if home.stat().st_uid != os.getuid() or home.stat().st_mode & 0o077:
        raise UsageError(
            f"{home} must belong to this user alone", hint=f"chmod 700 {home}, or set LADING_HOME elsewhere"
        )
    return home


def private_folder(path: Path) -> Path:
    """Make `path` if need be, and return it; raise `UsageError` unless it is a folder of this user alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_private(path):
        raise UsageError(f"{path} is not a private folder of this user", hint="Remove it, or set LADING_HOME elsewhere")
    return path


def _is_private(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def mount_table() -> str:
    """Return the kernel's list; "" where there is none."""
    return MOUNT_TABLE.read_text(errors="surrogateescape") if MOUNT_TABLE.exists() else ""
