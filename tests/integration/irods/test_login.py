"""Who cannot log in is told why, and the password is in no message."""

from __future__ import annotations

import base64
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lading.base.cancellation import Unlimited
from lading.base.errors import LadingError, LoginRefused, ProfileInvalid, ZoneUnreachable
from lading.ingest.engine.destinations.irods import TransferSettings, ZoneProfile, open_destination
from lading.ingest.engine.destinations.slots import LocalSlots
from tests.contract.destinations.zone_place import ZonePlace

SECRET = "pass-word-nobody-may-see"


@pytest.fixture(autouse=True)
def talkative(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Let everybody log everything; the secret is not in it."""
    caplog.set_level(logging.DEBUG)
    yield
    assert SECRET not in caplog.text
    assert base64.b64encode(SECRET.encode()).decode()[:-4] not in caplog.text


def failure_of(profile: ZoneProfile) -> LadingError:
    settings = TransferSettings(connect_timeout=2.0)
    destination = open_destination(profile, token=Unlimited(), slots=LocalSlots(1), settings=settings)
    with pytest.raises(LadingError) as caught:
        destination.traits()
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    return caught.value


def test_a_login_tells_zone_user_and_release(place: ZonePlace) -> None:
    """What the server says of itself."""
    traits = place.destination.traits()
    assert (place.zone.zone, place.zone.user, "sha256") == (traits.zone, traits.user, traits.hash_name)
    assert traits.version.startswith("5.")


def test_a_wrong_password_is_refused(place: ZonePlace) -> None:
    """The run stops; the message has user and address."""
    error = failure_of(replace(place.profile, password=SECRET, source=None))
    assert LoginRefused is type(error)
    assert f"{place.zone.user}#{place.zone.zone} at 127.0.0.1:{place.zone.port}" in str(error)


def test_an_unknown_user_is_refused(place: ZonePlace) -> None:
    """As a wrong password is."""
    assert LoginRefused is type(failure_of(replace(place.profile, user="nobody-of-that-name", password=SECRET)))


def test_a_port_where_nobody_listens_is_a_zone_out_of_reach(place: ZonePlace) -> None:
    """It may come up later; the message has host and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = failure_of(replace(place.profile, port=port, password=SECRET))
    assert ZoneUnreachable is type(error)
    assert f"127.0.0.1:{port}" in str(error)


def test_a_port_that_keeps_silent_is_a_zone_out_of_reach(place: ZonePlace) -> None:
    """After the time for logins."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = failure_of(replace(place.profile, port=port, password=SECRET))
    assert ZoneUnreachable is type(error)


def test_a_port_of_something_else_is_a_zone_out_of_reach(place: ZonePlace) -> None:
    """A web server, for example."""

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        error = failure_of(replace(place.profile, port=listener.getsockname()[1], password=SECRET))
        thread.join()
    assert ZoneUnreachable is type(error)


def test_pam_without_tls_never_sends_the_password(place: ZonePlace) -> None:
    """The login is refused on this side."""
    error = failure_of(replace(place.profile, scheme="pam_password", password=SECRET))
    assert LoginRefused is type(error)


def test_an_unknown_hash_scheme_is_refused(place: ZonePlace) -> None:
    """Before anything is sent."""
    with pytest.raises(ProfileInvalid, match="SHA512"):
        open_destination(
            replace(place.profile, hash_scheme="SHA512"),
            token=Unlimited(),
            slots=LocalSlots(1),
            settings=TransferSettings(),
        )
