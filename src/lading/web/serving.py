"""Serves the application by uvicorn, in this process."""

from __future__ import annotations

from collections.abc import Sequence

import uvicorn

#: seconds that requests under way get once the server was told to end; event streams are cut off
_GRACE = 3


def server(proxies: Sequence[str]) -> uvicorn.Server:
    """Return what answers at sockets until SIGINT or SIGTERM, or until its `should_exit` is set."""
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
    return uvicorn.Server(described)
