"""The workers of one holder: one process tree with a number of slots."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from lading.base.config import Settings
from lading.services import parts
from lading.services.daemons import Daemon

#: the part of the command before `--slots N`
WORKER = (sys.executable, "-P", "-m", "lading", "worker")

PREFIX = "worker-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """A Celery worker with `slots` children, each of which takes one batch at a time."""

    settings: Settings
    #: the holder that they belong to
    holder: str
    slots: int
    program: Sequence[str] = WORKER

    @property
    def daemon(self) -> Daemon:
        """Its process."""
        return parts.daemon(self.settings, PREFIX + self.holder)

    @property
    def address(self) -> str:
        """What it offers."""
        return f"{self.slots} slots"

    def command(self) -> list[str]:
        """Return the command line."""
        return [*self.program, "--slots", str(self.slots)]

    def is_ready(self) -> bool:
        """Say yes: nobody waits for workers, work waits for them in the queue."""
        return True
