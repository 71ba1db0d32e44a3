"""Processes that outlive whoever started them."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from lading.services.daemons import LONGEST_LOG, Daemon
from lading.services.errors import ServiceFailed

#: ignores SIGTERM, and says when it does
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)

#: leaves a child behind in its session, and ends
PARENT = "sleep 60 & exit 0"


def daemon(tmp_path: Path, name: str = "thing") -> Daemon:
    """Return a process that does not run yet."""
    return Daemon(name=name, lock=tmp_path / f"{name}.lock", log=tmp_path / f"{name}.log")


def start(found: Daemon, *command: str) -> None:
    """Start it in its own folder."""
    found.start(command, os.environ, found.lock.parent)


def test_a_started_process_is_found_by_its_lock(tmp_path: Path) -> None:
    """Whoever looks at the lock later finds process and number."""
    found = daemon(tmp_path)
    start(found, "sleep", "60")
    pid = daemon(tmp_path).pid
    assert pid is not None
    session = os.getsid(pid)
    daemon(tmp_path).stop(5)

    assert session == pid != os.getsid(0)
    assert (found.is_alive, found.pid) == (False, None)


def test_a_killed_process_is_dead_at_once(tmp_path: Path) -> None:
    """A lock does not outlive its process, and the number in its file means nothing then."""
    found = daemon(tmp_path)
    start(found, "sleep", "60")
    pid = found.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while found.is_alive and time.monotonic() < deadline:
        time.sleep(0.01)

    assert found.lock.read_text().strip() == str(pid)
    assert found.pid is None


def test_a_recycled_number_is_never_killed(tmp_path: Path) -> None:
    """A stranger that has the number of a dead process is left alone."""
    stranger, found = daemon(tmp_path, "stranger"), daemon(tmp_path)
    start(stranger, "sleep", "60")
    found.lock.write_text(f"{stranger.pid}\n")
    found.stop(0.1)
    lives = stranger.is_alive
    stranger.stop(5)

    assert lives


def test_a_process_runs_once(tmp_path: Path) -> None:
    """A second start is refused while the first one lives."""
    found = daemon(tmp_path)
    start(found, "sleep", "60")
    try:
        with pytest.raises(ServiceFailed, match="holds"):
            start(found, "sleep", "60")
    finally:
        found.stop(5)


def test_a_process_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    """After the grace nothing is asked any more."""
    found = daemon(tmp_path)
    start(found, sys.executable, "-c", STUBBORN)
    while "deaf" not in found.last_words():
        time.sleep(0.01)
    begun = time.monotonic()
    found.stop(0.2)

    assert not found.is_alive
    assert time.monotonic() - begun < 3


def test_what_a_process_left_behind_is_killed_with_it(tmp_path: Path) -> None:
    """A child in the session keeps the lock, so it is found and ended too."""
    found = daemon(tmp_path)
    start(found, "/bin/sh", "-c", PARENT)
    time.sleep(0.5)
    left = found.is_alive
    found.stop(0.2)

    assert left
    assert not found.is_alive


def test_a_program_that_is_not_there_is_told_from_its_log(tmp_path: Path) -> None:
    """The log says what the system said."""
    found = daemon(tmp_path)
    start(found, "/no/such/program")
    deadline = time.monotonic() + 5
    while found.is_alive and time.monotonic() < deadline:
        time.sleep(0.01)

    assert "/no/such/program" in found.last_words()


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    """Logs of embedded parts do not fill the disk."""
    found = daemon(tmp_path)
    with found.log.open("wb") as log:
        log.truncate(LONGEST_LOG + 1)
    start(found, "sleep", "60")
    found.stop(5)

    assert found.log.stat().st_size == 0
    assert (tmp_path / "thing.log.1").stat().st_size == LONGEST_LOG + 1


def test_a_process_inherits_no_other_open_file(tmp_path: Path) -> None:
    """Only the lock is inherited: a part never holds a socket or a file of the command that started it."""
    found = daemon(tmp_path)
    with (tmp_path / "secret").open("w"):
        start(found, "sleep", "60")
        pid = found.pid
        # a program that begins opens its libraries for a moment, and closes them again
        wanted = {"/dev/null", str(found.log), str(found.lock)}
        ends = time.monotonic() + 5
        while (open_files := open_by(pid)) != wanted and time.monotonic() < ends:
            time.sleep(0.02)
        found.stop(5)

    assert open_files == wanted


def open_by(pid: int | None) -> set[str]:
    """Return the files that a process has open."""
    names = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            names.add(str(entry.readlink()))
    return names
