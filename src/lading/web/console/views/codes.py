"""What a code means and what can be done."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lading.accounts.access import require
from lading.accounts.roles import Role
from lading.base import codes


@require_safe
@require(Role.VIEWER)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one entry of the catalogue."""
    entry = codes.catalogue().get(code)
    if entry is None:
        raise Http404(f"There is no code {code}")
    return render(request, "console/code.html", {"entry": entry})
