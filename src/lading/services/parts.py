"""What every embedded part has in common: a process, a command, and a sign that it is ready."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lading.base.config import Settings
from lading.services.daemons import Daemon
from lading.services.errors import ServiceFailed
from lading.services.locks import TICK

#: seconds that a part may take to answer: an append-only file of some GiB is read at its start
READY_WITHIN = 60.0

#: variables of other programs that would lead a child to another zone than ours
_MISLEADING = frozenset({"IRODS_ENVIRONMENT_FILE", "IRODS_AUTHENTICATION_FILE"})


class EmbeddedPart(Protocol):
    """A program that Lading starts for itself."""

    @property
    def daemon(self) -> Daemon:
        """Its process."""

    @property
    def address(self) -> str:
        """Where it answers, for people."""

    def command(self) -> Sequence[str]:
        """Return the command line; raise `ServiceMissing` where there is no such program."""

    def is_ready(self) -> bool:
        """Say whether it answers."""


def daemon(settings: Settings, name: str) -> Daemon:
    """Return the process called `name` of this home; all of a kind (`worker-…`) share a log."""
    log = settings.log_folder / f"{name.partition('-')[0]}.log"
    return Daemon(name=name, lock=lock_folder(settings) / f"{name}.lock", log=log)


def lock_folder(settings: Settings) -> Path:
    """Return the folder of all locks of a home."""
    return settings.home / "lock"


def start(part: EmbeddedPart, settings: Settings) -> None:
    """Start a part with exactly these settings, wherever they came from."""
    part.daemon.start(part.command(), child_environ(settings), settings.home)


def child_environ(settings: Settings) -> dict[str, str]:
    """Return this process's environment with all settings in it, so that a child reads no file and no other variable."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("LADING_") and name not in _MISLEADING
    }
    return inherited | settings.as_environ()


def wait_until_ready(part: EmbeddedPart, *, within: float = READY_WITHIN) -> None:
    """Return once the part answers; raise `ServiceFailed` with the end of its log where it died or is too slow."""
    deadline = time.monotonic() + within
    while not part.is_ready():
        if not part.daemon.is_alive:
            raise _failed(part, "ended at once")
        if time.monotonic() > deadline:
            raise _failed(part, f"did not answer within {within:.0f} s")
        time.sleep(TICK)


def _failed(part: EmbeddedPart, what: str) -> ServiceFailed:
    words = part.daemon.last_words()
    return ServiceFailed(
        f"The embedded {part.daemon.name} {what}" + (f": {words}" if words else ""), hint=f"Its log: {part.daemon.log}"
    )
