"""The beginning of a session, whichever way somebody proved who they are."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from lading.accounts import sessions
from lading.accounts.access import address_of


def enter(request: HttpRequest, user: User) -> None:
    """Begin the session of somebody who has proved who they are."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    sessions.note(request, address_of(request))
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def wanted(request: HttpRequest) -> str:
    """Return where to go: the page that was asked for, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("home")
