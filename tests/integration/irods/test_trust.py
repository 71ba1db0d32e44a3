"""Lading's own client logs in in every way, and says in one sentence why it does not."""

from __future__ import annotations

import logging
import socket
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lading.base.cancellation import Unlimited
from lading.base.errors import (
    CertificateRefused,
    EncryptionRefused,
    LadingError,
    LoginRefused,
    ProfileInvalid,
    Remedy,
)
from lading.ingest.engine.destinations.irods import TransferSettings, ZoneProfile, open_destination
from lading.ingest.engine.destinations.irods.library import LibrarySession
from lading.ingest.engine.destinations.irods.login import log_in
from lading.ingest.engine.destinations.irods.pool import pool_of
from lading.ingest.engine.destinations.slots import LocalSlots
from lading.zone.negotiation import Policy
from lading.zone.state import ZoneSettings
from lading.zone.testing import RunningZone, zone_process
from tests.certificates import Authority
from tests.integration.irods.trusted import (
    HERE,
    PAM_PASSWORD,
    USER,
    Trust,
    pam_profile_of,
    profile_of,
    with_extras,
    zone_of,
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return Trust(Authority.make(tmp_path_factory.mktemp("trust") / "ca"))


@pytest.fixture(scope="module", params=["rods5.0.2", "rods4.2.12"])
def zone(request: pytest.FixtureRequest, trust: Trust) -> Iterator[RunningZone]:
    """Return a zone that requires TLS; its release decides about the way of logging in."""
    with zone_of(trust.settings(release=request.param)) as running:
        yield running


@pytest.fixture(autouse=True)
def talkative(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Let everybody log everything; no PAM password is in it."""
    caplog.set_level(logging.DEBUG)
    yield
    assert PAM_PASSWORD not in caplog.text


def failure_of(profile: ZoneProfile) -> LadingError:
    """Return why nobody gets in: a person is asked, and the password is in no text."""
    with pytest.raises(LadingError) as caught:
        log_in(profile, 5)
    shown = "".join(traceback.format_exception(caught.value))
    assert not profile.password or profile.password not in shown
    assert Remedy.ASK_PERSON is caught.value.remedy
    assert str(caught.value).startswith(f"{profile.user}#{profile.zone} at {profile.address}: ")
    return caught.value


@pytest.mark.parametrize("profile", [profile_of, pam_profile_of, lambda zone: profile_of(zone, USER)])
def test_every_way_in_over_tls_leads_in(zone: RunningZone, profile: Any) -> None:
    """Native and PAM, in the newer flow and the older one; requests work afterwards, and the connection is reused."""
    destination = open_destination(
        profile(zone), token=Unlimited(), slots=LocalSlots(1), settings=TransferSettings(connect_timeout=5.0)
    )
    before = zone.control.arrivals().accepted
    home = f"/{zone.zone}/home/{destination.traits().user}"
    for _ in range(3):
        with destination.session() as session:
            assert session.has_collection(home)
    assert 1 == zone.control.arrivals().accepted - before
    destination.close()


def test_the_connection_is_encrypted(zone: RunningZone) -> None:
    """As the zone sees it as well: it does not let anybody in in clear."""
    wire = log_in(profile_of(zone), 5)
    assert isinstance(wire._socket, ssl.SSLSocket)
    wire.leave()


def test_what_is_required_is_done_although_nobody_said_negotiate(zone: RunningZone) -> None:
    """The library would go on in clear."""
    log_in(with_extras(profile_of(zone), irods_client_server_negotiation="none"), 5).leave()


def test_an_environment_file_need_not_name_a_cipher(zone: RunningZone) -> None:
    """The library knows no defaults."""
    names = ("algorithm", "key_size", "salt_size", "num_hash_rounds")
    log_in(with_extras(profile_of(zone), **dict.fromkeys(f"irods_encryption_{name}" for name in names)), 5).leave()


def test_the_session_of_a_handler_verifies_the_same(zone: RunningZone) -> None:
    """It is the library's, made from the same profile."""
    good, bad = profile_of(zone), with_extras(profile_of(zone), irods_ssl_ca_certificate_file=None)
    lent = LibrarySession(good)
    assert lent.session().collections.exists(f"/{zone.zone}/home/{zone.user}")
    lent.close()
    refused = LibrarySession(bad)
    with pytest.raises(ssl.SSLCertVerificationError):
        refused.session().collections.exists("/")
    refused.close()


@pytest.mark.parametrize("negotiates", [True, False])
def test_a_zone_that_requires_tls_says_so_to_who_refuses_it(zone: RunningZone, negotiates: bool) -> None:
    """Whether the two negotiated or not; it is not "unreachable", and says what to set."""
    negotiation = "request_server_negotiation" if negotiates else "none"
    profile = with_extras(
        profile_of(zone), irods_client_server_policy="CS_NEG_REFUSE", irods_client_server_negotiation=negotiation
    )
    error = failure_of(profile)
    assert EncryptionRefused is type(error)
    assert "the zone requires TLS" in str(error)
    assert "CS_NEG_REQUIRE" in error.hint


def test_a_zone_without_tls_is_told_from_one_that_is_away(trust: Trust) -> None:
    """The profile requires what the zone refuses: nothing is sent in clear."""
    with zone_process() as plain:
        profile = with_extras(
            profile_of(plain),
            irods_client_server_policy="CS_NEG_REQUIRE",
            irods_ssl_ca_certificate_file=str(trust.authority.certificate),
        )
        error = failure_of(profile)
        assert EncryptionRefused is type(error)
        assert "the zone refuses it" in str(error)
        assert 0 == zone_arrivals(plain).refused + zone_arrivals(plain).accepted


def zone_arrivals(zone: RunningZone) -> Any:
    return zone.control.arrivals()


@pytest.mark.parametrize("client", ["CS_NEG_REQUIRE", "CS_NEG_REFUSE"])
def test_a_zone_that_does_not_care_takes_what_the_profile_says(trust: Trust, client: str) -> None:
    """Both ways lead in."""
    with zone_of(trust.settings(policy=Policy.DONT_CARE)) as zone:
        wire = log_in(with_extras(profile_of(zone), irods_client_server_policy=client), 5)
        assert (client == "CS_NEG_REQUIRE") is isinstance(wire._socket, ssl.SSLSocket)
        wire.leave()


@contextmanager
def zone_that_shows(trust: Trust, *names: str, days: int = 2) -> Iterator[RunningZone]:
    certificate = trust.authority.sign(f"shown-{len(names)}-{days}", *names, days=days)
    with zone_of(trust.settings(certificate)) as zone:
        yield zone


def test_an_expired_certificate_is_refused(trust: Trust) -> None:
    """With the reason, and who has to do what."""
    with zone_that_shows(trust, *HERE, days=-1) as zone:
        error = failure_of(profile_of(zone))
    assert CertificateRefused is type(error)
    assert "expired" in str(error)
    assert "new certificate" in error.hint


def test_a_certificate_of_another_host_is_refused(trust: Trust) -> None:
    """Unless the profile looks at the signer only."""
    with zone_that_shows(trust, "DNS:zone.example") as zone:
        error = failure_of(profile_of(zone))
        assert CertificateRefused is type(error)
        assert "irods_host" in error.hint
        log_in(with_extras(profile_of(zone), irods_ssl_verify_server="cert"), 5).leave()


def test_a_certificate_of_an_unknown_ca_is_refused(trust: Trust, tmp_path: Path) -> None:
    """Another CA, and the system's where none is named: the library would verify nothing then."""
    other = Authority.make(tmp_path / "other")
    with zone_that_shows(trust, *HERE) as zone:
        for authority in (str(other.certificate), None):
            error = failure_of(with_extras(profile_of(zone), irods_ssl_ca_certificate_file=authority))
            assert CertificateRefused is type(error)
            assert "irods_ssl_ca_certificate_file" in error.hint


def test_nothing_is_verified_where_the_profile_says_so(trust: Trust) -> None:
    """Only where it says so."""
    with zone_that_shows(trust, "DNS:zone.example", days=-1) as zone:
        profile = with_extras(profile_of(zone), irods_ssl_verify_server="none", irods_ssl_ca_certificate_file=None)
        log_in(profile, 5).leave()


def test_a_refused_certificate_costs_one_connection_and_no_login(trust: Trust) -> None:
    """No password goes to whoever shows it."""
    with zone_that_shows(trust, *HERE, days=-1) as zone:
        zone.control.reset_counters()
        failure_of(pam_profile_of(zone))
        arrived = zone.control.arrivals()
        assert (1, 0, 0) == (arrived.connections, arrived.accepted, arrived.refused)


def test_a_zone_that_is_out_of_reach_is_no_matter_of_trust(trust: Trust) -> None:
    """It is tried again later."""
    with zone_of(trust.settings()) as zone, socket.create_server(("127.0.0.1", 0)) as listener:
        profile = replace(profile_of(zone), port=listener.getsockname()[1])
        listener.close()
        with pytest.raises(LadingError) as caught:
            log_in(profile, 5)
    assert Remedy.RETRY_LATER is caught.value.remedy


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_ca_file_that_is_none_is_named(zone: RunningZone, tmp_path: Path, content: str | None) -> None:
    """Before the zone is asked."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ProfileInvalid, match=str(path)):
        log_in(with_extras(profile_of(zone), irods_ssl_ca_certificate_file=str(path)), 5)


def test_a_new_ca_file_is_read_by_a_process_that_knows_the_old_one(trust: Trust, tmp_path: Path) -> None:
    """Workers live long."""
    path = tmp_path / "ca.pem"
    path.write_bytes(Authority.make(tmp_path / "old").certificate.read_bytes())
    with zone_of(trust.settings()) as zone:
        profile = with_extras(profile_of(zone), irods_ssl_ca_certificate_file=str(path))
        assert CertificateRefused is type(failure_of(profile))
        path.write_bytes(trust.authority.certificate.read_bytes() + b"\n")
        log_in(profile, 5).leave()


def test_a_wrong_pam_password_is_refused(zone: RunningZone) -> None:
    """As a native one is."""
    error = failure_of(pam_profile_of(zone, "not-the-one"))
    assert LoginRefused is type(error)
    assert "PAM_AUTH_PASSWORD_FAILED" in str(error)


def test_what_pam_gave_is_never_kept_by_the_client(trust: Trust) -> None:
    """Each connection asks PAM anew, so it outlives the life of what PAM gives."""
    with zone_of(trust.settings(pam_seconds=1)) as zone:
        profile = pam_profile_of(zone)
        pool = pool_of(profile)
        for _ in range(2):
            pool.take(Unlimited(), 5).leave()
            zone.set_pam_password(USER, PAM_PASSWORD)
        assert (2, 0) == (zone.control.arrivals().accepted, zone.control.arrivals().refused)


def test_a_loopback_zone_in_clear_stays_as_it_was() -> None:
    """No negotiation, no certificate: three round trips."""
    with zone_process(settings=ZoneSettings()) as zone:
        log_in(profile_of(zone), 5).leave()
        assert "in clear" == str(profile_of(zone).trust.verification)
