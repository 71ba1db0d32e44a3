"""A file of 1 GiB, against python-irodsclient's own put with a registered checksum to the same zone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from irods import keywords
from irods.session import iRODSSession

from benchmarks import trees
from benchmarks.place import HOME_COLLECTION, Place, place
from benchmarks.rows import Row, at_most

SIZE = 1024 * trees.MIB
TIMES = 3


def large(folder: Path, scale: float) -> Iterator[Row]:
    """Measure both in turns and compare the medians."""
    size = max(int(SIZE * scale), 40 * trees.MIB)
    ours, theirs = [], []
    with place(folder) as home:
        file = trees.large(folder / "source" / "large.bin", size)
        with home.workers():
            for turn in range(TIMES):
                theirs.append(_client_puts(home, file))
                ours.append(home.sync(file.parent, f"large-{turn}").seconds)
                _forget(home, f"large-{turn}/{file.name}")
    what = f"{size // trees.MIB} MiB file"
    our, their = statistics.median(ours), statistics.median(theirs)
    yield Row(name=f"{what}, sync", measured=our, unit="s")
    yield Row(name=f"{what}, rate of sync", measured=size / our / trees.MIB, unit="MiB/s")
    yield Row(name=f"{what}, python-irodsclient put", measured=their, unit="s")
    yield Row(name=f"{what}, sync of put", measured=our / their, unit="times", bound=at_most(1.3))


def _client_puts(home: Place, file: Path) -> float:
    """Return the seconds that the client's own put takes, login not counted; the object is removed again."""
    path = f"{HOME_COLLECTION}/client.bin"
    with session(home) as irods:
        irods.collections.get(HOME_COLLECTION)
        begun = time.monotonic()
        irods.data_objects.put(str(file), path, **{keywords.REG_CHKSUM_KW: ""})
        seconds = time.monotonic() - begun
        irods.data_objects.unlink(path, force=True)
    return seconds


def _forget(home: Place, name: str) -> None:
    """Remove what a sync brought, so that the disk holds one copy at a time."""
    with session(home) as irods:
        irods.data_objects.unlink(f"{HOME_COLLECTION}/{name}", force=True)


def session(home: Place) -> iRODSSession:
    """Return a session of the client with the zone of a home."""
    files = home.home / "zone"
    return iRODSSession(
        irods_env_file=str(files / "irods_environment.json"), irods_authentication_file=str(files / ".irodsA")
    )
