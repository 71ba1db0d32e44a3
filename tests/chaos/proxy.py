"""
A network that a test can spoil: a proxy in a thread of its own, between one who connects and a server.

    with Proxy(1247) as proxy:
        proxy.weather = BLACK_HOLE
        proxy.refuse()
        proxy.reset_after(Way.FORTH, 1000)

The server may listen on a port of loopback or on a unix socket. What the test says holds from its next statement on.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.chaos.connection import Connection
from tests.chaos.weather import FAIR, Way, Weather

T = TypeVar("T")

#: connections that may wait to be taken
_BACKLOG = 128
#: seconds that the thread gets for what the test asks of it
_PATIENCE = 10.0

#: a port on loopback, or the path of a unix socket
Address = int | Path


class Proxy:
    """One port of loopback that stands for a server."""

    def __init__(self, target: Address) -> None:
        #: where new connections lead
        self.target = target
        #: bytes that arrived on the other side, of all connections
        self.carried: Counter[Way] = Counter()
        #: how many connections there have been
        self.connections = 0
        self._weather = FAIR
        self._open: set[Connection] = set()
        self._resets: dict[Way, int] = {}
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._loop = asyncio.new_event_loop()
        self._taking: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="chaos-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.accept()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._refuse())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()
        self._listener.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    @property
    def open(self) -> int:
        """How many connections there are now."""
        return len(self._open)

    @property
    def weather(self) -> Weather:
        """How bytes travel."""
        return self._weather

    @weather.setter
    def weather(self, weather: Weather) -> None:
        self._do(self._set(weather))

    def refuse(self) -> None:
        """Refuse new connections and reset those that are open: the server is gone."""
        self._do(self._refuse())

    def accept(self) -> None:
        """Take connections again."""
        self._do(self._accept())

    def reset(self) -> None:
        """Reset all open connections; new ones are taken."""
        self._do(self._reset())

    def reset_after(self, way: Way, count: int) -> None:
        """Reset the connection that carries the byte after the next `count` ones in a direction, once."""
        self._do(self._reset_after(way, count))

    @property
    def is_reset_due(self) -> bool:
        """Whether an ordered reset has not happened yet."""
        return bool(self._resets)

    def may_pass(self, way: Way, count: int) -> int:
        """Count bytes that are about to arrive; return how many may before the connection is reset."""
        left = self._resets.get(way)
        if left is not None and left < count:
            del self._resets[way]
            count = left
        elif left is not None:
            self._resets[way] = left - count
        self.carried[way] += count
        return count

    # --- in the thread -------------------------------------------------------------------------------------------

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    async def _set(self, weather: Weather) -> None:
        self._weather = weather
        for connection in self._open:
            connection.notice()

    async def _reset_after(self, way: Way, count: int) -> None:
        self._resets[way] = count

    async def _reset(self) -> None:
        for connection in list(self._open):
            await connection.reset()

    async def _accept(self) -> None:
        if self._taking is None:
            self._listener.listen(_BACKLOG)
            self._taking = asyncio.create_task(self._take())

    async def _refuse(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None
            # the port stays this proxy's: nobody else gets it meanwhile, and connecting is refused
            self._listener.shutdown(socket.SHUT_RDWR)
        await self._reset()

    async def _take(self) -> None:
        while True:
            near, _ = await self._loop.sock_accept(self._listener)
            self.connections += 1
            connection = Connection(near, self)
            self._open.add(connection)
            connection.start(self._forgetting(connection))

    def _forgetting(self, connection: Connection) -> Callable[[], None]:
        return lambda: self._open.discard(connection)
