"""
Whether an id token is the provider's, for us, for this sign-in, and now (OpenID Connect Core 1.0, 3.1.3.7).

===========================  =========================================================
what                         has to be
===========================  =========================================================
signature                    by a key that the provider publishes, with a public key's
                             algorithm: never none, never one of a shared secret
iss                          the issuer of the settings, to the letter
aud                          our client id; with more than that, azp is our client id
exp, iat                     not over, not to come; a minute's difference of clocks
nonce                        that of this sign-in
sub                          there: who it is
===========================  =========================================================

All of it also where the token came over TLS from the provider itself, when the specification lets the signature go.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from lading.accounts.oidc.errors import SignOnRefused

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: seconds by which clocks may differ
_LEEWAY = 60
_NEEDED = ["iss", "sub", "aud", "exp", "iat"]
_LONGEST_SUBJECT = 255

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an id token has to say."""

    issuer: str
    client_id: str
    nonce: str


class UnknownKey(SignOnRefused):
    """The token is signed by a key that is not among those that were fetched."""


def verify(token: str, keys: Sequence[jwt.PyJWK], expected: Expected) -> Claims:
    """Return the claims of an id token; raise `SignOnRefused`, or `UnknownKey` where newer keys may help."""
    try:
        header = jwt.get_unverified_header(token)
        key = _key_for(header, keys)
        claims: Claims = jwt.decode(
            token,
            key.key,
            algorithms=[header["alg"]],
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=_LEEWAY,
            options={"require": _NEEDED},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise SignOnRefused(f"The provider's id token does not hold: {error}", hint="Begin again") from None
    _refuse_others(claims, expected)
    return claims


def _key_for(header: Mapping[str, Any], keys: Sequence[jwt.PyJWK]) -> jwt.PyJWK:
    if header.get("alg") not in _ALGORITHMS:
        raise SignOnRefused(f"The provider's id token is signed by {header.get('alg')}, which proves nothing here")
    named = [key for key in keys if header.get("kid") in (None, key.key_id) and key.public_key_use in (None, "sig")]
    if not named:
        raise UnknownKey("The provider's id token is signed by a key that the provider does not publish")
    if len(named) > 1 and header.get("kid") is None:
        raise SignOnRefused("The provider's id token does not say which of the provider's keys signed it")
    return named[0]


def _refuse_others(claims: Claims, expected: Expected) -> None:
    audience = claims["aud"]
    is_shared = isinstance(audience, list) and audience != [expected.client_id]
    if (is_shared or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise SignOnRefused("The provider's id token was made for another program")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise SignOnRefused("The provider's id token is of another sign-in", hint="Begin again")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or "\0" in subject:
        raise SignOnRefused("The provider's id token does not say who it is for")
