"""`lading metrics`: figures for Prometheus."""

from __future__ import annotations

import sys

import click

from lading.base import config
from lading.base.errors import UsageError
from lading.cli.frame import err, open_ledger


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Serve /metrics, /healthz and /readyz there until told to stop.")
def metrics(listen: str | None) -> None:
    """Print figures of ledger, broker and workers as Prometheus reads them; nothing is started for it."""
    address = None if listen is None else _address(listen)
    open_ledger(waits=address is not None)
    from lading.orchestration.metrics import Collector, exposition

    if address is None:
        sys.stdout.buffer.write(exposition(Collector()))
        return
    from lading.cli import anew, metrics_server
    from lading.orchestration import logs

    logs.set_up(config.current())
    server = metrics_server.listening(address, Collector())
    with anew.making_way(server.shutdown), server:
        host, port = server.server_address[:2]
        err.print(f"Figures at http://{host!s}:{port}/metrics until Ctrl-C", soft_wrap=True)
        server.serve_forever(poll_interval=0.2)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004 - highest port
        raise UsageError(f"{text} is no address to listen at", hint="HOST:PORT, for example 127.0.0.1:9464")
    return host.strip("[]"), int(port)
