"""A PostgreSQL of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Certificate
from tests.not_run import not_run


@dataclass(frozen=True)
class Server:
    """A server on loopback that can be stopped and started."""

    folder: Path
    port: int
    #: settings of its own, as its command line has them
    options: str = ""

    @property
    def address(self) -> str:
        """Its address, without a database."""
        return f"postgresql://lading@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; return once it takes connections."""
        # a server that is killed loses nothing by this: what it wrote is the kernel's, and no test takes the power away
        unsynced = "-c fsync=off -c full_page_writes=off"
        options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 {unsynced} {self.options}"
        self._control("-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self) -> None:
        """Stop it as a crash would: nothing is put in order."""
        self._control("-m", "immediate", "-w", "stop")

    def make(self, database: str) -> str:
        """Make a database; return its address."""
        run(programs() / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "lading", database)
        return f"{self.address}/{database}"

    def _control(self, *words: str | Path) -> None:
        run(*as_user(self.folder), programs() / "pg_ctl", "-D", self.folder / "data", *words)


@contextmanager
def running(certificate: Certificate | None = None) -> Iterator[Server]:
    """Let a server run, by TLS if it has a certificate; the test is not run where there is no PostgreSQL."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="lading-postgresql-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder, port, "-c ssl=on" if certificate else "")
    user = as_user(folder)
    run(*user, programs() / "initdb", "-D", folder / "data", "-A", "trust", "-U", "lading", "--no-sync")
    if certificate is not None:
        _install(certificate, folder / "data")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _install(certificate: Certificate, data: Path) -> None:
    for file, name in ((certificate.certificate, "server.crt"), (certificate.key, "server.key")):
        shutil.copyfile(file, data / name)
        (data / name).chmod(0o600)
        shutil.chown(data / name, data.owner())


def programs() -> Path:
    """Return the folder of the server's programs."""
    found = shutil.which("initdb")
    folders = [*([Path(found).resolve().parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    whole = [folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl", "createdb"))]
    if not whole:
        not_run("no PostgreSQL server is installed (apt-get install postgresql)")
    return whole[-1]


def as_user(folder: Path) -> tuple[str, ...]:
    """Return what runs a command as somebody else: PostgreSQL refuses to run as root."""
    if os.getuid():
        return ()
    shutil.chown(folder, "postgres")
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


def run(*words: str | Path) -> None:
    """Run a command that has to go well."""
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60)
