"""
A small server of figures.

===========  ===========================================================  ==================
path         answer                                                       costs
===========  ===========================================================  ==================
/metrics     all figures                                                  a dozen statements
/healthz     200: this process lives                                      nothing
/readyz      200, or 503 and who does not answer                          one question each
===========  ===========================================================  ==================
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from lading.base.errors import BrokerUnreachable, UsageError
from lading.orchestration import broker
from lading.orchestration.ledger.clock import now
from lading.orchestration.metrics import Collector, exposition

log = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"


def listening(address: tuple[str, int], collector: Collector) -> Server:
    """Return a server that is bound to its address; raise `UsageError` where that cannot be."""
    try:
        return Server(address, collector)
    except OSError as error:
        raise UsageError(f"Nothing can listen at {address[0]}:{address[1]}: {error.strerror}") from error


class Server(ThreadingHTTPServer):
    """Answers while a slow scrape is under way, too."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], collector: Collector) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.collector = collector
        super().__init__(address, _Request)

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the signature of socketserver
        """Answer, and close what this thread asked the ledger by."""
        try:
            super().finish_request(request, client_address)
        finally:
            connection.close()


class _Request(BaseHTTPRequestHandler):
    server: Server
    timeout = 30

    def do_GET(self) -> None:
        if self.path.partition("?")[0] == "/metrics":
            self._answer(HTTPStatus.OK, exposition(self.server.collector), CONTENT_TYPE_PLAIN_0_0_4)
        elif self.path == "/healthz":
            self._answer(HTTPStatus.OK, b"ok\n")
        elif self.path == "/readyz":
            silent = list(who_is_silent())
            status = HTTPStatus.SERVICE_UNAVAILABLE if silent else HTTPStatus.OK
            self._answer(status, ("\n".join(silent or ["ok"]) + "\n").encode())
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"/metrics, /healthz, /readyz\n")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = _TEXT) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the signature of http.server
        """Log, where the server would print."""
        log.debug(format, *args)


def who_is_silent() -> Iterator[str]:
    """Yield a line for each service that does not answer."""
    try:
        now()
    except DatabaseError:
        yield "the ledger does not answer"
    try:
        with broker.translated():
            broker.client().ping()
    except BrokerUnreachable:
        yield "Redis does not answer"
