"""People, for administrators: who there is, in which role; made, changed, reset, deleted."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lading.accounts import audit, managing, people, tokens
from lading.accounts.access import Request, require
from lading.accounts.roles import Caller, Role, role_of
from lading.accounts.views.doing import SeeOther, told
from lading.base.errors import LadingError, NotFound


@require_GET
@require(Role.ADMINISTRATOR)
def listed(request: Request) -> HttpResponse:
    """Show all accounts, and a form for one more."""
    return _list(request)


@require_POST
@require(Role.ADMINISTRATOR)
def create(request: Request) -> HttpResponse:
    """Make an account; the answer is the one page that ever shows its one-time password."""
    name = _typed(request, "name").strip()
    try:
        password = managing.create(request.caller, name, role_of(_typed(request, "role")))
    except LadingError as error:
        return _list(request, problem=str(error), name=name, status=422)
    return _list(request, name=name, password=password)


@require_GET
@require(Role.ADMINISTRATOR)
def page(request: Request, name: str) -> HttpResponse:
    """Show one account."""
    return _one(request, _find(name))


@require_POST
@require(Role.ADMINISTRATOR)
def set_role(request: Request, name: str) -> HttpResponse:
    """Give somebody else another role."""
    _find(name)
    with told(request, f"{name} is {_typed(request, 'role')} now"):
        managing.set_role(request.caller, name, role_of(_typed(request, "role")))
    return _back(name)


@require_POST
@require(Role.ADMINISTRATOR)
def set_active(request: Request, name: str) -> HttpResponse:
    """Let somebody else sign in, or not any more."""
    _find(name)
    active = _typed(request, "active") == "yes"
    with told(request, f"{name} may sign in" if active else f"{name} is disabled: no session and no token holds"):
        managing.set_active(request.caller, name, active=active)
    return _back(name)


@require_POST
@require(Role.ADMINISTRATOR)
def reset(request: Request, name: str) -> HttpResponse:
    """Give somebody else a one-time password; the answer is the one page that ever shows it."""
    user = _find(name)
    try:
        password = managing.reset(request.caller, name)
    except LadingError as error:
        return _one(request, user, problem=str(error), status=409)
    return _one(request, user, password=password)


@require_POST
@require(Role.ADMINISTRATOR)
def delete(request: Request, name: str) -> HttpResponse:
    """Delete somebody else's account; the name is typed once more, so that it is no slip."""
    _find(name)
    if _typed(request, "name") != name:
        with told(request, ""):
            raise NotFound("That is not the name of this account: nothing was deleted")
        return _back(name)
    with told(request, f"The account {name} and what was {name}'s alone are deleted"):
        managing.delete(request.caller, name)
        return SeeOther(reverse("people"))
    return _back(name)


@require_POST
@require(Role.ADMINISTRATOR)
def revoke(request: Request, name: str, token: str) -> HttpResponse:
    """Let a token of somebody be good for nothing."""
    _find(name)
    with (
        told(request, f"The token {token} is good for nothing any more"),
        audit.recorded(request.caller, "token.revoke", token),
    ):
        tokens.revoke(token, of=name)
    return _back(name)


def _list(request: Request, status: int = 200, **more: str) -> HttpResponse:
    context = {"people": managing.everybody(), "roles": list(Role), **more}
    return render(request, "lading/people.html", context, status=status)


def _one(request: Request, user: User, status: int = 200, **more: str) -> HttpResponse:
    context = {
        "person": user,
        "profile": people.profile_of(user),
        "is_self": _is_self(request.caller, user),
        "tokens": [token for token in tokens.listed(user.username) if token.revoked_at is None],
        "identities": list(user.identities.all()),
        "roles": list(Role),
        **more,
    }
    return render(request, "lading/person.html", context, status=status)


def _is_self(caller: Caller, user: User) -> bool:
    return caller.user_id == user.pk


def _find(name: str) -> User:
    try:
        return people.find(name.replace("\0", ""))
    except NotFound as error:
        raise Http404(error.message) from None


def _typed(request: Request, field: str) -> str:
    return request.POST.get(field, "").replace("\0", "")


def _back(name: str) -> HttpResponse:
    return SeeOther(reverse("person", args=[name]))
