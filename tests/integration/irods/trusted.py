"""A zone that wants TLS, and profiles that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lading.ingest.engine.destinations.irods import ZoneProfile
from lading.zone.negotiation import Policy
from lading.zone.state import Tls, ZoneSettings
from lading.zone.testing import RunningZone, zone_process
from tests.certificates import Authority, Certificate

#: an ordinary user of these zones, and the password that PAM knows
USER = "alice"
PAM_PASSWORD = r"pam;secret=with\signs"
#: names under which a zone on this machine is reached
HERE = ("IP:127.0.0.1", "DNS:localhost")


@dataclass(frozen=True, slots=True)
class Trust:
    """A CA, and the zone certificates that it signed."""

    authority: Authority

    def settings(self, certificate: Certificate | None = None, **more: Any) -> ZoneSettings:
        """Return the settings of a zone that requires TLS."""
        shown = certificate or self.authority.sign("zone", *HERE)
        tls = Tls(certificate=shown.certificate, key=shown.key, authority=self.authority.certificate)
        return ZoneSettings(**{"users": (USER,), "tls": tls, "policy": Policy.REQUIRE, **more})


@contextmanager
def zone_of(settings: ZoneSettings, home: Path | None = None, port: int = 0) -> Iterator[RunningZone]:
    """Run a zone whose PAM knows `USER`."""
    with zone_process(home, port=port, settings=settings) as zone:
        zone.set_pam_password(USER, PAM_PASSWORD)
        yield zone


def profile_of(zone: RunningZone, user: str = "") -> ZoneProfile:
    """Return the profile of the administrator, or of an ordinary user."""
    files = zone.environment_of(user) if user else zone.environment
    return ZoneProfile.load(Path(files["IRODS_ENVIRONMENT_FILE"]), Path(files["IRODS_AUTHENTICATION_FILE"]))


def pam_profile_of(zone: RunningZone, password: str = PAM_PASSWORD) -> ZoneProfile:
    """Return the profile with which `USER` logs in by PAM."""
    return replace(profile_of(zone, USER), scheme="pam_password", password=password, source=None)


def with_extras(profile: ZoneProfile, **extras: Any) -> ZoneProfile:
    """Return the profile with other entries of its environment file; None takes one out."""
    changed = {**dict(profile.extras), **extras}
    return replace(profile, extras=tuple((name, value) for name, value in changed.items() if value is not None))
