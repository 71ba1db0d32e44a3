"""
How a request is answered: in one of a few threads that keep their connection to the ledger, from its first byte to its last.

Django's own way would give each request a thread, and a connection, of its own, and change between thread and event loop at
each middleware. Here the event loop takes what was asked for, and sends the answer; what lasts is made by the loop alone, so that
an event stream holds neither thread nor connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

#: requests that are answered at a time; each thread has a connection to the ledger
_THREADS = 8
#: bytes of a body that are kept in memory, and that are taken at all
_IN_MEMORY = 1 << 20
_LONGEST_BODY = 16 << 20


class TooLarge(Exception):  # noqa: N818 - it is answered at once
    """The body is longer than anything that is sent here."""


class Handler(ASGIHandler):
    """The application."""

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()  # its own would load the middleware for coroutines
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="web")

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            with await self.read_body(receive) as body:
                await self._in_a_thread(scope, body, receive, send)
        except RequestAborted:
            return
        except TooLarge:
            await self.send_response(HttpResponse("The body is too large\n", status=413), send)

    async def _in_a_thread(self, scope: Scope, body: IO[bytes], receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, self._answer, scope, body)
        try:
            if response.streaming:
                await self._send_while_wanted(response, receive, send)
            else:
                await self.send_response(response, send)
        finally:
            await loop.run_in_executor(self._threads, response.close)

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = type(self)  # noqa: SLF001 - as Django's handlers do
        if response.streaming and not response.is_async:
            return _gathered(response)
        whole: HttpResponseBase = response
        return whole

    async def _send_while_wanted(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send what is made piece by piece, until the client has gone."""
        sending = asyncio.create_task(self.send_response(response, send))
        gone = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait([sending, gone], return_when=asyncio.FIRST_COMPLETED)
        finally:  # also where the server ends
            for task in (gone, sending):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, RequestAborted):
                await gone
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """Return the body; raise `TooLarge` before more of it is taken than anybody needs, `RequestAborted` if it ends."""
        body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+b")  # noqa: SIM115 - who asks closes it
        while True:
            message = await receive()
            body.write(message.get("body", b""))
            if message["type"] == "http.disconnect" or body.tell() > _LONGEST_BODY:
                body.close()
                raise RequestAborted if message["type"] == "http.disconnect" else TooLarge
            if not message.get("more_body", False):
                body.seek(0)
                return body


def _gathered(response: StreamingHttpResponse) -> HttpResponse:
    """Return a file that a page loads as one piece: they are small, and the event loop reads no files."""
    whole = HttpResponse(response.getvalue(), status=response.status_code)
    whole.headers = response.headers
    whole.cookies = response.cookies
    response.close()
    return whole
