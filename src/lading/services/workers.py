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
#: end of the name of those that wait for a model
MODEL_SUFFIX = "-model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """A Celery worker with `slots` children, each of which takes one batch at a time."""

    settings: Settings
    #: the holder that they belong to
    holder: str
    slots: int
    program: Sequence[str] = WORKER
    #: they take work that waits for a language model, and nothing else: a slow one never takes another's slot
    for_model: bool = False

    @property
    def daemon(self) -> Daemon:
        """Its process."""
        return parts.daemon(self.settings, PREFIX + self.holder + (MODEL_SUFFIX if self.for_model else ""))

    @property
    def address(self) -> str:
        """What it offers."""
        return f"{self.slots} slots"

    def command(self) -> list[str]:
        """Return the command line."""
        queues = ("--queues", "cv-ai") if self.for_model else ()
        return [*self.program, "--slots", str(self.slots), *queues]

    def is_ready(self) -> bool:
        """Say yes: nobody waits for workers, work waits for them in the queue."""
        return True
