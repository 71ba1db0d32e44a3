"""
Shares the embedded parts of one home between all who need them.

Each holder has a lock file; a holder that died holds none. The first one starts the parts, the last one stops them, and
whoever finds one crashed starts it again. Starting and stopping happen behind one gate, so that no two do it at a time.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from lading.base import config_places
from lading.base.config import Settings
from lading.services import locks, parts
from lading.services.errors import ServiceFailed
from lading.services.parts import EmbeddedPart
from lading.services.redis_server import Redis
from lading.services.status import HOLDER, Status, status
from lading.services.web import PREFIX as WEB
from lading.services.web import Web
from lading.services.workers import MODEL_SUFFIX, PREFIX, WORKER, Workers
from lading.services.zone import Zone

#: seconds that Redis and the zone get to end in order
STOP_GRACE = 10.0
#: seconds that workers get to bring what they have in hand to an end; their leases run out soon after
WORKER_GRACE = 15.0
#: seconds that workers get whose holder was killed
ORPHAN_GRACE = 3.0

#: a part that ends this many times in a row within seconds of its start is not started again
DEATHS = 3
EARLY = 5.0


def hold(settings: Settings, *, workers: int = 0, web: bool = False, program: Sequence[str] = WORKER) -> Holder:
    """
    Return a context in which the embedded parts of `settings` answer and `workers` slots of one worker take work.

    With `web` the console is served, too.
    What is not embedded is not touched. Entering it raises `ServiceMissing` or `ServiceFailed`. `program` is the command
    that `--slots N` is added to.
    """
    return Holder(settings, workers=workers, web=web, program=program)


class Holder:
    """One who needs the embedded parts; see `hold`."""

    def __init__(self, settings: Settings, *, workers: int, web: bool, program: Sequence[str]) -> None:
        self._settings = settings
        self._name = f"{os.getpid()}-{secrets.token_hex(3)}"
        self._folder = parts.lock_folder(settings)
        self._shared = tuple(shared_parts(settings))
        usual = Workers(settings=settings, holder=self._name, slots=workers, program=program)
        at_once = settings.cv.model_calls_at_once
        waiting = Workers(settings=settings, holder=self._name, slots=at_once, program=program, for_model=True)
        self._crew = (usual, waiting) if settings.cv.model_url else (usual,)
        self._wants_workers = workers > 0
        self._web = Web(settings=settings, holder=self._name) if web else None
        self._lock = -1
        self._starts: dict[str, list[float]] = {}

    def __enter__(self) -> Self:
        config_places.data_folder(self._settings.home)
        with self._gate():
            self._lock = locks.take(self._own_file)
            try:
                bury_the_dead(self._settings)
                self._start_missing(self._wanted)
            except BaseException:
                self._stop_crew(ORPHAN_GRACE)
                self._stop_web()
                self._leave()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop_web()
            self.stop_workers()
        finally:
            with self._gate():
                self._leave()

    def status(self) -> Status:
        """Return what runs in this home."""
        return status(self._settings)

    def stop_workers(self, *, grace: float = WORKER_GRACE) -> None:
        """Stop the workers of this holder, and start none again; after `grace` seconds they are killed."""
        self._wants_workers = False
        self._stop_crew(grace)
        for workers in self._crew:
            workers.daemon.lock.unlink(missing_ok=True)

    def restart_dead(self) -> tuple[str, ...]:
        """
        Start again what crashed; return the names. Cheap where nothing did, so it can be called every second.

        Raise `ServiceFailed` where a part ends again and again right after its start.
        """
        if not self._missing(self._wanted):
            return ()
        with self._gate():
            return self._start_missing(self._wanted)

    def _stop_web(self) -> None:
        if self._web is not None:
            self._web.daemon.stop(STOP_GRACE)
            self._web.daemon.lock.unlink(missing_ok=True)

    @property
    def _wanted(self) -> tuple[EmbeddedPart, ...]:
        web = () if self._web is None else (self._web,)
        return (*self._shared, *self._crew, *web) if self._wants_workers else (*self._shared, *web)

    @property
    def _own_file(self) -> Path:
        return self._folder / f"{HOLDER}{self._name}.lock"

    def _gate(self) -> AbstractContextManager[None]:
        return locks.gate(self._folder / "gate.lock")

    def _stop_crew(self, grace: float) -> None:
        for workers in self._crew:
            workers.daemon.stop(grace)

    def _missing(self, wanted: Sequence[EmbeddedPart]) -> tuple[EmbeddedPart, ...]:
        return tuple(part for part in wanted if not part.daemon.is_alive)

    def _start_missing(self, wanted: Sequence[EmbeddedPart]) -> tuple[str, ...]:
        missing = self._missing(wanted)
        for part in missing:  # all at a time: each takes a part of a second
            self._count(part)
            parts.start(part, self._settings)
        for part in wanted:
            parts.wait_until_ready(part)
        return tuple(part.daemon.name for part in missing)

    def _count(self, part: EmbeddedPart) -> None:
        name, now = part.daemon.name, time.monotonic()
        recent = [start for start in self._starts.get(name, []) if now - start < EARLY * DEATHS]
        if len(recent) >= DEATHS:
            raise ServiceFailed(
                f"The embedded {name} ended {DEATHS} times right after its start: {part.daemon.last_words()}",
                hint=f"Its log: {part.daemon.log}",
            )
        self._starts[name] = [*recent, now]

    def _leave(self) -> None:
        os.close(self._lock)
        self._own_file.unlink(missing_ok=True)
        if not any(locks.is_held(file) for file in holder_files(self._settings)):
            for part in reversed(self._shared):
                part.daemon.stop(STOP_GRACE)
            config_places.forget_run_folder(self._settings.home)


def shared_parts(settings: Settings) -> Iterator[EmbeddedPart]:
    """Yield what is embedded, in the order of starting."""
    if settings.is_redis_embedded:
        yield Redis(settings=settings)
    if settings.is_zone_embedded:
        yield Zone(settings=settings)


def holder_files(settings: Settings) -> list[Path]:
    """Return the lock files of all holders, dead ones too."""
    return sorted(parts.lock_folder(settings).glob(f"{HOLDER}*.lock"))


def bury_the_dead(settings: Settings) -> None:
    """Remove holders that were killed, and stop the workers, and the web, that they left behind."""
    for file in holder_files(settings):
        if locks.is_held(file):
            continue
        name = file.stem.removeprefix(HOLDER)
        for daemon in (PREFIX + name, PREFIX + name + MODEL_SUFFIX, WEB + name):
            left = parts.daemon(settings, daemon)
            left.stop(ORPHAN_GRACE)
            left.lock.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
