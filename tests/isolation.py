"""
Gives each test session a home of its own, before Django reads any setting.

Nothing of the user's own configuration reaches a test: LADING_* and IRODS_* variables are dropped, but for LADING_TEST_*:

- LADING_TEST_DATABASE_URL: the ledger of the session (default: SQLite in the session's home)
- LADING_TEST_HIDE_PATH_REDIS: where set, PATH offers no redis-server and no valkey-server
- LADING_TEST_TIME_SCALE: factor on leases and sweeps (default 0.1)
- LADING_TEST_TRANSCRIPTS: folder of recordings of a real server (default: what LADING_TRANSCRIPTS says, else beside
  the checkout)
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

#: programs that the lane without a Redis on PATH hides
HIDDEN = frozenset({"redis-server", "valkey-server"})

_DROPPED = ("LADING_", "IRODS_")
_KEPT = ("LADING_TEST_",)


def isolate(home: Path) -> None:
    """Point this process, and every process it starts, at `home` and at nothing else."""
    if os.environ.get("LADING_TRANSCRIPTS"):
        os.environ.setdefault("LADING_TEST_TRANSCRIPTS", os.environ["LADING_TRANSCRIPTS"])
    for name in [name for name in os.environ if name.startswith(_DROPPED) and not name.startswith(_KEPT)]:
        del os.environ[name]
    os.environ["LADING_HOME"] = str(home)
    os.environ["LADING_CONFIG"] = os.devnull
    os.environ["LADING_TIME_SCALE"] = os.environ.get("LADING_TEST_TIME_SCALE", "0.1")
    if os.environ.get("LADING_TEST_DATABASE_URL"):
        os.environ["LADING_DATABASE_URL"] = os.environ["LADING_TEST_DATABASE_URL"]
    if os.environ.get("LADING_TEST_HIDE_PATH_REDIS"):
        os.environ["PATH"] = str(_path_without(HIDDEN, home.with_name(f"{home.name}-path")))


def clear(home: Path) -> None:
    """Remove a home and its folder of sockets."""
    if (home / "run").is_symlink():
        shutil.rmtree((home / "run").readlink(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _path_without(hidden: frozenset[str], folder: Path) -> Path:
    """Return a folder of links to every program on PATH but the `hidden` ones."""
    folder.mkdir()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            link = folder / program.name
            if program.name not in hidden and not link.is_symlink():
                link.symlink_to(program)
    return folder


#: without compiled files each of the commands and workers that tests start, and each lane, would compile everything anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

#: a session that is told to end stops what it started, as after Ctrl-C
signal.signal(signal.SIGTERM, signal.default_int_handler)

SESSION_HOME = Path(tempfile.mkdtemp(prefix="lading-test-"))
atexit.register(clear, SESSION_HOME)
isolate(SESSION_HOME)
