"""`lading web`: serves the console and the API."""

from __future__ import annotations

import os
import socket
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lading.base import config
from lading.base.errors import UsageError
from lading.cli.frame import err, open_ledger

if TYPE_CHECKING:
    from lading.base.config import Settings

#: where people find it, unless that port is taken
_USUAL = ("127.0.0.1", 8420)

#: what the web needs beside the rest
_NEEDED = ("uvicorn", "ninja", "whitenoise", "django_htmx")


def is_installed() -> bool:
    """Say whether what the web needs is here: `lading[web]`."""
    return all(find_spec(name) for name in _NEEDED)


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; default: web.listen, else 127.0.0.1:8420.")
@click.option("--address-file", type=click.Path(path_type=Path), hidden=True, help="Write where it listens there.")
def web(listen: str | None, address_file: Path | None) -> None:
    """Serve the console and the API until told to stop; workers run elsewhere (`lading up` runs both)."""
    if not is_installed():
        raise UsageError("What the web needs is not installed", hint="pip install 'lading[web]'")
    settings = config.current()
    bound = _bound(listen or settings.web.listen, settings)
    open_ledger(waits=True)
    tell_first_password()
    address = address_of(bound)
    if address_file is not None:
        _write(address_file, address)
    err.print(f"Console and API at {settings.web.public_url or address} until Ctrl-C", soft_wrap=True)
    from lading.cli import anew
    from lading.orchestration import logs
    from lading.web import serving

    logs.set_up(settings)
    server = serving.server(settings.web.proxies)
    with anew.making_way(partial(setattr, server, "should_exit", True)):
        server.run(sockets=[bound])


def tell_first_password() -> None:
    """Make the first account where there is none, and say its password, this once."""
    from lading.accounts import people

    password = people.ensure_administrator()
    if password is not None:
        err.print(
            f"Sign in as [bold]{people.FIRST}[/] with the one-time password [bold]{password}[/]: it is shown this once"
        )


def address_of(bound: socket.socket) -> str:
    """Return the address of a socket as a browser has it."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(text: str | None, settings: Settings) -> socket.socket:
    """Return a socket that listens; raise `UsageError` where that cannot be, or would offer passwords in clear."""
    if text is None:
        return _listening(*_USUAL) or _listening(_USUAL[0], 0) or _cannot(f"{_USUAL[0]}:{_USUAL[1]}")
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not host or int(port) > 65535:  # noqa: PLR2004 - highest port
        raise UsageError(f"{text} is no address to listen at", hint="HOST:PORT, for example 127.0.0.1:8420")
    if host.strip("[]") not in {"127.0.0.1", "::1", "localhost"} and settings.web.public_url is None:
        raise UsageError(
            f"Whoever listens at {host} is reached from other machines",
            hint="Set web.public_url (LADING_WEB__PUBLIC_URL) to the address by which browsers come, best with https",
        )
    return _listening(host.strip("[]"), int(port)) or _cannot(text)


def _listening(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        return None
    return bound


def _cannot(text: str) -> socket.socket:
    raise UsageError(f"Nothing can listen at {text}: something else does, or the address is not of this machine")


def _write(path: Path, text: str) -> None:
    """Write a file that is there whole, or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text + "\n", encoding="ascii")
    fresh.replace(path)
