"""
Sessions of browsers: which ones a person has, and their end.

What is told of a session stands in the session itself, so that neither can be there without the other. A session is named by a
part of the hash of its key: who reads a list of them cannot take one over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from lading.base.errors import NotFound
from lading.orchestration.ledger.clock import now

_AT, _ADDRESS, _BROWSER = "signed_in_at", "signed_in_from", "signed_in_with"
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One browser in which somebody is signed in."""

    name: str
    #: seconds since the epoch; None: nobody wrote it down
    at: float | None
    address: str
    #: as the browser calls itself
    browser: str
    is_here: bool


def note(request: HttpRequest, address: str) -> None:
    """Write into a new session when, from where and with what it began."""
    told = {_AT: now(), _ADDRESS: address, _BROWSER: request.headers.get("User-Agent", "")[:_LONGEST]}
    for name, value in told.items():
        request.session[name] = value


def of(user: User, here: SessionBase | None = None) -> Sequence[Seat]:
    """Return the sessions of a person that hold, newest first; `here` is the one that asks."""
    own = "" if here is None else name_of(here.session_key)
    found = [
        Seat(
            name=name_of(session.pk),
            at=told.get(_AT),
            address=str(told.get(_ADDRESS, "")),
            browser=str(told.get(_BROWSER, "")),
            is_here=name_of(session.pk) == own,
        )
        for session, told in _of(user.pk)
        # a changed password ends all sessions but the one that changed it
        if constant_time_compare(str(told.get(HASH_SESSION_KEY, "")), user.get_session_auth_hash())
    ]
    return sorted(found, key=lambda seat: -(seat.at or 0.0))


def end(user_id: int, name: str) -> None:
    """End one session of a person; `NotFound` where there is none of that name."""
    keys = [session.pk for session, _ in _of(user_id) if name_of(session.pk) == name]
    if not keys:
        raise NotFound(f"There is no session {name}")
    Session.objects.filter(pk__in=keys).delete()


def end_all(user_id: int) -> None:
    """End all sessions of a person."""
    Session.objects.filter(pk__in=[session.pk for session, _ in _of(user_id)]).delete()


def name_of(key: str | None) -> str:
    """Return how a session is called."""
    return hashlib.sha256((key or "").encode()).hexdigest()[:16]


def _of(user_id: int) -> Iterator[tuple[Session, dict[str, Any]]]:
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        told = session.get_decoded()
        if told.get(SESSION_KEY) == str(user_id):
            yield session, told
