"""The other end of a connection, played by a thread."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_SIZES = re.compile(rb"<msgLen>(\d+)</msgLen><errorLen>0</errorLen><bsLen>(\d+)</bsLen><intInfo>(-?\d+)</intInfo>")


def reply(status: int = 0, message: bytes = b"", error: bytes = b"") -> bytes:
    """Return a reply as servers send it."""
    header = (
        b"<MsgHeader_PI>\n<type>RODS_API_REPLY</type>\n<msgLen>%d</msgLen>\n<errorLen>%d</errorLen>\n"
        b"<bsLen>0</bsLen>\n<intInfo>%d</intInfo>\n</MsgHeader_PI>\n"
    ) % (len(message), len(error), status)
    return struct.pack(">i", len(header)) + header + message + error


@dataclass(slots=True)
class Server:
    """Reads requests whole and answers as `answer` says."""

    end: socket.socket
    answer: Callable[[Server, int], None]
    received: list[tuple[int, bytes]] = field(default_factory=list)

    def run(self) -> None:
        """Serve until the client is gone."""
        try:
            while True:
                size = struct.unpack(">i", self._take(4))[0]
                sizes = _SIZES.search(self._take(size))
                assert sizes is not None
                self._take(int(sizes[1]))
                self.received.append((int(sizes[3]), self._take(int(sizes[2]))))
                self.answer(self, int(sizes[3]))
        except OSError:
            return
        finally:
            self.end.close()

    def _take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.end.recv(min(size - len(data), 1 << 20))
            if not more:
                raise ConnectionResetError
            data += more
        return data


@contextmanager
def serving(
    answer: Callable[[Server, int], None], secure: Callable[[socket.socket], socket.socket] | None = None
) -> Iterator[tuple[socket.socket, Server]]:
    """Yield the client's end (not yet secured) and the server."""
    client, end = socket.socketpair()
    server = Server(end, answer)

    def run() -> None:
        if secure is not None:
            server.end = secure(end)
        server.run()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield client, server
    finally:
        client.close()
        thread.join()


def good(server: Server, _api: int) -> None:
    """Answer that all went well."""
    server.end.sendall(reply())
