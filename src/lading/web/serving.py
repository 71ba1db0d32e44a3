"""Serves the application by uvicorn, in this process."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import uvicorn

#: seconds that requests under way get once the server was told to end; event streams are cut off
_GRACE = 3


def serve(bound: socket.socket, proxies: Sequence[str]) -> None:
    """Answer at a socket until SIGINT or SIGTERM."""
    described = uvicorn.Config(
        "lading.web.asgi:application",
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=_GRACE,
    )
    uvicorn.Server(described).run(sockets=[bound])
