"""
Who may come in: decorators for views, and who a request is from.

::

    @require(Role.OPERATOR)
    def pause(request, run): ...        # request.caller is who asks
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from lading.accounts import audit
from lading.accounts.people import profile_of
from lading.accounts.roles import Caller, NotPermitted, Role

View = TypeVar("View", bound=Callable[..., Any])


class Request(HttpRequest):
    """A request whose sender is known: what a view behind `require` gets."""

    caller: Caller


def address_of(request: HttpRequest) -> str:
    """Return the client's address; behind a proxy that is trusted (uvicorn decides), the one that it names."""
    return str(request.META.get("REMOTE_ADDR") or "")


def caller_of(request: HttpRequest) -> Caller | None:
    """Return who is signed in in the browser; None for nobody."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    profile = profile_of(user)
    return Caller(
        user_id=user.pk,
        name=user.username,
        role=Role(profile.role),
        address=address_of(request),
        must_change_password=profile.must_change_password,
    )


def require(role: Role) -> Callable[[View], View]:
    """Let a view be seen by who has a role, others be sent to the sign-in page or told that they may not."""

    def decorate(view: View) -> View:
        if inspect.iscoroutinefunction(view):

            @functools.wraps(view)
            async def asked_later(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the view
                refusal = await sync_to_async(_refused)(request, role)
                return refusal or await view(request, *args, **kwargs)

            return cast("View", asked_later)

        @functools.wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the view
            return _refused(request, role) or view(request, *args, **kwargs)

        return cast("View", asked)

    return decorate


def _refused(request: HttpRequest, role: Role) -> HttpResponse | None:
    """Return what is answered instead of the view; None where it may go on, `request.caller` being set."""
    caller = caller_of(request)
    if caller is None:
        return go_to(request, f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
    cast("Request", request).caller = caller
    if caller.must_change_password:
        return go_to(request, reverse("change-password"))
    if not caller.role.covers(role):
        note_refusal(request, caller)
        return render(request, "lading/refused.html", {"needed": role}, status=403)
    return None


def note_refusal(request: HttpRequest, caller: Caller) -> None:
    """Write to the trail that somebody wanted what their role does not permit."""
    audit.write(caller, "refused", f"{request.method} {request.path}", result=NotPermitted.code)


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send a browser to another page; htmx, which would put that page into a part of this one, is told to go there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
