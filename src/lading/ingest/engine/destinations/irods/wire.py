"""One authenticated connection: requests go out, replies come back, the token is asked all the while."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from lading.base.cancellation import Token
from lading.base.errors import ConnectionLost
from lading.ingest.engine.destinations.irods.codes import error_of
from lading.ingest.engine.destinations.irods.packing import GOODBYE, Request

#: how long one wait on the socket lasts before the token is asked again, in seconds
SLICE = 1.0
_SHORTEST = 0.01
_AT_ONCE = 1 << 16
_HEADER = re.compile(
    rb"<type>(\w+)</type>\s*<msgLen>(\d+)</msgLen>\s*<errorLen>(\d+)</errorLen>"
    rb"\s*<bsLen>(\d+)</bsLen>\s*<intInfo>(-?\d+)</intInfo>"
)
_ERROR_TEXT = re.compile(rb"<msg>(.*?)</msg>", re.DOTALL)
#: a server that removes a collection's objects one by one says so every ten of them, and waits for these four bytes
_PROGRESS, _GO_ON = 99_999_996, struct.pack(">i", 99_999_997)
#: a longer header is no header: the other side does not speak iRODS
_LONGEST_HEADER = 1088


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered: a status (negative: an error; else perhaps a value), and a message."""

    status: int
    message: bytes
    error: bytes

    def checked(self, subject: str) -> Reply:
        """Return itself, or raise the error that the status stands for."""
        if self.status < 0:
            raise error_of(self.status, subject, self.detail())
        return self

    def detail(self) -> str:
        """Return the server's own words on an error, "" if there are none."""
        words = [match[1].decode(errors="replace").strip() for match in _ERROR_TEXT.finditer(self.error)]
        return unescape("; ".join(filter(None, words)))


@dataclass(slots=True)
class Wait:
    """How long one exchange may take, and who may end it before."""

    token: Token
    until: float

    def go_on(self) -> None:
        """Return if there is time left and the work may go on; raise `Cancelled` or `TimeoutError` otherwise."""
        self.token.check()
        if time.monotonic() > self.until:
            raise TimeoutError("the server took too long")


class Wire:
    """
    A connection after its login. One thread at a time may use it.

    Any trouble on the way closes it: a connection on which a reply is owed can never be used again.
    """

    def __init__(self, opened: socket.socket, peer: str, version: tuple[int, ...]) -> None:
        self.peer = peer
        self.version = version
        self.born = time.monotonic()
        self.last_used = self.born
        self.closed = False
        self._socket = opened
        self._inbox = bytearray()
        self._secured = isinstance(opened, ssl.SSLSocket)
        self._slice = SLICE
        opened.settimeout(SLICE)
        if opened.family != socket.AF_UNIX:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def exchange(self, request: Request, token: Token, seconds: float) -> Reply:
        """Send one request and return its reply; raise `Cancelled`, or `ConnectionLost` if the outcome is unknown."""
        return self.exchange_all([request], token, seconds)[0]

    def exchange_all(self, requests: list[Request], token: Token, seconds: float) -> list[Reply]:
        """Send all requests, then read all replies."""
        token.check()
        wait = Wait(token, time.monotonic() + seconds)
        self._ask_again_in(min(token.remaining, seconds))
        try:
            for request in requests:
                self._send(request, wait)
            replies = [self._last_reply(wait) for _ in requests]
        except (OSError, ValueError) as error:
            self.close()
            raise ConnectionLost(f"{self.peer}: {error or type(error).__name__}") from error
        except BaseException:
            self.close()
            raise
        self.last_used = time.monotonic()
        return replies

    def is_fresh(self, oldest: float, longest_idle: float) -> bool:
        """Say whether it may be used again: open, young, recently used, and silent, as it must be between requests."""
        now = time.monotonic()
        if self.closed or now - self.born > oldest or now - self.last_used > longest_idle:
            return False
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def leave(self) -> None:
        """Say goodbye and close."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self._socket.sendall(GOODBYE)
        self.close()

    def close(self) -> None:
        """Close without a word."""
        self.closed = True
        with contextlib.suppress(OSError):
            self._socket.close()

    def _pause(self, wait: Wait) -> None:
        """Go on waiting if that is still allowed."""
        wait.go_on()
        self._ask_again_in(min(wait.token.remaining, wait.until - time.monotonic()))

    def _ask_again_in(self, remaining: float) -> None:
        """Wait on the socket no longer than the permission surely holds, nor than a slice."""
        slice_ = min(SLICE, max(remaining, _SHORTEST))
        if slice_ != self._slice:
            self._slice = slice_
            self._socket.settimeout(slice_)

    def _send(self, request: Request, wait: Wait) -> None:
        head = request.head()
        if not request.stream:
            self._push([memoryview(head)], wait)
        elif self._secured and request.stream_size < _AT_ONCE:
            self._push([memoryview(b"".join((head, *request.stream)))], wait)
        else:
            self._push([memoryview(head), *(memoryview(part) for part in request.stream)], wait)

    def _push(self, parts: list[memoryview], wait: Wait) -> None:
        send: Callable[[list[memoryview]], int] = self._send_first if self._secured else self._send_parts
        while parts:
            try:
                sent = send(parts)
            except TimeoutError:
                self._pause(wait)
                continue
            while parts and sent >= len(parts[0]):
                sent -= len(parts.pop(0))
            if parts:
                parts[0] = parts[0][sent:]

    def _send_first(self, parts: list[memoryview]) -> int:
        """Send what TLS takes: it knows no vectors."""
        return self._socket.send(parts[0])

    def _send_parts(self, parts: list[memoryview]) -> int:
        return self._socket.sendmsg(parts)

    def _last_reply(self, wait: Wait) -> Reply:
        """Read the reply, and whatever a server says of its progress before."""
        while (reply := self._reply(wait)).status == _PROGRESS:
            wait.token.check()
            self._push([memoryview(_GO_ON)], wait)
        return reply

    def _reply(self, wait: Wait) -> Reply:
        size = struct.unpack(">i", self._take(4, wait))[0]
        if not 0 < size <= _LONGEST_HEADER:
            raise ValueError("the answer is not iRODS's")
        header = _HEADER.search(self._take(size, wait))
        if header is None:
            raise ValueError("the answer is not iRODS's")
        message = self._take(int(header[2]), wait)
        error = self._take(int(header[3]), wait)
        self._take(int(header[4]), wait)
        return Reply(int(header[5]), message, error)

    def _take(self, size: int, wait: Wait) -> bytes:
        inbox = self._inbox
        while len(inbox) < size:
            try:
                received = self._socket.recv(_AT_ONCE)
            except TimeoutError:
                self._pause(wait)
                continue
            if not received:
                raise ConnectionResetError("the server closed the connection")
            inbox += received
        taken = bytes(inbox[:size])
        del inbox[:size]
        return taken
