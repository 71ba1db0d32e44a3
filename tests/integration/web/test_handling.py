"""The application as a server calls it: bodies that are too large, clients that go, files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from lading.web.asgi import application
from lading.web.flowing import _pieces, _threaded

MIB = 1 << 20


def scope(method: str, path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "root_path": "",
    }


def asked(method: str, path: str, received: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let the application answer; return what it sent."""
    coming, sent = list(received), []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(application(scope(method, path), receive, send))
    return sent


def piece(data: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": data, "more_body": more}


def test_a_body_is_taken_up_to_a_bound() -> None:
    """Whoever sends it; what comes after is not even read."""
    sent = asked("POST", "/api/v1/jobs", [piece(b"x" * MIB, more=True)] * 17)

    assert sent[0]["status"] == 413


def test_who_goes_before_the_body_ended_is_answered_nothing() -> None:
    """Nobody is there."""
    assert asked("POST", "/healthz", [piece(b"x", more=True), {"type": "http.disconnect"}]) == []


def test_a_file_of_a_page_is_sent_whole() -> None:
    """With its type, and for how long it is good."""
    start, *body = asked("GET", "/static/lading/icon.svg", [piece(b"", more=False)])
    headers = dict(start["headers"])

    assert (start["status"], headers[b"Content-Type"]) == (200, b"image/svg+xml")
    assert b"".join(part.get("body", b"") for part in body).startswith(b"<svg")
    assert b"max-age" in headers[b"Cache-Control"]


def test_what_lasts_ends_when_the_client_goes() -> None:
    """The generator is closed, wherever it was."""
    told: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                told.append("piece")
                yield b"piece"
                await asyncio.sleep(0)
        finally:
            told.append("closed")

    async def serve() -> None:
        sent = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message.get("body"):
                sent.set()

        response = StreamingHttpResponse(endless())
        await asyncio.wait_for(application._send_while_wanted(response, receive, send), 20)

    asyncio.run(serve())
    assert told[-1] == "closed"


def test_a_download_is_made_in_large_pieces() -> None:
    """Many small lines are few pieces, and none is lost; a generator that raises is not hidden."""
    lines = [b"%06d\n" % number for number in range(200_000)]

    async def gathered() -> list[bytes]:
        return [part async for part in _threaded(_pieces(iter(lines)))]

    pieces = asyncio.run(gathered())
    assert b"".join(pieces) == b"".join(lines)
    assert len(pieces) < 10
