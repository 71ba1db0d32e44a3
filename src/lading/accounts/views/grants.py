"""What each role may touch, for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lading.accounts import grants, managing
from lading.accounts.access import Request, require
from lading.accounts.roles import Role, role_of
from lading.accounts.views.doing import SeeOther, told
from lading.base import config


@require_GET
@require(Role.ADMINISTRATOR)
def listed(request: Request) -> HttpResponse:
    """Show all grants beside what the settings allow, and a form for one more."""
    allowed = config.current().allowed
    bounds = [(kind.label, [str(one) for one in getattr(allowed, f"{kind.value}s")]) for kind in grants.Kind]
    context = {"grants": grants.listed(), "bounds": bounds, "roles": list(Role), "kinds": list(grants.Kind)}
    return render(request, "lading/grants.html", context)


@require_POST
@require(Role.ADMINISTRATOR)
def add(request: Request) -> HttpResponse:
    """Let a role touch something."""
    role, kind, value = _typed(request)
    with told(request, f"{role} may use {kind} {value}"):
        managing.add_grant(request.caller, role_of(role), kind, value)
    return SeeOther(reverse("grants"))


@require_POST
@require(Role.ADMINISTRATOR)
def remove(request: Request) -> HttpResponse:
    """Take a grant back."""
    role, kind, value = _typed(request)
    with told(request, f"The grant {role} {kind} {value} is taken back"):
        managing.remove_grant(request.caller, role_of(role), kind, value)
    return SeeOther(reverse("grants"))


def _typed(request: Request) -> tuple[str, str, str]:
    role, kind, value = (request.POST.get(name, "").replace("\0", "").strip() for name in ("role", "kind", "value"))
    return role, kind, value
