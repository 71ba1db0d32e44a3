"""How a connection to a zone is encrypted, and what of the zone's certificate is verified."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from lading.base.config_tls import Verification
from lading.base.errors import CertificateRefused, EncryptionRefused, LadingError, ProfileInvalid

REQUIRE, REFUSE = "CS_NEG_REQUIRE", "CS_NEG_REFUSE"
_NEGOTIATE = "request_server_negotiation"
#: what iRODS clients take where an environment file does not say
_ENCRYPTION = {
    "irods_encryption_algorithm": "AES-256-CBC",
    "irods_encryption_key_size": 32,
    "irods_encryption_salt_size": 8,
    "irods_encryption_num_hash_rounds": 16,
}
#: how the library begins when the two sides cannot agree
_DISAGREED = "Client-Server negotiation failure"


class Verified(Enum):
    """How much of the certificate is verified; the value is how an environment file spells it."""

    NOTHING = "none"
    SIGNER = "cert"
    SIGNER_AND_HOST = "hostname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a profile says about TLS."""

    encrypts: bool
    #: whether the zone is asked at all; where not, an older one still answers
    negotiates: bool
    verified: Verified = Verified.SIGNER_AND_HOST
    #: files that are trusted to sign; both None: those of the system
    authority_file: Path | None = None
    authority_folder: Path | None = None

    @classmethod
    def of(cls, extras: Mapping[str, Any]) -> Trust:
        """Read an environment file's entries; raise `ProfileInvalid` for a word that means nothing."""
        policy = str(extras.get("irods_client_server_policy", REFUSE)).upper()
        if policy not in {REQUIRE, REFUSE}:
            raise ProfileInvalid(
                f"irods_client_server_policy is {policy}", hint=f"Write {REQUIRE} (with TLS) or {REFUSE} (without)"
            )
        try:
            verified = Verified(str(extras.get("irods_ssl_verify_server", Verified.SIGNER_AND_HOST.value)).lower())
        except ValueError:
            raise ProfileInvalid("irods_ssl_verify_server is not hostname, cert or none") from None
        return cls(
            encrypts=policy == REQUIRE,
            negotiates=policy == REQUIRE or extras.get("irods_client_server_negotiation") == _NEGOTIATE,
            verified=verified,
            authority_file=_path(extras.get("irods_ssl_ca_certificate_file")),
            authority_folder=_path(extras.get("irods_ssl_ca_certificate_path")),
        )

    def arguments(self) -> dict[str, Any]:
        """
        Return what the library is told.

        It would send everything in clear where TLS is required but `irods_client_server_negotiation` is not set, and
        verify nothing where no CA is named. Here, what is required is done, and what is not switched off is verified.
        """
        return {
            **_ENCRYPTION,
            "irods_client_server_negotiation": _NEGOTIATE if self.negotiates else "none",
            "irods_client_server_policy": REQUIRE if self.encrypts else REFUSE,
            **({"ssl_context": self.context()} if self.encrypts else {}),
        }

    def context(self) -> ssl.SSLContext:
        """Return the context for this; raise `ProfileInvalid` where a file of the CA cannot be used."""
        changed = tuple(_changed(place) for place in (self.authority_file, self.authority_folder))
        return _context(self, changed)

    @property
    def verification(self) -> Verification:
        """Return the same as of other services."""
        found = Verification(
            encrypted=self.encrypts,
            certificate=self.verified is not Verified.NOTHING,
            host=self.verified is Verified.SIGNER_AND_HOST,
        )
        signer = self.authority_file or self.authority_folder
        return replace(found, signer=str(signer)) if signer else found


@functools.lru_cache(maxsize=16)
def _context(trust: Trust, _changed_ns: tuple[int, ...]) -> ssl.SSLContext:
    """Make a context, again only when the CA's file changed: reading the system's takes a while."""
    named = trust.authority_file, trust.authority_folder
    try:
        context = ssl.create_default_context(cafile=trust.authority_file, capath=trust.authority_folder)
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else getattr(error, "strerror", None)
        raise ProfileInvalid(
            f"{named[0] or named[1]} is no CA certificate: {reason or error}",
            hint="irods_ssl_ca_certificate_file names a PEM file",
        ) from None
    context.check_hostname = trust.verified is Verified.SIGNER_AND_HOST
    context.verify_mode = ssl.CERT_NONE if trust.verified is Verified.NOTHING else ssl.CERT_REQUIRED
    return context


def _path(value: object) -> Path | None:
    return Path(str(value)).expanduser() if value else None


def _changed(place: Path | None) -> int:
    try:
        return place.stat().st_mtime_ns if place is not None else 0
    except OSError:
        return 0


def refusal(error: Exception, where: str) -> LadingError | None:
    """Return our error if it was about trust: a certificate, or whether there is TLS; None for all else."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateRefused(
            f"{where}: the certificate is refused: {error.verify_message}",
            hint=_MENDING.get(error.verify_code, _UNTRUSTED),
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return EncryptionRefused(f"{where}: TLS cannot be started: {error.reason or type(error).__name__}")
    if str(error).startswith(_DISAGREED):
        ours, _, theirs = str(error).rpartition(": ")[2].partition(",")
        return disagreement(where, zone_requires=theirs == REQUIRE or ours == REFUSE)
    return None


def disagreement(where: str, *, zone_requires: bool) -> EncryptionRefused:
    """Return the error of two sides that cannot agree."""
    if zone_requires:
        return EncryptionRefused(
            f"{where}: the zone requires TLS, and the profile does not ask for it",
            hint=f"Set irods_client_server_policy to {REQUIRE} in the environment file",
        )
    return EncryptionRefused(
        f"{where}: the profile requires TLS, and the zone refuses it",
        hint=f"Switch TLS on in the zone; {REFUSE} in the profile would send everything in clear",
    )


_UNTRUSTED = "irods_ssl_ca_certificate_file must name the CA that signed it"
_RENEW = "The zone needs a new certificate; if it has one, look at the clocks"
_OTHER_HOST = "irods_host must be a name that stands in the certificate"
#: OpenSSL's numbers of what is wrong with a certificate
_MENDING = {9: _RENEW, 10: _RENEW, 62: _OTHER_HOST, 64: _OTHER_HOST}
