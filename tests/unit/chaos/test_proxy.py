"""The proxy does to a connection what a test says, and nothing else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.chaos.proxy import Proxy
from tests.chaos.weather import BLACK_HOLE, FAIR, Way, Weather

#: seconds in which nothing arriving counts as nothing at all
SILENCE = 0.3


@contextmanager
def echoing(listener: socket.socket) -> Iterator[None]:
    """Send everything back that comes, over each connection."""

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(65536):
                connection.sendall(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    listener.listen()
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Return a proxy before a server that sends everything back."""
    listener = socket.create_server(("127.0.0.1", 0))
    with echoing(listener), Proxy(listener.getsockname()[1]) as proxy:
        yield proxy


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def received(connection: socket.socket, count: int) -> bytes:
    """Return the next `count` bytes, or fewer where the other side closes."""
    data = b""
    while len(data) < count and (more := connection.recv(count - len(data))):
        data += more
    return data


def echoed(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    return received(connection, len(data))


def echoed_for_ever(connection: socket.socket) -> None:
    while True:
        echoed(connection, b"01234567")


def test_in_fair_weather_every_byte_passes_and_is_counted(proxy: Proxy) -> None:
    """In both directions; so does the end."""
    data = b"x" * 300_000
    with closing(connected(proxy)) as connection:
        sending = threading.Thread(target=connection.sendall, args=(data,))
        sending.start()
        assert data == received(connection, len(data))
        sending.join()
        connection.shutdown(socket.SHUT_WR)
        assert b"" == connection.recv(1)

    assert {Way.FORTH: len(data), Way.BACK: len(data)} == dict(proxy.carried)
    assert 1 == proxy.connections


def test_it_leads_to_a_unix_socket_as_well(tmp_path: Path) -> None:
    """As that of the embedded Redis."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "socket"))
    with echoing(listener), Proxy(tmp_path / "socket") as proxy, closing(connected(proxy)) as connection:
        assert b"hello" == echoed(connection, b"hello")


def test_delayed_bytes_are_late_and_not_slow(proxy: Proxy) -> None:
    """A request and its reply take twice the delay, however many there are at a time."""
    with closing(connected(proxy)) as connection:
        assert b"a" == echoed(connection, b"a")
        proxy.weather = Weather(delay=0.2)
        began = time.monotonic()
        for letter in b"abcdefghij":
            connection.sendall(bytes([letter]))
        assert b"abcdefghij" == received(connection, 10)

    assert 0.4 <= time.monotonic() - began < 2.0


def test_slow_bytes_arrive_one_after_the_other(proxy: Proxy) -> None:
    """The rate holds for each direction."""
    with closing(connected(proxy)) as connection:
        proxy.weather = Weather(bytes_per_second=1_000)
        began = time.monotonic()
        assert b"x" * 400 == echoed(connection, b"x" * 400)

    assert time.monotonic() - began >= 0.3


def test_a_black_hole_says_nothing_until_it_ends(proxy: Proxy) -> None:
    """An open connection stays open; what was sent arrives in the end."""
    with closing(connected(proxy)) as connection:
        proxy.weather = BLACK_HOLE
        connection.sendall(b"hello")
        connection.settimeout(SILENCE)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        proxy.weather = FAIR
        assert b"hello" == received(connection, 5)


def test_a_black_hole_takes_new_connections_and_answers_none(proxy: Proxy) -> None:
    """As a server that hangs."""
    proxy.weather = BLACK_HOLE
    with closing(connected(proxy)) as connection:
        connection.settimeout(SILENCE)
        with pytest.raises(TimeoutError):
            echoed(connection, b"hello")


def test_who_is_refused_knows_at_once_and_may_come_back_later(proxy: Proxy) -> None:
    """Open connections are reset; the port stays the proxy's."""
    with closing(connected(proxy)) as connection:
        echoed(connection, b"hello")
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        with pytest.raises(ConnectionRefusedError):
            connected(proxy)
    assert 0 == proxy.open
    proxy.accept()
    with closing(connected(proxy)) as connection:
        assert b"again" == echoed(connection, b"again")


def test_open_connections_can_be_reset_while_new_ones_are_taken(proxy: Proxy) -> None:
    """A moment's failure."""
    with closing(connected(proxy)) as connection:
        echoed(connection, b"hello")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with closing(connected(proxy)) as connection:
        assert b"again" == echoed(connection, b"again")


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_reset_comes_after_the_byte_that_was_named_and_only_once(proxy: Proxy, way: Way, count: int) -> None:
    """Bytes of all connections count from when it was ordered."""
    with closing(connected(proxy)) as connection:
        proxy.reset_after(way, count)
        with pytest.raises(ConnectionError):
            echoed_for_ever(connection)
    assert count == proxy.carried[way]
    assert not proxy.is_reset_due
    with closing(connected(proxy)) as connection:
        assert b"01234567" == echoed(connection, b"01234567")


def test_new_connections_lead_where_the_target_is_by_then(proxy: Proxy) -> None:
    """As after a failover."""
    listener = socket.create_server(("127.0.0.1", 0))
    with echoing(listener):
        proxy.target = listener.getsockname()[1]
        proxy.reset()
        with closing(connected(proxy)) as connection:
            assert b"other" == echoed(connection, b"other")


def test_a_server_that_is_gone_is_a_reset(proxy: Proxy) -> None:
    """The proxy itself is there, so connecting succeeds."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxy.target = nobody.getsockname()[1]
        with pytest.raises(ConnectionResetError), closing(connected(proxy)) as connection:
            connection.recv(1)
