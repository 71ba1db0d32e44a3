"""
Processes that outlive whoever started them, found again by a lock that they hold.

Such a process inherits an open, locked file, and so does everything it starts. While the lock is held, some process of
its session lives, and the kernel gives the number of a session to no other process: a signal can never hit a stranger.
The number is written by the process itself before it becomes the program, so a starter that is killed loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lading.services import locks
from lading.services.errors import ServiceFailed

#: bytes of a log above which it is put aside at the next start; one older log is kept
LONGEST_LOG = 10 * 1024 * 1024

#: writes its own number, then becomes the program
_LAUNCH = 'echo $$ >"$0" && exec "$@"'

#: what this process started, so that it leaves no zombies
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """One process of that kind, running or not."""

    name: str
    lock: Path
    log: Path

    @property
    def is_alive(self) -> bool:
        """Whether it, or anything it started, runs."""
        _reap()
        return locks.is_held(self.lock)

    @property
    def pid(self) -> int | None:
        """The number of the process and of its session; None where it does not run."""
        deadline = time.monotonic() + 1.0
        while self.is_alive and time.monotonic() < deadline:
            text = self.lock.read_text(encoding="ascii").strip()
            if text:
                return int(text)
            time.sleep(locks.TICK)  # the process is about to write it
        return None

    def start(self, command: Sequence[str], environ: Mapping[str, str], folder: Path) -> None:
        """Start `command` in a session of its own; raise `ServiceFailed` where it runs already or cannot be started."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._put_log_aside()
        descriptor = locks.take(self.lock)
        try:
            os.ftruncate(descriptor, 0)
            with self.log.open("ab") as log:
                child = subprocess.Popen(
                    ["/bin/sh", "-c", _LAUNCH, str(self.lock), *command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                    env=dict(environ),
                    pass_fds=(descriptor,),
                    start_new_session=True,
                )
        except OSError as error:
            raise ServiceFailed(f"{self.name} cannot be started: {error}") from error
        finally:
            os.close(descriptor)
        _children.append(child)

    def stop(self, grace: float) -> None:
        """Ask it to end; after `grace` seconds, kill its whole session. Return when nothing of it is left."""
        pid = self.pid
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if self._ends_within(grace):
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if not self._ends_within(5.0):
            raise ServiceFailed(f"{self.name} (process {pid}) does not end")

    def last_words(self, lines: int = 5) -> str:
        """Return the end of its log, in one line."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")[-4_000:]
        except FileNotFoundError:
            return ""
        return " | ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip())

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(locks.TICK)
        return True

    def _put_log_aside(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]
