"""Oneself: in which browsers one is signed in, which tokens one has."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lading.accounts import audit, people, sessions, tokens
from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.accounts.views.doing import SeeOther, told
from lading.base.errors import LadingError
from lading.orchestration.ledger.clock import now

_LONGEST_DAYS = 3_650


class NewToken(forms.Form):
    """A token to be made."""

    label = forms.CharField(max_length=100, label="What it is for", help_text="Such as: nightly script")
    role = forms.ChoiceField(label="It may", help_text="No more than you may")
    jobs = forms.CharField(
        required=False,
        max_length=2_000,
        label="Only for jobs",
        help_text="Patterns such as lab-*, with blanks between; empty: all jobs",
    )
    days = forms.IntegerField(min_value=1, max_value=_LONGEST_DAYS, initial=90, label="Days until it ends")

    def allow(self, role: Role) -> NewToken:
        """Offer the roles that a person's own covers."""
        choices = [(one.value, one.value) for one in Role if role.covers(one)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined] # it is a field of choices
        return self


@require_GET
@require(Role.VIEWER)
def page(request: Request) -> HttpResponse:
    """Show who is signed in, where, and with which tokens."""
    return _page(request, NewToken().allow(request.caller.role))


@require_POST
@require(Role.VIEWER)
def new_token(request: Request) -> HttpResponse:
    """Make a token; the answer is the one page that ever shows it."""
    caller = request.caller
    form = NewToken(request.POST).allow(caller.role)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    scope = tokens.Scope(role=Role(given["role"]), jobs=given["jobs"].split(), days=given["days"], label=given["label"])
    try:
        with audit.recorded(caller, "token.new", caller.name):
            secret = tokens.make(people.find(caller.name), scope)[1]
    except LadingError as error:
        form.add_error(None, f"{error}")
        return _page(request, form, status=409)
    return _page(request, NewToken().allow(caller.role), secret=secret)


@require_POST
@require(Role.VIEWER)
def revoke(request: Request, token: str) -> HttpResponse:
    """Let one of the own tokens be good for nothing."""
    with (
        told(request, f"The token {token} is good for nothing any more"),
        audit.recorded(request.caller, "token.revoke", token),
    ):
        tokens.revoke(token, of=request.caller.name)
    return SeeOther(reverse("profile"))


@require_POST
@require(Role.VIEWER)
def end(request: Request, session: str) -> HttpResponse:
    """End the session in another browser."""
    with told(request, "That browser is signed out"), audit.recorded(request.caller, "session.end", session):
        sessions.end(request.caller.user_id, session)
    return SeeOther(reverse("profile"))


def _page(request: Request, form: NewToken, status: int = 200, secret: str = "") -> HttpResponse:
    user, at = people.find(request.caller.name), now()
    context = {
        "form": form,
        "secret": secret,
        "seats": sessions.of(user, request.session),
        "tokens": [
            token
            for token in tokens.listed(user.username)
            if token.revoked_at is None and (token.expires_at is None or token.expires_at > at)
        ],
        "identities": list(user.identities.all()),
        "has_password": user.has_usable_password(),
    }
    return render(request, "lading/profile.html", context, status=status)
