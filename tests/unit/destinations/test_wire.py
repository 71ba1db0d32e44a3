"""One exchange over one connection: whole replies, deadlines, tokens, and what breaks."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from pathlib import Path

import pytest

from lading.base.cancellation import Switch, Unlimited
from lading.base.errors import Cancelled, ConnectionLost
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.destinations.irods.wire import Wire
from tests.unit.destinations.scripted_server import Server, good, reply, serving

PUT = Request(Api.DATA_OBJ_PUT, b"<message/>", (b"some ", b"bytes"))
CERTIFICATE = Path(__file__).with_name("tls.pem")
VERSION = (5, 0, 2)


def wire_on(client: socket.socket) -> Wire:
    return Wire(client, "zone.example:1247", VERSION)


def test_message_and_bytes_arrive_and_the_reply_is_read() -> None:
    """Status, message and the server's own words."""

    def answer(server: Server, _api: int) -> None:
        server.end.sendall(reply(-818000, b"<x/>", b"<RError_PI><msg>no &amp; no</msg></RError_PI>"))

    with serving(answer) as (client, server):
        replied = wire_on(client).exchange(PUT, Unlimited(), 5)
        assert [(606, b"some bytes")] == server.received
        assert (-818000, b"<x/>", "no & no") == (replied.status, replied.message, replied.detail())


def test_a_reply_in_pieces_is_put_together() -> None:
    """Servers write header, message and errors one by one."""

    def answer(server: Server, _api: int) -> None:
        for byte in reply(7, b"<message/>"):
            server.end.sendall(bytes([byte]))

    with serving(answer) as (client, _):
        replied = wire_on(client).exchange(PUT, Unlimited(), 5)
        assert (7, b"<message/>") == (replied.status, replied.message)


def test_progress_is_acknowledged_and_is_not_the_reply() -> None:
    """A server that removes a tree object by object waits for an answer every ten of them, and goes on after it."""
    heard: list[bytes] = []

    def answer(server: Server, _api: int) -> None:
        for _ in range(2):
            server.end.sendall(reply(99_999_996, b"<CollOprStat_PI><filesCnt>10</filesCnt></CollOprStat_PI>"))
            heard.append(server.end.recv(4))
        server.end.sendall(reply(-818000, b"<x/>"))

    with serving(answer) as (client, _):
        wire = wire_on(client)
        assert -818000 == wire.exchange(Request(Api.RM_COLL, b"<m/>"), Unlimited(), 5).status
        assert [struct.pack(">i", 99_999_997)] * 2 == heard
        assert wire.is_fresh(60, 60)


def test_several_requests_are_sent_before_the_replies_are_read() -> None:
    """Replies come in the order of the requests."""

    def answer(server: Server, api: int) -> None:
        if api == Api.DATA_OBJ_WRITE:
            server.end.sendall(reply(1) + reply(2))

    requests = [Request(Api.DATA_OBJ_LSEEK, b""), Request(Api.DATA_OBJ_WRITE, b"")]
    with serving(answer) as (client, _):
        assert [1, 2] == [got.status for got in wire_on(client).exchange_all(requests, Unlimited(), 5)]


def test_large_data_arrive_whole() -> None:
    """More than the socket takes at once."""
    data = bytes(range(256)) * 32_768
    with serving(good) as (client, server):
        wire_on(client).exchange(Request(Api.DATA_OBJ_WRITE, b"<m/>", (memoryview(data), b"end")), Unlimited(), 30)
        assert data + b"end" == server.received[0][1]


@pytest.mark.parametrize("size", [10, 8_000_000])
def test_data_arrive_through_tls(size: int) -> None:
    """Small ones in one record with the message, large ones by themselves."""
    data = b"\xa5" * size
    serverside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serverside.load_cert_chain(CERTIFICATE)
    clientside = ssl.create_default_context(cafile=str(CERTIFICATE))
    clientside.check_hostname = False
    with serving(good, lambda end: serverside.wrap_socket(end, server_side=True)) as (client, server):
        secured = clientside.wrap_socket(client)
        wire_on(secured).exchange(Request(Api.DATA_OBJ_WRITE, b"<m/>", (data,)), Unlimited(), 30)
        assert data == server.received[0][1]
        secured.close()


def test_a_token_that_is_off_keeps_the_request_back() -> None:
    """And the connection stays good."""
    switch = Switch()
    switch.cancel("stopped")
    with serving(good) as (client, server):
        wire = wire_on(client)
        with pytest.raises(Cancelled):
            wire.exchange(PUT, switch, 5)
        assert [] == server.received
        assert not wire.closed


def test_a_token_turned_off_ends_the_wait_for_a_reply() -> None:
    """Within about a second the connection is closed: a reply is owed on it."""
    switch = Switch()
    with serving(lambda _server, _api: None) as (client, _):
        wire = wire_on(client)
        threading.Timer(0.2, switch.cancel, ["lease lost"]).start()
        began = time.monotonic()
        with pytest.raises(Cancelled, match="lease lost"):
            wire.exchange(PUT, switch, 60)
        assert time.monotonic() - began < 3
        assert wire.closed


class ShortLease:
    """Holds for a tenth of a second."""

    def __init__(self) -> None:
        self.end = time.monotonic() + 0.1

    def check(self) -> None:
        if self.remaining <= 0:
            raise Cancelled("the lease ran out")

    @property
    def remaining(self) -> float:
        return self.end - time.monotonic()


def test_no_wait_outlasts_the_lease() -> None:
    """The socket is looked at again when the lease may end, not a whole slice later."""
    with serving(lambda _server, _api: None) as (client, _):
        began = time.monotonic()
        with pytest.raises(Cancelled):
            wire_on(client).exchange(PUT, ShortLease(), 60)
        assert time.monotonic() - began < 0.5


def test_a_reply_that_does_not_come_is_a_lost_connection() -> None:
    """At the deadline the outcome is unknown."""
    with serving(lambda _server, _api: None) as (client, _):
        wire = wire_on(client)
        with pytest.raises(ConnectionLost, match=r"zone\.example:1247"):
            wire.exchange(PUT, Unlimited(), 0.5)
        assert wire.closed


@pytest.mark.parametrize(
    "answer",
    [b"", reply()[:20], b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x05hello", b"\xff\xff\xff\xff"],
    ids=["nothing", "half", "web server", "no header", "negative length"],
)
def test_a_broken_reply_is_a_lost_connection(answer: bytes) -> None:
    """Closed, cut off, or not iRODS at all."""

    def break_off(server: Server, _api: int) -> None:
        server.end.sendall(answer)
        server.end.close()

    with serving(break_off) as (client, _):
        wire = wire_on(client)
        with pytest.raises(ConnectionLost):
            wire.exchange(PUT, Unlimited(), 5)
        assert wire.closed


def test_a_connection_the_server_closed_is_not_fresh() -> None:
    """Nor is one that is too old or was idle for too long."""
    with serving(good) as (client, server):
        wire = wire_on(client)
        wire.exchange(PUT, Unlimited(), 5)
        assert wire.is_fresh(oldest=60, longest_idle=60)
        assert not wire.is_fresh(oldest=0, longest_idle=60)
        assert not wire.is_fresh(oldest=60, longest_idle=0)
        server.end.shutdown(socket.SHUT_RDWR)
        assert not wire.is_fresh(oldest=60, longest_idle=60)


def test_a_goodbye_is_sent_once() -> None:
    """A closed connection says nothing more."""
    with serving(good) as (client, server):
        wire = wire_on(client)
        wire.exchange(PUT, Unlimited(), 5)
        wire.leave()
        wire.leave()
    assert [606, 0] == [api for api, _ in server.received]
