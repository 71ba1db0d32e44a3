"""python-irodsclient, as it comes, logs in to the zone in every way that it knows."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from irods import exception
from irods.client_configuration import loadlines
from irods.connection import PlainTextPAMPasswordError
from irods.session import iRODSSession

from lading.zone.negotiation import Policy
from lading.zone.testing import RunningZone, running_zone
from tests.certificates import Authority
from tests.contract.zone.client import Line, read_xml, startup
from tests.integration.irods.trusted import PAM_PASSWORD, USER, Trust, profile_of, zone_of

NEGOTIATES = "request_server_negotiation"
DEDICATED = "legacy_auth.pam.force_use_of_dedicated_pam_api"
IN_CLEAR = {"irods_client_server_policy": "CS_NEG_REFUSE"}


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return Trust(Authority.make(tmp_path_factory.mktemp("trust") / "ca"))


@pytest.fixture(scope="module", params=["rods5.0.2", "rods4.2.12"])
def zone(request: pytest.FixtureRequest, trust: Trust) -> Iterator[RunningZone]:
    """Return a zone with TLS; by its release clients choose between the newer and the older way."""
    with zone_of(trust.settings(release=request.param, policy=Policy.DONT_CARE)) as running:
        yield running


@contextmanager
def session_of(zone: RunningZone, **other: Any) -> Iterator[iRODSSession]:
    """Lend a session of the library, made from the client file of the zone."""
    document = json.loads(zone.environment_file.read_text())
    with iRODSSession(**{**document, "password": zone.password, **other}) as session:
        yield session


def is_encrypted(session: iRODSSession) -> bool:
    with session.pool.get_connection() as connection:
        return isinstance(connection.socket, ssl.SSLSocket)


def works(session: iRODSSession) -> bool:
    return bool(session.collections.exists(f"/{session.zone}/home/{session.username}"))


@pytest.mark.parametrize("policy", ["CS_NEG_REQUIRE", "CS_NEG_REFUSE"])
def test_native(zone: RunningZone, policy: str) -> None:
    """With TLS and without, for a zone that leaves it to the client."""
    with session_of(zone, irods_client_server_policy=policy) as session:
        assert works(session)
        assert (policy == "CS_NEG_REQUIRE") is is_encrypted(session)


def pam(zone: RunningZone, password: str = PAM_PASSWORD, **other: Any) -> dict[str, Any]:
    return {"irods_user_name": USER, "irods_authentication_scheme": "pam_password", "password": password, **other}


@pytest.mark.parametrize("api", [False, True])
def test_pam(zone: RunningZone, api: bool) -> None:
    """By the scheme of the newer flow; by 1201 and 725 of the older one."""
    with loadlines([{"setting": DEDICATED, "value": api}]), session_of(zone, **pam(zone)) as session:
        assert works(session)
        assert is_encrypted(session)


def test_what_a_pam_login_gives_is_a_native_password(zone: RunningZone) -> None:
    """The next login gives the same one, good for longer: other logins with it do not break."""
    given = []
    for _ in range(2):
        with session_of(zone, **pam(zone)) as session:
            given += session.pam_pw_negotiated
    assert given[0] == given[1]
    with session_of(zone, irods_user_name=USER, password=given[0], **IN_CLEAR) as session:
        assert works(session)


@pytest.mark.parametrize("password", ["wrong", "", PAM_PASSWORD + "x"])
def test_a_wrong_pam_password_is_refused(zone: RunningZone, password: str) -> None:
    """With the code for that."""
    with session_of(zone, **pam(zone, password)) as session, pytest.raises(exception.PAM_AUTH_PASSWORD_FAILED):
        works(session)


def test_a_user_whom_pam_does_not_know_is_refused(zone: RunningZone) -> None:
    """Although the zone does, with another kind of password."""
    refused = pytest.raises(exception.PAM_AUTH_PASSWORD_FAILED)
    with session_of(zone, **pam(zone, zone.password, irods_user_name="rods")) as session, refused:
        works(session)


def test_a_pam_password_in_clear_is_not_even_sent(zone: RunningZone) -> None:
    """The library sees to it."""
    refused = pytest.raises((RuntimeError, PlainTextPAMPasswordError))
    with session_of(zone, **pam(zone, **IN_CLEAR)) as session, refused:
        works(session)


def test_what_pam_gave_expires(trust: Trust) -> None:
    """And is called expired, not wrong; the next PAM login gives a new one."""
    with zone_of(trust.settings(pam_seconds=1)) as zone:
        with session_of(zone, **pam(zone)) as session:
            first = session.pam_pw_negotiated[0]
            assert any(has_expired(zone, first) for _ in range(2000))
            assert works(session), "a connection outlives the password it was made with"
        with session_of(zone, **pam(zone)) as session:
            assert first != session.pam_pw_negotiated[0]


def has_expired(zone: RunningZone, password: str) -> bool:
    with session_of(zone, irods_user_name=USER, password=password) as session:
        try:
            return not works(session)
        except exception.CAT_PASSWORD_EXPIRED:
            return True


def negotiated(zone: RunningZone, answer: str | None, status: int = 1) -> tuple[str, int, Line]:
    """Return the server's policy, the status of its version, and the line."""
    line = Line(zone.port)
    option = "replay" if answer is None else f"replay{NEGOTIATES}"
    line.send("RODS_CONNECT", 0, startup("rods").replace("<option>replay<", f"<option>{option}<"))
    policy = ""
    if answer is not None:
        policy = read_xml(line.receive().msg).findtext("result") or ""
        line.send("RODS_CS_NEG_T", 0, f"<CS_NEG_PI><status>{status}</status><result>{answer}</result></CS_NEG_PI>")
    version = line.receive()
    assert "RODS_VERSION" == version.type
    return policy, int(read_xml(version.msg).findtext("status") or 0), line


REFUSED = -1825000


@pytest.mark.parametrize(
    ("policy", "answer", "status"),
    [
        (Policy.REQUIRE, None, REFUSED),
        (Policy.REQUIRE, "cs_neg_result_kw=CS_NEG_USE_TCP;", REFUSED),
        (Policy.REQUIRE, "cs_neg_result_kw=CS_NEG_FAILURE;", REFUSED),
        (Policy.REQUIRE, "cs_neg_result_kw=CS_NEG_USE_SSL;", 0),
        (Policy.DONT_CARE, None, 0),
        (Policy.DONT_CARE, "cs_neg_result_kw=CS_NEG_USE_TCP;", 0),
        (Policy.DONT_CARE, "cs_neg_result_kw=CS_NEG_USE_SSL;", 0),
        (Policy.REFUSE, None, 0),
        (Policy.REFUSE, "cs_neg_result_kw=CS_NEG_USE_TCP;", 0),
        (Policy.REFUSE, "cs_neg_result_kw=CS_NEG_USE_SSL;", REFUSED),
    ],
)
def test_the_zone_holds_clients_to_its_policy(trust: Trust, policy: Policy, answer: str | None, status: int) -> None:
    """It believes only what can come of it, and hangs up on the rest."""
    with zone_of(trust.settings(policy=policy)) as zone:
        said, found, line = negotiated(zone, answer)
        with closing(line):
            assert status == found
            assert (policy.value if answer else "") == said
            if status:
                with pytest.raises(ConnectionError):
                    line.receive()


def test_a_secret_of_another_length_ends_the_connection(trust: Trust) -> None:
    """It is announced before."""
    context = ssl.create_default_context(cafile=str(trust.authority.certificate))
    with zone_of(trust.settings()) as zone:
        _, _, line = negotiated(zone, "cs_neg_result_kw=CS_NEG_USE_SSL;")
        with closing(line):
            line.start_tls(context, secret=bytes(31))
            line.send("RODS_API_REQ", 700)
            with pytest.raises(ConnectionError):
                line.receive()


def test_the_zone_as_shipped_has_no_tls() -> None:
    """And its client files say so."""
    with running_zone() as zone:
        extras = dict(profile_of(zone).extras)
        assert "CS_NEG_REFUSE" == extras["irods_client_server_policy"]
        assert not [name for name in extras if name.startswith(("irods_ssl", "irods_encryption"))]
