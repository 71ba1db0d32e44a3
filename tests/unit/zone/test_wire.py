"""Frames and packed messages."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest

from lading.zone.pi import Pi, bin_bytes_json, pack
from lading.zone.registry import Reply
from lading.zone.wire import MAX_HEADER, ConnectionEndedError, Stream, errors


def frame(kind: str, msg: bytes = b"", bs: bytes = b"", number: int = 0) -> bytes:
    header = (
        f"<MsgHeader_PI><type>{kind}</type><msgLen>{len(msg)}</msgLen><errorLen>0</errorLen><bsLen>{len(bs)}</bsLen>"
        f"<intInfo>{number}</intInfo></MsgHeader_PI>"
    ).encode()
    return len(header).to_bytes(4, "big") + header + msg + bs


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Stream]]:
    """Return a client's socket and the stream at its other end."""
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(5)
        yield here, Stream(there)


def test_what_follows_a_message_is_not_lost(pair: tuple[socket.socket, Stream]) -> None:
    """Three requests in one write are three requests."""
    client, stream = pair
    client.sendall(b"".join(frame("RODS_API_REQ", b"<A_PI></A_PI>", b"xyz", number) for number in (1, 2, 3)))

    assert [(1, b"xyz"), (2, b"xyz"), (3, b"xyz")] == [
        (request.int_info, bytes(request.bs)) for request in (stream.receive(), stream.receive(), stream.receive())
    ]


def test_a_large_byte_stream_arrives_whole(tmp_path: object) -> None:
    """Larger than any buffer, in the middle of other messages."""
    data = bytes(range(256)) * 1024

    class Wires:
        def makefile(self, mode: str, buffering: int) -> io.BufferedReader:
            raw = io.BytesIO(frame("RODS_API_REQ", b"m", data, 676) + frame("RODS_DISCONNECT"))
            return io.BufferedReader(raw, 16)  # type: ignore[type-var,arg-type,return-value,unused-ignore]

    stream = Stream(Wires())  # type: ignore[arg-type]

    assert data == bytes(stream.receive().bs)
    assert "RODS_DISCONNECT" == stream.receive().type


@pytest.mark.parametrize(
    "sent", [b"", b"\0\0", b"\0\0\0\0", (MAX_HEADER + 1).to_bytes(4, "big"), b"\0\0\0\4junk", frame("X", b"abc")[:-1]]
)
def test_what_is_no_message_ends_the_connection(pair: tuple[socket.socket, Stream], sent: bytes) -> None:
    """Nothing, too little, an impossible length, a header without a type, a body cut short."""
    client, stream = pair
    client.sendall(sent)
    client.shutdown(socket.SHUT_WR)

    with pytest.raises(ConnectionEndedError):
        stream.receive()


def test_an_error_part_without_entries_is_no_error_part() -> None:
    """Clients stumble over an empty one."""
    assert b"" == errors(())
    assert b"<count>1</count>" in errors(((0, "note"),))


def test_a_reply_goes_out_as_one_frame(pair: tuple[socket.socket, Stream]) -> None:
    """Header lengths and parts agree."""
    client, stream = pair

    stream.reply(Reply(-5, "<A_PI></A_PI>", b"bytes", ((0, "note"),)))

    other = Stream(client)
    request = other.receive()
    assert (-5, b"<A_PI></A_PI>", b"bytes") == (request.int_info, request.msg, bytes(request.bs))
    assert b"<msg>note</msg>" in request.error


@pytest.mark.parametrize("text", ["<&>\"'", "&amp;lt;", "tab\tbell\a", "üñí", ""])
def test_any_text_survives_packing(text: str) -> None:
    """Entities, control characters that no XML parser takes, other scripts, nothing."""
    assert text == Pi(pack("A_PI", ("value", text))).text("value")


def test_keywords_count_by_presence() -> None:
    """A keyword without a value is there all the same."""
    pi = Pi(
        "<KeyValPair_PI><ssLen>2</ssLen><keyWord>a</keyWord><keyWord>b</keyWord><svalue></svalue><svalue>1</svalue>"
    )

    assert {"a": "", "b": "1"} == Pi(pi.raw + "</KeyValPair_PI>").keywords


def test_a_json_document_may_end_in_a_nul() -> None:
    """C clients send one, and so does the zone."""
    assert {"a": "ü"} == Pi(bin_bytes_json({"a": "ü"})).json()
