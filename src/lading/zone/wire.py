"""Framing: four bytes of length, an XML header, then message, error part and byte stream."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lading.zone.pi import escape

if TYPE_CHECKING:
    import io
    import socket

    from lading.zone.registry import Reply

#: longest header that a server accepts
MAX_HEADER = 1088
#: byte streams up to this size keep their buffer for the next request
KEPT_BUFFER = 8 * 1024 * 1024
_SMALL = 64 * 1024
_NUMBERS = re.compile(rb"<(msgLen|errorLen|bsLen|intInfo)>\s*(-?\d+)\s*<")
_TYPE = re.compile(rb"<type>\s*([A-Za-z_0-9-]+)\s*<")


class ConnectionEndedError(Exception):
    """The peer closed the connection, or sent what is no message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One message as it came in."""

    type: str
    int_info: int
    msg: bytes
    error: bytes
    bs: bytes | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What goes before a message; one message is nothing but a header, whose lengths are parameters of encryption."""

    type: str
    int_info: int
    msg_length: int
    error_length: int
    bs_length: int


class Stream:
    """
    One connection, message by message.

    The byte stream of a request lies in a buffer of the stream: it is valid until the next `receive`.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._file = cast("io.BufferedReader", connection.makefile("rb", buffering=_SMALL))
        self._buffer = bytearray()

    def receive(self) -> Request:
        """Return the next message; what follows it stays for the next call. Raises `ConnectionEndedError`."""
        head = self._header()
        if head.type == "HEARTBEAT" or min(head.msg_length, head.error_length, head.bs_length) < 0:
            return Request(type=head.type, int_info=head.int_info, msg=b"", error=b"", bs=b"")
        return Request(
            type=head.type,
            int_info=head.int_info,
            msg=self._exactly(head.msg_length),
            error=self._exactly(head.error_length),
            bs=self._bytes(head.bs_length),
        )

    def receive_parameters(self) -> Header:
        """Return the next message, which is nothing but a header."""
        return self._header()

    def _header(self) -> Header:
        length = int.from_bytes(self._exactly(4), "big")
        if not 0 < length <= MAX_HEADER:
            message = f"header of {length} bytes"
            raise ConnectionEndedError(message)
        header = self._exactly(length)
        found = _TYPE.search(header)
        if found is None:
            message = "header without a type"
            raise ConnectionEndedError(message)
        numbers = {name: int(value) for name, value in _NUMBERS.findall(header)}
        return Header(
            type=found[1].decode("ascii"),
            int_info=numbers.get(b"intInfo", 0),
            msg_length=numbers.get(b"msgLen", 0),
            error_length=numbers.get(b"errorLen", 0),
            bs_length=numbers.get(b"bsLen", 0),
        )

    def _exactly(self, size: int) -> bytes:
        if not size:
            return b""
        data = self._file.read(size)
        if data is None or len(data) < size:
            raise ConnectionEndedError
        return data

    def _bytes(self, size: int) -> bytes | memoryview:
        if size <= _SMALL:
            if len(self._buffer) > KEPT_BUFFER:
                self._buffer = bytearray()
            return self._exactly(size)
        if len(self._buffer) < size:
            self._buffer = bytearray(size)
        view = memoryview(self._buffer)[:size]
        filled = 0
        while filled < size:
            count = self._file.readinto(view[filled:])
            if not count:
                raise ConnectionEndedError
            filled += count
        return view

    def send(self, kind: str, int_info: int, msg: bytes = b"", error: bytes = b"", bs: Bytes = b"") -> None:
        """Send one message with as few writes as possible."""
        head = header(kind, int_info, len(msg), len(error), len(bs)) + msg + error
        if len(bs) <= _SMALL:
            self._socket.sendall(head + bytes(bs) if bs else head)
            return
        self._socket.sendall(head)
        self._socket.sendall(bs)

    def send_raw(self, data: bytes) -> None:
        """Send bytes that are no message."""
        self._socket.sendall(data)

    def reply(self, reply: Reply) -> None:
        """Answer one API request."""
        msg = reply.msg if isinstance(reply.msg, bytes) else reply.msg.encode("utf-8", "surrogateescape")
        self.send("RODS_API_REPLY", reply.status, msg, errors(reply.errors), reply.bs)


Bytes = bytes | bytearray | memoryview


def header(kind: str, int_info: int, msg: int, error: int, bs: int) -> bytes:
    """Return the length and header of one message."""
    text = (
        f"<MsgHeader_PI>\n<type>{kind}</type>\n<msgLen>{msg}</msgLen>\n<errorLen>{error}</errorLen>\n"
        f"<bsLen>{bs}</bsLen>\n<intInfo>{int_info}</intInfo>\n</MsgHeader_PI>\n"
    ).encode("ascii")
    return len(text).to_bytes(4, "big") + text


def errors(entries: tuple[tuple[int, str], ...]) -> bytes:
    """Pack the error part; none is no part, since clients stumble over an empty one."""
    if not entries:
        return b""
    inner = "".join(
        f"<RErrMsg_PI>\n<status>{code}</status>\n<msg>{escape(text)}</msg>\n</RErrMsg_PI>\n" for code, text in entries
    )
    return f"<RError_PI>\n<count>{len(entries)}</count>\n{inner}</RError_PI>\n".encode()
