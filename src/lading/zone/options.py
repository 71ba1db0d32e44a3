"""The zone's settings as options of its program, and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from lading.zone.negotiation import Policy
from lading.zone.state import Tls, ZoneSettings

_DEFAULTS = ZoneSettings()


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--user", action="append", default=[], help="an ordinary user to have; may be repeated")
    parser.add_argument("--hash-scheme", default="sha2", choices=["sha2", "md5"], help="of new checksums")
    parser.add_argument("--release", default=_DEFAULTS.release, help="what the zone says it is; default: %(default)s")
    parser.add_argument("--tls-certificate", type=Path, help="PEM file with the certificate, and those in between")
    parser.add_argument("--tls-key", type=Path, help="PEM file with its key; default: it is in the same file")
    parser.add_argument("--tls-authority", type=Path, help="PEM file that clients check the certificate against")
    parser.add_argument(
        "--tls-policy",
        type=Policy,
        choices=list(Policy),
        help="default: CS_NEG_REQUIRE where there is a certificate",
        metavar="{" + ",".join(policy.value for policy in Policy) + "}",
    )
    parser.add_argument(
        "--pam-seconds",
        type=int,
        default=_DEFAULTS.pam_seconds,
        help="how long the password that a PAM login gives is good; default: two weeks",
    )


def settings_of(options: argparse.Namespace) -> ZoneSettings:
    """Return the settings; raise ValueError for options that contradict each other."""
    certificate: Path | None = options.tls_certificate
    if certificate is None and (options.tls_key or options.tls_authority):
        raise ValueError("--tls-key and --tls-authority go with --tls-certificate")
    tls = (
        None
        if certificate is None
        else Tls(certificate=certificate, key=options.tls_key or certificate, authority=options.tls_authority)
    )
    return ZoneSettings(
        users=tuple(options.user),
        hash_scheme=options.hash_scheme,
        release=options.release,
        tls=tls,
        policy=options.tls_policy or (Policy.REQUIRE if tls else Policy.REFUSE),
        pam_seconds=options.pam_seconds,
    )


def options_of(settings: ZoneSettings) -> list[str]:
    """Return the options that make these settings, so far as there are options."""
    tls = settings.tls
    named = {
        "--hash-scheme": settings.hash_scheme,
        "--release": settings.release,
        "--tls-policy": settings.policy.value,
        "--pam-seconds": str(settings.pam_seconds),
        "--tls-certificate": tls and str(tls.certificate),
        "--tls-key": tls and str(tls.key),
        "--tls-authority": tls and tls.authority and str(tls.authority),
    }
    given = [word for name, value in named.items() if value for word in (name, value)]
    return [*given, *(f"--user={name}" for name in settings.users)]
