"""
What a browser keeps while it is at the provider: a signed cookie for ten minutes, so that nobody's visit leaves a row.

It ties the answer to the browser that asked (`state`), the id token to the question (`nonce`), and the code to us (`verifier`).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from lading.accounts.oidc.errors import SignOnRefused

#: seconds in which somebody signs in at the provider
_LASTS = 600
_SALT = "lading.accounts.oidc"


def _random() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One way to the provider and back."""

    #: page that was asked for
    wanted: str
    state: str = field(default_factory=_random)
    nonce: str = field(default_factory=_random)
    verifier: str = field(default_factory=_random)

    @property
    def challenge(self) -> str:
        """The hash of the verifier (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def keep(answer: HttpResponse, errand: Errand) -> None:
    """Give it to the browser."""
    answer.set_cookie(_name(), signing.dumps(asdict(errand), salt=_SALT), max_age=_LASTS, **_how())


def forget(answer: HttpResponse) -> None:
    """Take it from the browser: it is good for one answer."""
    answer.set_cookie(_name(), "", max_age=0, **_how())


def of(request: HttpRequest) -> Errand:
    """Return the errand that an answer is for; `SignOnRefused` where this browser asked for none, or for another one."""
    try:
        kept: dict[str, Any] = signing.loads(request.COOKIES.get(_name(), ""), salt=_SALT, max_age=_LASTS)
        errand = Errand(**kept)
    except (signing.BadSignature, TypeError):
        raise SignOnRefused(
            "This browser asked for no sign-in within the last ten minutes", hint="Begin again; cookies are needed"
        ) from None
    if not constant_time_compare(errand.state, request.GET.get("state", "")):
        raise SignOnRefused("The answer is for another sign-in than the one that was asked for", hint="Begin again")
    return errand


def _name() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-oidc"


def _how() -> dict[str, Any]:
    # lax: the provider sends the browser here by a link of its own
    return {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax", "path": "/"}
