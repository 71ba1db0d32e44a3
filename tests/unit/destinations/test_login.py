"""What servers answer to a login, and what becomes of it."""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lading.base.errors import LadingError, LoginRefused, ZoneUnreachable
from lading.ingest.engine.destinations.irods.login import log_in
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from tests.unit.destinations.scripted_server import reply

VERSION = (
    b"<Version_PI><status>0</status><relVersion>rods5.0.2</relVersion><apiVersion>d</apiVersion>"
    b"<reconnPort>0</reconnPort><reconnAddr></reconnAddr><cookie>400</cookie></Version_PI>"
)


def skip_message(connection: socket.socket) -> None:
    """Read one short request, whatever it is."""
    size = struct.unpack(">i", connection.recv(4, socket.MSG_WAITALL))[0]
    header = connection.recv(size, socket.MSG_WAITALL)
    rest = int(header.partition(b"<msgLen>")[2].partition(b"<")[0])
    connection.recv(rest, socket.MSG_WAITALL)


@contextmanager
def server_that_answers(status: int) -> Iterator[ZoneProfile]:
    """Greet one client and answer its login with `status`."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            skip_message(connection)
            connection.sendall(reply(0, VERSION))
            skip_message(connection)
            connection.sendall(reply(status))
            connection.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        yield ZoneProfile(host="127.0.0.1", port=port, user="alice", zone="tempZone", password="secret")
        thread.join()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (-826000, LoginRefused),
        (-827000, LoginRefused),
        (-840000, LoginRefused),
        (-803000, ZoneUnreachable),
        (-405000, ZoneUnreachable),  # one that the client library does not know
        (-38000, ZoneUnreachable),
    ],
)
def test_the_code_of_a_login_says_whether_it_may_work_later(status: int, kind: type[LadingError]) -> None:
    """The message has user, zone, address and code."""
    with server_that_answers(status) as profile:
        with pytest.raises(LadingError, match=str(status)) as caught:
            log_in(profile, 5)
        assert kind is type(caught.value)
        assert f"alice#tempZone at {profile.address}" in str(caught.value)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["connection", "auth", "auth.native", "auth.pam_password", "auth.pam_interactive", "message"]
)
def test_what_the_library_says_of_a_login_is_never_logged(name: str) -> None:
    """It logs whole messages, in which a password may be, whatever the level is."""
    assert not logging.getLogger(f"irods.{name}").isEnabledFor(logging.CRITICAL)
