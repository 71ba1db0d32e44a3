"""
Answers that are larger than memory should be: made piece by piece, as fast as the client takes them.

Django would gather the pieces of an ordinary generator before it sends the first one; a thread of its own for each such
answer makes them instead, and closes what it asked the ledger by.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

#: bytes of one piece: large enough that a million lines are a few thousand steps
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a browser makes of it."""

    name: str
    kind: str


def streamed(request: HttpRequest, parts: Iterator[bytes], download: Download) -> StreamingHttpResponse:
    """Return an answer that brings the parts as a file."""
    pieces = _pieces(parts)
    return StreamingHttpResponse(
        _threaded(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type=download.kind,
        headers={"Content-Disposition": f'attachment; filename="{download.name}"'},
    )


def iter_file(path: Path) -> Iterator[bytes]:
    """Return the pieces of a file; raise what is wrong with it before the first one is taken."""
    file = path.open("rb")

    def read() -> Iterator[bytes]:
        with file:
            while piece := file.read(_PIECE):
                yield piece

    return read()


def _pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Put small parts together."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


async def _threaded(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="download") as thread:
        try:
            while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
                yield piece
        finally:
            thread.submit(_close, pieces)  # in the thread whose connection it is


def _close(pieces: Iterator[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
    connection.close()
