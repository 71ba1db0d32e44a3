"""
Connections to addresses of the internet alone: for webhooks whose address nobody but their owner has looked at.

What is checked is what is connected to: a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: IPv4 addresses that a gateway reaches by IPv6 (RFC 6052, RFC 8215)
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class NotPublic(ValueError):  # noqa: N818 - says what is the matter
    """The address is of this machine or this network, and nobody listed it."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is one of the internet, also where one stands within another."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast


def refuse_literal(host: str) -> None:
    """Raise `NotPublic` for an address in digits that is none of the internet, or a name of this machine."""
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        if host.rstrip(".").lower() == "localhost" or host.rstrip(".").lower().endswith(".localhost"):
            raise NotPublic("localhost is this machine") from None
        return
    if not is_public(address):
        raise NotPublic(f"{host} is no address of the internet")


class PublicConnection(http.client.HTTPConnection):
    """Connects to an address of the internet, or raises `NotPublic`."""

    def __init__(self, host: str, port: int, *, seconds: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=seconds)
        self._tls, self._seconds = tls, seconds

    def connect(self) -> None:
        """Connect to the first address that answers; all that the name has must be public."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not all(is_public(ip_address(one.partition("%")[0])) for one in addresses):
            raise NotPublic(f"{self.host} leads to this network, and nobody listed it in allowed.webhooks")
        plain = _first_of(addresses, self.port, self._seconds)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host) if self._tls else plain


def _first_of(addresses: list[str], port: int, seconds: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), seconds)
