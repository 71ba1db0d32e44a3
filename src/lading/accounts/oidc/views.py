"""The addresses of single sign-on: to the provider, and back from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from lading.accounts import audit
from lading.accounts.access import address_of
from lading.accounts.entering import enter, wanted
from lading.accounts.oidc import admitting, errand
from lading.accounts.oidc.errors import SignOnRefused
from lading.accounts.oidc.provider import Provider
from lading.accounts.oidc.verifying import Claims
from lading.accounts.roles import Caller, Role
from lading.accounts.signing_in import context
from lading.base import config
from lading.base.config_oidc import Oidc
from lading.base.errors import LadingError, RetryLater

View = Callable[[HttpRequest], HttpResponse]


@lru_cache(maxsize=1)
def provider(settings: Oidc) -> Provider:
    """Return the provider of these settings, with what is known of it."""
    return Provider(settings)


def _told(view: View) -> View:
    """Answer 404 where there is no provider; tell on the page for signing in what went wrong."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if not config.current().web.oidc.is_on:
            raise Http404("There is no single sign-on")
        try:
            return view(request)
        except LadingError as error:
            # on the page itself: a message would be a session, and a row, for whoever comes by
            status = 503 if isinstance(error, RetryLater) else 403
            return render(request, "lading/sign_in.html", {**context(), "problem": f"{error}"}, status=status)

    return asked


@require_GET
@_told
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    new = errand.Errand(wanted=wanted(request))
    answer = HttpResponseRedirect(provider(config.current().web.oidc).address(new, _back(request)))
    errand.keep(answer, new)
    return answer


@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Take whom the provider sends back, and go on to where they wanted to."""
    answer = _taken(request)
    errand.forget(answer)
    return answer


@_told
def _taken(request: HttpRequest) -> HttpResponse:
    settings = config.current().web.oidc
    nobody = Caller(user_id=0, name="", role=Role.VIEWER, address=address_of(request))
    with audit.recorded(nobody, "sign-in.oidc", settings.issuer or ""):
        asked = errand.of(request)
        _refuse_others(request, settings)
        claims = provider(settings).claims(request.GET.get("code", ""), asked, _back(request))
    known = Caller(user_id=0, name=_told_name(claims, settings), role=Role.VIEWER, address=address_of(request))
    with audit.recorded(known, "sign-in", claims["sub"]):
        user = admitting.admit(claims, settings)
    enter(request, user)
    return HttpResponseRedirect(asked.wanted)


@require_GET
@_told
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to where it signs out at the provider."""
    sign_in = (
        request.build_absolute_uri(reverse("sign-in")) if _public() is None else f"{_public()}{reverse('sign-in')}"
    )
    return HttpResponseRedirect(provider(config.current().web.oidc).leaving(sign_in) or reverse("sign-in"))


def _refuse_others(request: HttpRequest, settings: Oidc) -> None:
    """Raise what the answer says that is none, or that comes from another provider (RFC 9207)."""
    if "iss" in request.GET and not constant_time_compare(request.GET["iss"], settings.issuer or ""):
        raise SignOnRefused("The answer comes from another provider")
    if "error" in request.GET:
        raise SignOnRefused(f"The provider refused it: {request.GET['error'][:100]}", hint="Begin again")
    if not request.GET.get("code"):
        raise SignOnRefused("The answer has no code", hint="Begin again")


def _told_name(claims: Claims, settings: Oidc) -> str:
    return "".join(admitting.values_of(claims, settings.name_claim)[:1]).replace("\0", "")[:150]


def _public() -> str | None:
    return config.current().web.public_url


def _back(request: HttpRequest) -> str:
    """Return our address at which the provider sends the browser back: the one that it has on its list."""
    path = reverse("oidc-back")
    public = _public()
    return request.build_absolute_uri(path) if public is None else f"{public}{path}"
