"""
Whether the web lives, whether what it needs answers, and the figures.

=========  ====================================================================  ==================
path       answer                                                                costs
=========  ====================================================================  ==================
/healthz   200: this process answers                                             nothing
/readyz    200, or 503 and who does not answer                                   one question each
/metrics   all figures, for this machine or for who has the token of the         a dozen statements
           settings (`web.metrics_token`) or one of an account
=========  ====================================================================  ==================
"""

from __future__ import annotations

import functools
import hmac
from ipaddress import ip_address

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from lading.accounts import tokens
from lading.accounts.access import address_of
from lading.accounts.roles import NotSignedIn
from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.ledger.clock import now
from lading.orchestration.metrics import Collector, exposition

#: headers of a proxy: who comes through one is not on this machine, whatever the address says
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")

_TEXT = "text/plain; charset=utf-8"


@require_safe
def lives(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse("ok\n", content_type=_TEXT)


@require_safe
def is_ready(_request: HttpRequest) -> HttpResponse:
    """Say whether ledger and Redis answer."""
    silent = who_is_silent()
    return HttpResponse("\n".join(silent or ["ok"]) + "\n", status=503 if silent else 200, content_type=_TEXT)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Return all figures."""
    if not _is_here(request) and not _has_token(request):
        return HttpResponse(
            "A token is needed from another machine\n",
            status=401,
            content_type=_TEXT,
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(exposition(_collector()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def who_is_silent() -> list[str]:
    """Return a line for each service that does not answer."""
    silent = []
    try:
        now()
    except DatabaseError:
        silent.append("the ledger does not answer")
    try:
        with broker.translated():
            broker.client().ping()
    except BrokerUnreachable:
        silent.append("Redis does not answer")
    return silent


@functools.cache
def _collector() -> Collector:
    return Collector()


def _is_here(request: HttpRequest) -> bool:
    """Say whether the client is on this machine, and no proxy in between."""
    try:
        is_loopback = ip_address(address_of(request)).is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in _FORWARDED)


def _has_token(request: HttpRequest) -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return False
    wanted = config.current().web.metrics_token
    if wanted is not None and hmac.compare_digest(secret.encode(), wanted.get_secret_value().encode()):
        return True
    try:
        return tokens.caller_of(secret).only is None
    except NotSignedIn:
        return False
