"""What runs in a home, as a value. Looking starts nothing and makes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from lading.base.config import Settings
from lading.services import locks, parts
from lading.services.parts import EmbeddedPart
from lading.services.redis_server import Redis
from lading.services.web import PREFIX as WEB
from lading.services.web import Web
from lading.services.workers import PREFIX
from lading.services.zone import Zone

#: start of the names of holders' lock files
HOLDER = "holder-"


class State(Enum):
    """Who looks after a part, and whether it runs."""

    EXTERNAL = "external"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part."""

    name: str
    state: State
    pid: int | None = None
    #: where it answers, without any password
    address: str = ""
    log: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All parts of a home."""

    redis: Part
    zone: Part
    workers: tuple[Part, ...]
    #: console and API
    webs: tuple[Part, ...]
    #: processes that hold the embedded parts
    holders: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them in one sequence."""
        return (self.redis, self.zone, *self.workers, *self.webs)


def status(settings: Settings) -> Status:
    """Return what runs; external parts are named, not asked."""
    folder = parts.lock_folder(settings)
    return Status(
        redis=_embedded(Redis(settings=settings)) if settings.is_redis_embedded else _external_redis(settings),
        zone=_embedded(Zone(settings=settings)) if settings.is_zone_embedded else _external_zone(settings),
        workers=tuple(
            worker
            for file in sorted(folder.glob(f"{PREFIX}*.lock"))
            if (worker := _worker(settings, file.stem)).state is State.RUNNING
        ),
        webs=tuple(
            web
            for file in sorted(folder.glob(f"{WEB}*.lock"))
            if (web := _embedded(Web(settings=settings, holder=file.stem.removeprefix(WEB)))).state is State.RUNNING
        ),
        holders=sum(locks.is_held(file) for file in folder.glob(f"{HOLDER}*.lock")),
    )


def _embedded(part: EmbeddedPart) -> Part:
    pid = part.daemon.pid
    return Part(
        name=part.daemon.name,
        state=State.STOPPED if pid is None else State.RUNNING,
        pid=pid,
        address="" if pid is None else part.address,
        log=part.daemon.log,
    )


def _external_redis(settings: Settings) -> Part:
    return Part(name="redis", state=State.EXTERNAL, address=str(settings.redis_url))


def _external_zone(settings: Settings) -> Part:
    return Part(name="zone", state=State.EXTERNAL, address=str(settings.zone_url or settings.zone_files[0]))


def _worker(settings: Settings, name: str) -> Part:
    daemon = parts.daemon(settings, name)
    pid = daemon.pid
    return Part(name=name, state=State.STOPPED if pid is None else State.RUNNING, pid=pid, log=daemon.log)
