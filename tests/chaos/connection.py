"""One connection through the proxy: two directions, each with a reader and a writer between which bytes are late."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tests.chaos.weather import Way, Weather

#: bytes of one read, and reads that may be under way in one direction: enough for any rate a loopback has
_READ = 1 << 18
_UNDER_WAY = 256
#: seconds' worth of bytes that are delivered together where they are slow
_GRAIN = 0.05
#: an immediate end: what is under way is dropped, and the other side is told so
_LINGER_NOT = struct.pack("ii", 1, 0)

_Late = asyncio.Queue[tuple[float, bytes]]


class Surroundings(Protocol):
    """What a connection asks of its proxy."""

    @property
    def target(self) -> int | Path:
        """Where it leads."""

    @property
    def weather(self) -> Weather:
        """How bytes travel right now."""

    def may_pass(self, way: Way, count: int) -> int:
        """Count bytes that are about to arrive; return how many may before the connection is reset."""


class Connection:
    """One connection; lives in the proxy's loop."""

    def __init__(self, near: socket.socket, around: Surroundings) -> None:
        self._near = near
        self._far = socket.socket(socket.AF_UNIX if isinstance(around.target, Path) else socket.AF_INET)
        self._around = around
        self._changed = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def start(self, ended: Callable[[], None]) -> None:
        """Begin; `ended` is called in the end."""
        self._work = asyncio.create_task(self._carry())
        self._work.add_done_callback(lambda _: ended())

    def notice(self) -> None:
        """Look at the weather again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def reset(self) -> None:
        """End it at once, so that both sides get an error."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work

    async def _carry(self) -> None:
        clean = False
        try:
            for end in (self._near, self._far):
                end.setblocking(False)
                if end.family == socket.AF_INET:
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().sock_connect(self._far, _peer(self._around.target))
            async with asyncio.TaskGroup() as ways:
                for way, source, sink in (
                    (Way.FORTH, self._near, self._far),
                    (Way.BACK, self._far, self._near),
                ):
                    late: _Late = asyncio.Queue(_UNDER_WAY)
                    ways.create_task(self._read(source, late))
                    ways.create_task(self._write(late, sink, way))
            clean = True
        except* OSError:
            pass
        finally:
            for end in (self._near, self._far):
                if not clean:
                    with contextlib.suppress(OSError):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
                end.close()

    async def _read(self, source: socket.socket, late: _Late) -> None:
        loop = asyncio.get_running_loop()
        data = b"-"
        while data:
            data = await loop.sock_recv(source, _READ)
            await late.put((loop.time(), data))

    async def _write(self, late: _Late, sink: socket.socket, way: Way) -> None:
        """Deliver one direction to its end, which is passed on when everything has arrived."""
        while True:
            came, data = await late.get()
            await self._wait_until(came)
            if not data:
                await self._passing()
                with contextlib.suppress(OSError):
                    sink.shutdown(socket.SHUT_WR)
                return
            while data:
                data = data[await self._deliver(data, sink, way) :]

    async def _deliver(self, data: bytes, sink: socket.socket, way: Way) -> int:
        """Deliver as much as goes at a time; return how much that was. Raises OSError where the connection is reset."""
        rate = await self._passing()
        part = data if rate == math.inf else data[: max(1, int(rate * _GRAIN))]
        allowed = self._around.may_pass(way, len(part))
        await asyncio.get_running_loop().sock_sendall(sink, part[:allowed])
        if allowed < len(part):
            raise ConnectionResetError
        if rate < math.inf:
            await self._pause(len(part) / rate)
        return len(part)

    async def _passing(self) -> float:
        """Return the bytes per second once any may pass."""
        while not (rate := self._around.weather.bytes_per_second):
            await self._changed.wait()
        return rate

    async def _wait_until(self, came: float) -> None:
        clock = asyncio.get_running_loop().time
        while (wait := came + self._around.weather.delay - clock()) > 0:
            await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        """Wait, or less if the weather changes."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)


def _peer(target: int | Path) -> str | tuple[str, int]:
    return str(target) if isinstance(target, Path) else ("127.0.0.1", target)
