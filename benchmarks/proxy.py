"""
A TCP proxy on 127.0.0.1 that delivers all bytes later: `python -m benchmarks.proxy PORT SECONDS`.

Prints the port it listens on. Each direction waits SECONDS, so a request and its reply take twice that longer. Bytes
are late, not slow: any number of them may be under way.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

#: bytes of one read, and reads that may be under way in one direction: enough for any rate a loopback has
_READ = 1 << 18
_UNDER_WAY = 256

_Late = asyncio.Queue[tuple[float, bytes]]


async def serve(port: int, seconds: float) -> None:
    """Serve until cancelled."""

    async def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_deliver(near, forth, seconds), _deliver(far, back, seconds))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _deliver(source: asyncio.StreamReader, sink: asyncio.StreamWriter, seconds: float) -> None:
    """Carry one direction to its end; whoever closes first closes both ways once everything has arrived."""
    late: _Late = asyncio.Queue(_UNDER_WAY)
    writing = asyncio.create_task(_write(late, sink))
    clock = asyncio.get_running_loop().time
    data = b"-"
    while data:
        try:
            data = await source.read(_READ)
        except ConnectionError:
            data = b""
        await late.put((clock() + seconds, data))
    await writing


async def _write(late: _Late, sink: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    broken = False
    while True:
        due, data = await late.get()
        if (wait := due - clock()) > 0:
            await asyncio.sleep(wait)
        if not data:
            break
        try:
            if not broken:
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            broken = True  # go on taking, or the reading side would wait for ever
    sink.close()
    with suppress(ConnectionError):
        await sink.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
