"""Which addresses count as of the internet, and that nothing else is connected to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from lading.orchestration.notifications import public
from lading.orchestration.notifications.public import NotPublic, PublicConnection
from tests.receiving import webhook

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_public(address: str) -> None:
    """Loopback, networks of a house, of a cloud, of no one; also where one stands within another."""
    assert not public.is_public(ip_address(address))
    with pytest.raises(NotPublic):
        public.refuse_literal(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_outside_is(address: str) -> None:
    """Nothing is wrong with it."""
    assert public.is_public(ip_address(address))
    public.refuse_literal(address)


@pytest.mark.parametrize("name", ["localhost", "localhost.", "a.LOCALHOST"])
def test_this_machine_by_name_is_refused_at_once(name: str) -> None:
    """Other names are looked at when they are connected to."""
    with pytest.raises(NotPublic):
        public.refuse_literal(name)
    public.refuse_literal("hooks.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1"])
def test_nothing_inside_is_connected_to_however_it_is_written(host: str) -> None:
    """The address that a name leads to is what counts; the receiver hears nothing."""
    with webhook() as hook:
        connection = PublicConnection(host, hook.port, seconds=2, tls=None)
        with pytest.raises(NotPublic):
            connection.request("POST", "/", body=b"{}")
        assert [] == hook.posts


def test_one_address_of_a_name_inside_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns a name cannot mix in an address of ours."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_how: found)
    with pytest.raises(NotPublic):
        PublicConnection("hooks.example", 443, seconds=1, tls=None).connect()
