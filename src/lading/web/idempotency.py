"""
A request with an `Idempotency-Key` is carried out once: the same request gets the same answer again, for a day.

===============================  ==========================================================
the key is                       answer
===============================  ==========================================================
new                              the request is carried out, its answer is kept
known, of the same request       the answer that was kept
known, of another request        422
known, without an answer yet     409: it is under way, or whoever carried it out died over it
===============================  ==========================================================

An answer that says "not now" or "not you" (401, 403, 429, 5xx) is not kept: the request may be sent again.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from lading.accounts import problems
from lading.accounts.models import Answer
from lading.base.errors import RequestInvalid, UsageError
from lading.orchestration.ledger.clock import now

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_KEPT = 86_400.0
_LONGEST_KEY = 200
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_NOT_KEPT = frozenset({401, 403, 429})
_SERVER_ERROR = 500

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Carry a request with a key out once: a decorator of views."""

    @functools.wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - as the view
        key = request.headers.get(HEADER, "")
        if not key or request.method not in _UNSAFE:
            return view(request, *args, **kwargs)
        if len(key) > _LONGEST_KEY:
            return problems.answer(RequestInvalid(f"An {HEADER} has at most {_LONGEST_KEY} characters"))
        return _once(_named(request, key), _digest(request), functools.partial(view, request, *args, **kwargs))

    return asked


def _once(key: str, digest: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    at = now()
    Answer.objects.filter(made_at__lt=at - _KEPT).delete()
    try:
        with transaction.atomic():
            Answer.objects.create(key=key, request=digest, made_at=at)
    except IntegrityError:
        return _again(key, digest)
    try:
        answer = act()
    except BaseException:
        Answer.objects.filter(pk=key).delete()
        raise
    if answer.status_code in _NOT_KEPT or answer.status_code >= _SERVER_ERROR:
        Answer.objects.filter(pk=key).delete()
    else:
        Answer.objects.filter(pk=key).update(
            status=answer.status_code,
            location=answer.headers.get("Location", ""),
            content_type=answer.headers.get("Content-Type", ""),
            body=answer.content,
        )
    return answer


def _again(key: str, digest: str) -> HttpResponse:
    known = Answer.objects.filter(pk=key).first()
    if known is not None and known.request != digest:
        return problems.answer(RequestInvalid(f"The {HEADER} was used for another request"))
    if known is None or not known.status:
        return problems.answer(
            UsageError("The same request is under way", hint="Look at what it was to do, then ask again")
        )
    answer = HttpResponse(bytes(known.body), status=known.status, content_type=known.content_type or None)
    if known.location:
        answer.headers["Location"] = known.location
    answer.headers[REPLAYED] = "true"
    return answer


def _named(request: HttpRequest, key: str) -> str:
    """Return the key as it is kept: of whoever asks, and nobody else's."""
    who = request.headers.get("Authorization") or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(f"{who}\0{key}".encode()).hexdigest()


def _digest(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), request.content_type or "")
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + request.body).hexdigest()
