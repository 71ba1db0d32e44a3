"""A pgbouncer of the tests' own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.acceptance.conftest import wait_for
from tests.acceptance.postgresql import as_user
from tests.acceptance.standing import answers
from tests.not_run import not_run

#: what docs/howto/sizing.md names, and what a test needs
_SETTINGS = """[databases]
{name} = host=127.0.0.1 port={port} dbname={name} user=lading application_name=pooled

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 500
pidfile =
logfile = {folder}/log
"""


@contextmanager
def pooled(database: str, *, connections: int) -> Iterator[str]:
    """Let a pool run that lends so many connections, each for a transaction; give its address."""
    program = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    if program is None:
        not_run("pgbouncer is not installed (apt-get install pgbouncer)")
    folder = Path(tempfile.mkdtemp(prefix="lading-pgbouncer-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()[1]
    address = urlsplit(database)
    name = address.path.strip("/")
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        _SETTINGS.format(name=name, port=address.port, listen=listen, connections=connections, folder=folder)
    )
    # it refuses to run as root
    process = subprocess.Popen([*as_user(folder), program, str(settings)], stdin=subprocess.DEVNULL, cwd="/")
    try:
        wait_for(lambda: answers(listen))
        yield f"postgresql://lading@127.0.0.1:{listen}/{name}"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)
