"""Zones for tests: in this process, or in one of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lading.zone.control import ZoneControl
from lading.zone.home import ClientFiles, Home
from lading.zone.options import options_of
from lading.zone.server import ZoneServer
from lading.zone.state import ZoneSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningZone:
    """Where a zone for tests is, and how to log in as its administrator."""

    home: Path
    host: str
    port: int
    user: str
    zone: str
    password: str
    environment_file: Path
    authentication_file: Path
    control: ZoneControl
    server: ZoneServer | None = None  #: None where it runs in another process
    process: subprocess.Popen[str] | None = None  #: None where it runs in this one

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that lead an iRODS client to this zone as its administrator."""
        return _variables(Home(self.home).client)

    def environment_of(self, user: str) -> dict[str, str]:
        """Return the variables that lead an iRODS client to this zone as an ordinary user that it was started with."""
        return _variables(Home(self.home).client_of(user))

    def set_pam_password(self, user: str, password: str) -> None:
        """Let a user that is there log in by PAM with this password from now on; an empty one takes that away."""
        Home(self.home).set_pam_password(user, password)


def _variables(files: ClientFiles) -> dict[str, str]:
    return {
        "IRODS_ENVIRONMENT_FILE": str(files.environment),
        "IRODS_AUTHENTICATION_FILE": str(files.authentication),
    }


def _running(
    home: Path, port: int, *, server: ZoneServer | None = None, process: subprocess.Popen[str] | None = None
) -> RunningZone:
    layout, settings = Home(home), ZoneSettings()
    return RunningZone(
        home=home,
        host=settings.host,
        port=port,
        user=settings.admin,
        zone=settings.zone,
        password=layout.password(),
        environment_file=layout.client.environment,
        authentication_file=layout.client.authentication,
        control=ZoneControl(home),
        server=server,
        process=process,
    )


@contextlib.contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    if home is not None:
        yield home
        return
    folder = Path(tempfile.mkdtemp(prefix="lading-zone-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_zone(home: Path | None = None, *, settings: ZoneSettings | None = None) -> Iterator[RunningZone]:
    """Run a zone in this process; without a home its files vanish with it."""
    with _folder(home) as folder:
        server = ZoneServer(folder, settings=settings)
        server.start()
        try:
            yield _running(folder, server.port, server=server)
        finally:
            server.stop()


@contextlib.contextmanager
def zone_process(
    home: Path | None = None, *, port: int = 0, settings: ZoneSettings | None = None
) -> Iterator[RunningZone]:
    """Run a zone in a process of its own; it is stopped on leaving unless the test has killed it."""
    with _folder(home) as folder:
        process = start_process(folder, port=port, settings=settings)
        try:
            yield _running(folder, _listening_port(process), process=process)
        finally:
            stop_process(process)


def start_process(home: Path, *, port: int = 0, settings: ZoneSettings | None = None) -> subprocess.Popen[str]:
    """Start `python -m lading.zone`; its output is a pipe. Of the settings count those that are options."""
    options = options_of(settings or ZoneSettings())
    return subprocess.Popen(
        [sys.executable, "-m", "lading.zone", "--home", str(home), "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def _listening_port(process: subprocess.Popen[str]) -> int:
    """Read the port from the line that says that the zone listens."""
    if process.stdout is None:
        raise AssertionError
    for line in process.stdout:
        if line.startswith("listening on "):
            return int(line.rpartition(":")[2])
    message = f"the zone ended with {process.wait()} before it listened"
    raise RuntimeError(message)


def stop_process(process: subprocess.Popen[str]) -> None:
    """End a zone process cleanly, or after a while by force."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
