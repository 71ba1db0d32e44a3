"""Pages by which people sign in and out, and choose a password."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from lading.accounts import audit, passwords, throttle
from lading.accounts.access import address_of, caller_of
from lading.accounts.entering import enter, wanted
from lading.accounts.roles import Caller, NotSignedIn, Role
from lading.base import config
from lading.base.errors import LadingError, UsageError

_WRONG = "Name and password do not go together"


class SignIn(forms.Form):
    """Name and password."""

    name = forms.CharField(max_length=150, widget=forms.TextInput({"autocomplete": "username", "autofocus": True}))
    password = forms.CharField(
        strip=False, max_length=1_000, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class NewPassword(forms.Form):
    """The password that somebody has, and the one that is to come."""

    old = forms.CharField(
        label="Present password",
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label="New password",
        strip=False,
        max_length=1_000,
        help_text="At least 12 characters; not your name, and none of the usual ones",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="New password again",
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; go on to where somebody wanted to."""
    form = SignIn(request.POST or None)
    if config.current().web.oidc.only:
        return render(request, "lading/sign_in.html", context(), status=403 if request.method == "POST" else 200)
    if request.method == "POST" and form.is_valid():
        try:
            enter(request, checked(form.cleaned_data["name"], form.cleaned_data["password"], address_of(request)))
        except LadingError as error:
            form.add_error(None, f"{error}")
            status = 429 if isinstance(error, throttle.TooManyAttempts) else 200
            return render(request, "lading/sign_in.html", context(form), status=status)
        return HttpResponseRedirect(wanted(request))
    return render(request, "lading/sign_in.html", context(form))


def context(form: SignIn | None = None) -> dict[str, object]:
    """Return what the page for signing in shows."""
    return {"form": form or SignIn(), "oidc": config.current().web.oidc}


def checked(name: str, password: str, address: str) -> User:
    """Return who that is; raise `NotSignedIn`, or `TooManyAttempts` before anything is compared."""
    nobody = Caller(user_id=0, name=name[:150], role=Role.VIEWER, address=address)
    with audit.recorded(nobody, "sign-in", name):
        throttle.refuse_if_too_many(name, address)
        user = authenticate(username=name, password=password)
        if user is None:
            throttle.failed(name, address)
            raise NotSignedIn(_WRONG)
        throttle.succeeded(name)
    return user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who is signed in in this browser."""
    caller = caller_of(request)
    if caller is not None:
        audit.write(caller, "sign-out", caller.name)
    logout(request)
    return redirect(f"{reverse('sign-in')}?signed-out")


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Let whoever is signed in choose another password."""
    caller = caller_of(request)
    if caller is None:
        return redirect("sign-in")
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with audit.recorded(caller, "password", caller.name):
                _change(request, form.cleaned_data, caller.address)
        except LadingError as error:
            form.add_error(None, error.message)
        else:
            return redirect("home")
    return render(request, "lading/change_password.html", {"form": form, "must": caller.must_change_password})


def _change(request: HttpRequest, given: dict[str, str], address: str) -> None:
    user = cast("User", request.user)
    if given["new"] != given["again"]:
        raise UsageError("The new password was not written twice the same")
    passwords.change(user, old=given["old"], new=given["new"], address=address)
    update_session_auth_hash(request, user)  # other sessions of this person end; this one goes on
