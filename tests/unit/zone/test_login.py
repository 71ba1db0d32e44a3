"""The native login."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

from lading.zone.api.session import digest_of
from lading.zone.catalog.seed import set_password
from lading.zone.codes import Code
from tests.unit.zone.desk import Desk, Seat, envelope, opened

AUTHENTICATE = 110000


def login(seat: Seat, password: str) -> int:
    seat.dispatcher.agent.user = None
    document = {"scheme": "native", "user_name": "x", "zone_name": "tempZone"}
    told = opened(seat.ask(AUTHENTICATE, envelope({**document, "next_operation": "auth_agent_auth_request"})))
    answer = {**told, "next_operation": "auth_agent_auth_response"}
    answer["digest"] = digest_of(str(told["request_result"]), password)
    return seat.ask(AUTHENTICATE, envelope(answer)).status


def test_the_digest_is_an_md5_without_nul_bytes() -> None:
    """Of the challenge and the password in 50 bytes."""
    for challenge in (f"{number:064x}" for number in range(64)):
        raw = hashlib.md5(challenge.encode() + b"pw" + bytes(48)).digest()
        assert bytes(value or 1 for value in raw) == base64.b64decode(digest_of(challenge, "pw"))


def test_the_password_opens_and_nothing_else_does(desk: Desk) -> None:
    """Nor does the empty one."""
    password = desk.server.home.password()

    assert 0 == login(desk.seat(), password)
    for wrong in ("", password[:-1], password.upper() + "x"):
        assert Code.CAT_INVALID_AUTHENTICATION == login(desk.seat(), wrong)


def test_before_the_login_nothing_is_answered(desk: Desk) -> None:
    """But for the login itself."""
    seat = desk.seat()
    seat.dispatcher.agent.user = None

    assert Code.SYS_NO_API_PRIV == seat.mkdir("/tempZone/home/rods/x")


def test_a_response_without_a_challenge_is_refused(desk: Desk) -> None:
    """A connection that never asked has no challenge to answer."""
    seat = desk.seat()
    seat.dispatcher.agent.user = None
    answer = {"scheme": "native", "next_operation": "auth_agent_auth_response"}
    answer["digest"] = digest_of("", desk.server.home.password())

    assert Code.CAT_INVALID_AUTHENTICATION == seat.ask(AUTHENTICATE, envelope(answer)).status


@pytest.mark.parametrize(("seconds", "status"), [(60, 0), (-60, int(Code.CAT_PASSWORD_EXPIRED))])
def test_a_temporary_password_opens_until_it_expires(desk: Desk, seconds: int, status: int) -> None:
    """Beside the lasting one."""
    user_id = desk.add_user("alice")
    with desk.catalog.write() as database:
        set_password(database, user_id, "lasting")
        database.execute(
            "INSERT INTO R_USER_PASSWORD (user_id, rcat_password, pass_expiry_ts) VALUES (?, 'brief', ?)",
            (user_id, f"{int(time.time()) + seconds:011d}"),
        )

    assert status == login(desk.seat("alice"), "brief")
    assert 0 == login(desk.seat("alice"), "lasting")


def test_only_administrators_act_for_others(desk: Desk) -> None:
    """The proxy's password counts."""
    user_id = desk.add_user("alice")
    with desk.catalog.write() as database:
        set_password(database, user_id, "hers")
    for_alice, for_rods = desk.seat(), desk.seat("alice")
    for_alice.dispatcher.agent.client_name = "alice"
    for_rods.dispatcher.agent.client_name = "rods"

    assert 0 == login(for_alice, desk.server.home.password())
    assert "alice" == for_alice.dispatcher.agent.me.name
    assert Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL == login(for_rods, "hers")
