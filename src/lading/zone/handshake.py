"""From a new connection to an agent: startup, negotiation, TLS on the same socket, version."""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING

from lading.zone.agent import Agent
from lading.zone.codes import Code
from lading.zone.negotiation import Agreement, Policy, answered
from lading.zone.pi import Pi, pack
from lading.zone.wire import ConnectionEndedError

if TYPE_CHECKING:
    import socket

    from lading.zone.state import Tls, ZoneSettings
    from lading.zone.wire import Stream

#: what a client puts at the end of its `option` to negotiate
_NEGOTIATE = "request_server_negotiation"
_AGREED_STATUS = 1
#: seconds that a client has for each step of TLS
_PATIENCE = 30.0
_GOODBYE_SECONDS = 2.0


def shake_hands(stream: Stream, settings: ZoneSettings) -> Agent | None:
    """
    Read the startup message and answer with the version; None for a heartbeat or what may not go on.

    The version goes out in clear also where the agent is to be encrypted: TLS starts after it.
    """
    request = stream.receive()
    if request.type == "HEARTBEAT":
        stream.send_raw(b"HEARTBEAT")
        return None
    if request.type != "RODS_CONNECT":
        return None
    startup = Pi(request.msg.decode("utf-8", "surrogateescape"))
    agreed = _negotiate(stream, startup, settings.policy)
    status = 0 if agreed is not Agreement.NONE else Code.SERVER_NEGOTIATION_ERROR
    if startup.number("irodsProt") != 1:
        status = Code.SYS_INVALID_PROTOCOL_TYPE
    stream.send("RODS_VERSION", 0, _version(settings, status))
    return None if status else _agent(startup, encrypted=agreed is Agreement.ENCRYPTED)


def _negotiate(stream: Stream, startup: Pi, policy: Policy) -> Agreement:
    if not startup.text("option").endswith(_NEGOTIATE):
        return Agreement.NONE if policy is Policy.REQUIRE else Agreement.PLAIN
    stream.send("RODS_CS_NEG_T", 0, pack("CS_NEG_PI", ("status", 1), ("result", policy.value)).encode())
    request = stream.receive()
    answer = Pi(request.msg.decode("utf-8", "surrogateescape"))
    if request.type != "RODS_CS_NEG_T" or answer.number("status") != _AGREED_STATUS:
        return Agreement.NONE
    return answered(answer.text("result"), policy)


def context_of(tls: Tls) -> ssl.SSLContext:
    """Return what TLS is done with; raise OSError where the files are not a certificate and its key."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls.certificate, tls.key)
    return context


def encrypt(connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Start TLS on a connection; what the client sent in clear before is never read again."""
    connection.settimeout(_PATIENCE)
    encrypted = context.wrap_socket(connection, server_side=True)
    encrypted.settimeout(None)
    return encrypted


def read_shared_secret(stream: Stream) -> None:
    """
    Read the two messages that follow the handshake: how files would be encrypted between servers, and the key for it.

    This zone never sends a file to another server, so it keeps neither.
    """
    key_size = stream.receive_parameters().msg_length
    secret = stream.receive()
    if secret.type != "SHARED_SECRET" or len(secret.msg) != key_size:
        raise ConnectionEndedError("no shared secret")


def say_goodbye(connection: ssl.SSLSocket) -> None:
    """End TLS in order: clients of before 4.3 wait for it."""
    with contextlib.suppress(OSError, ValueError):
        connection.settimeout(_GOODBYE_SECONDS)
        connection.unwrap()


def _version(settings: ZoneSettings, status: int) -> bytes:
    return pack(
        "Version_PI",
        ("status", int(status)),
        ("relVersion", settings.release),
        ("apiVersion", settings.api_version),
        ("reconnPort", 0),
        ("reconnAddr", ""),
        ("cookie", 400),
    ).encode()


def _agent(startup: Pi, *, encrypted: bool) -> Agent:
    release = startup.text("relVersion").removeprefix("rods")
    return Agent(
        proxy_name=startup.text("proxyUser"),
        proxy_zone=startup.text("proxyRcatZone"),
        client_name=startup.text("clientUser"),
        client_zone=startup.text("clientRcatZone"),
        client_version=tuple(int(part) for part in release.split(".") if part.isdigit()),
        application=startup.text("option"),
        encrypted=encrypted,
    )
