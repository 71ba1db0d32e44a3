"""
Asks the provider: its description, its keys, tokens for a code, what it says of a person.

Descriptions and keys are kept for an hour; a token by an unknown key makes them be asked for again, at most once a minute. A
provider that is slow keeps few requests of the web waiting: the others are told to come again.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import jwt

from lading.accounts.oidc.errand import Errand
from lading.accounts.oidc.errors import SignOnRefused, SignOnUnreachable
from lading.accounts.oidc.verifying import Claims, Expected, UnknownKey, verify
from lading.base.config_oidc import Oidc, is_on_this_machine

_KEPT = 3_600.0
_AGAIN_AFTER = 60.0
#: bytes of an answer that are read
_LONGEST = 1 << 20
#: requests of the web that talk to the provider at a time, and seconds that others wait for their turn
_AT_ONCE = 3
_TURN = 5.0
_WELL_KNOWN = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
#: seconds that a command gets to say the secret
_COMMAND = 10

_OK = 200
_CLIENT_ERRORS = range(400, 500)


@dataclass(slots=True)
class Provider:
    """One provider, as the settings name it."""

    settings: Oidc
    _description: Mapping[str, Any] = field(default_factory=dict)
    _keys: Sequence[jwt.PyJWK] = ()
    _described_at: float = float("-inf")
    _keys_at: float = float("-inf")
    _client: httpx2.Client = field(init=False)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE))

    def __post_init__(self) -> None:
        self._client = httpx2.Client(
            timeout=self.settings.timeout_s,
            verify=True if self.settings.ca_file is None else ssl.create_default_context(cafile=self.settings.ca_file),
            follow_redirects=False,
            trust_env=not is_on_this_machine(urlsplit(self.settings.issuer or "").hostname or ""),
            headers={"Accept": "application/json"},
        )

    def address(self, errand: Errand, back: str) -> str:
        """Return where the browser goes to sign in."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.settings.scopes),
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": errand.challenge,
            "code_challenge_method": "S256",
        }
        return _with(self.description()["authorization_endpoint"], asked)

    def leaving(self, back: str) -> str | None:
        """Return where the browser goes to sign out there, too; None where the provider has no such page."""
        page = self.description().get("end_session_endpoint")
        if not isinstance(page, str) or not self._is_safe(page):
            return None
        return _with(page, {"client_id": self.settings.client_id, "post_logout_redirect_uri": back})

    def claims(self, code: str, errand: Errand, back: str) -> Claims:
        """Return what the provider says of who came back with a code; with the groups, wherever it tells them."""
        told = self._tokens(code, errand, back)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise SignOnRefused("The provider's answer has no id token", hint="Is openid among web.oidc.scopes?")
        expected = Expected(
            issuer=self.settings.issuer or "", client_id=self.settings.client_id or "", nonce=errand.nonce
        )
        try:
            claims = verify(token, self.keys(), expected)
        except UnknownKey:
            if time.monotonic() - self._keys_at < _AGAIN_AFTER:
                raise
            self._keys_at = float("-inf")
            claims = verify(token, self.keys(), expected)
        return {**self._more(claims, told.get("access_token")), **claims}

    def description(self) -> Mapping[str, Any]:
        """Return the provider's description of itself; `SignOnUnreachable` for one that is none, or another's."""
        if time.monotonic() - self._described_at > _KEPT:
            issuer = self.settings.issuer or ""
            found = self._get(issuer.rstrip("/") + _WELL_KNOWN)
            if found.get("issuer") != issuer:
                raise SignOnUnreachable(
                    f"The provider calls itself {found.get('issuer')}, and web.oidc.issuer {issuer}"
                )
            for name in _ENDPOINTS:
                if not isinstance(found.get(name), str) or not self._is_safe(found[name]):
                    raise SignOnUnreachable(f"The provider's description has no sound {name}")
            self._description, self._described_at = found, time.monotonic()
        return self._description

    def keys(self) -> Sequence[jwt.PyJWK]:
        """Return the keys that the provider signs with."""
        if time.monotonic() - self._keys_at > _KEPT:
            found = self._get(self.description()["jwks_uri"])
            try:
                self._keys = jwt.PyJWKSet.from_dict(dict(found)).keys
            except (jwt.PyJWTError, AttributeError, TypeError, ValueError) as error:
                raise SignOnUnreachable(f"The provider's keys cannot be read: {error}") from None
            self._keys_at = time.monotonic()
        return self._keys

    def _tokens(self, code: str, errand: Errand, back: str) -> Mapping[str, Any]:
        client_id, secret = self.settings.client_id or "", secret_of(self.settings)
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": errand.verifier,
        }
        known = self.description().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth = None
        if secret is not None and "client_secret_basic" in known:
            auth = httpx2.BasicAuth(_form(client_id), _form(secret))
        else:
            sent |= {"client_id": client_id} | ({} if secret is None else {"client_secret": secret})
        return self._ask("POST", self.description()["token_endpoint"], data=sent, auth=auth)

    def _more(self, claims: Claims, access_token: object) -> Claims:
        """Return what the provider tells of a person elsewhere; asked for only where the id token has no groups."""
        page = self.description().get("userinfo_endpoint")
        if self.settings.role_claim.split(".")[0] in claims or not isinstance(page, str) or not self._is_safe(page):
            return {}
        if not isinstance(access_token, str):
            return {}
        found = self._ask("GET", page, headers={"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != claims["sub"]:
            raise SignOnRefused("What the provider tells of the person is of somebody else")
        return found

    def _is_safe(self, address: str) -> bool:
        """Say whether what is sent to an address is read by nobody on the way."""
        parts = urlsplit(address)
        plain = urlsplit(self.settings.issuer or "").scheme == "http" and is_on_this_machine(parts.hostname or "")
        return parts.scheme == "https" or (parts.scheme == "http" and plain)

    def _get(self, address: str) -> Mapping[str, Any]:
        return self._ask("GET", address)

    def _ask(self, method: str, address: str, **what: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx2's
        with self._turn(), _translated(), self._client.stream(method, address, **what) as answer:
            text, ends = b"", time.monotonic() + self.settings.timeout_s
            for piece in answer.iter_bytes():
                text += piece
                if len(text) > _LONGEST or time.monotonic() > ends:
                    raise SignOnUnreachable("The provider's answer does not end")
            return _read(answer.status_code, text, address)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_TURN):
            raise SignOnUnreachable(
                "The provider is slow, and others wait for it already", hint="Try again in a minute"
            )
        try:
            yield
        finally:
            self._turns.release()


def secret_of(settings: Oidc) -> str | None:
    """Return the client secret, wherever the settings say it is; None: there is none."""
    if settings.client_secret is not None:
        return settings.client_secret.get_secret_value()
    try:
        if settings.client_secret_file is not None:
            return settings.client_secret_file.read_text(encoding="utf-8").split("\n", 1)[0].strip()
        if settings.client_secret_command is not None:
            done = subprocess.run(
                settings.client_secret_command, capture_output=True, text=True, timeout=_COMMAND, check=True
            )
            return done.stdout.strip()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # neither what the command said nor how it was called: either may hold the secret
        raise SignOnUnreachable(f"The client secret cannot be had: {type(error).__name__}") from None
    return None


def _read(status: int, text: bytes, address: str) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if status in _CLIENT_ERRORS and isinstance(told, dict) and isinstance(told.get("error"), str):
        raise SignOnRefused(f"The provider refused it: {told['error'][:100]}", hint="Begin again")
    if status != _OK or not isinstance(told, dict):
        raise SignOnUnreachable(f"The provider answered {status} at {urlsplit(address).path}, as none does")
    return told


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise SignOnUnreachable(f"The provider did not answer: {type(error).__name__}", hint="Try again") from error


def _with(address: str, asked: Mapping[str, Any]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _form(text: str) -> str:
    """Return what goes into basic authentication, as RFC 6749 wants it: encoded like the field of a form."""
    return urlencode({"": text})[1:]
