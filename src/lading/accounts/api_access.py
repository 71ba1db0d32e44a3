"""
Who asks the API: a program with a token, or a page in the browser of somebody who is signed in.

Reading takes a viewer, everything else an operator, unless an operation says that it takes more (`behind`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from lading.accounts import tokens
from lading.accounts.access import Request, address_of, caller_of, note_refusal
from lading.accounts.roles import Area, Caller, NotPermitted, Role

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def behind(role: Role | None = None, *, is_of_jobs: bool = True, areas: Sequence[Area] = ()) -> Sequence[AuthBase]:
    """
    Return what lets in who has a role; None: as the method needs.

    What is no matter of jobs (`is_of_jobs`) is not for a token that was made for some jobs only; a token that is for one
    area alone is let in where that is one of `areas`.
    """
    return [Token(role, is_of_jobs=is_of_jobs, areas=areas), Session(role)]


class Token(HttpBearer):
    """`Authorization: Bearer lading_…`."""

    def __init__(self, role: Role | None, *, is_of_jobs: bool, areas: Sequence[Area]) -> None:
        self._role = role
        self._is_of_jobs = is_of_jobs
        self._areas = areas
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return who asks; raise `NotSignedIn` or `NotPermitted`."""
        caller = tokens.caller_of(token, address_of(request))
        if caller.jobs and not self._is_of_jobs:
            raise NotPermitted(f"This token of {caller.name} is for the jobs {', '.join(caller.jobs)} only")
        if caller.only is not None and caller.only not in self._areas:
            raise NotPermitted(f"This token of {caller.name} is for {caller.only.value} only")
        return _let_in(request, caller, self._role)


class Session(APIKeyCookie):
    """The session of a browser; whatever changes something needs the CSRF token of a page of ours."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, role: Role | None) -> None:
        self._role = role
        super().__init__()

    def _get_key(self, request: HttpRequest) -> str | None:
        """Return the session; what comes without one needs a sign-in, and no CSRF token."""
        return super()._get_key(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """Return who is signed in; None for nobody."""
        caller = caller_of(request) if key else None
        return None if caller is None else _let_in(request, caller, self._role)


def _let_in(request: HttpRequest, caller: Caller, role: Role | None) -> Caller:
    if caller.must_change_password:
        raise NotPermitted(f"{caller.name} has to choose a password first", hint="Sign in with a browser, once")
    try:
        caller.needs(role or (Role.VIEWER if request.method in _READING else Role.OPERATOR))
    except NotPermitted:
        note_refusal(request, caller)
        raise
    cast("Request", request).caller = caller
    return caller
