"""The page of the trail, for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lading.accounts import audit
from lading.accounts.access import Request, require
from lading.accounts.navigation import Place, add
from lading.accounts.roles import Role

_SIZE = 100

add(Place(label="Trail", view="audit", role=Role.ADMINISTRATOR, order=90))


@require_safe
@require(Role.ADMINISTRATOR)
def trail(request: Request) -> HttpResponse:
    """Show who did what, newest first."""
    before = request.GET.get("before", "")
    user, subject = (request.GET.get(name, "").replace("\0", "") for name in ("user", "subject"))
    is_number = before.isascii() and before.isdigit() and len(before) < len(str(2**63))
    found = audit.page(before=int(before) if is_number else None, limit=_SIZE + 1, user=user, subject=subject)
    context = {
        "entries": found[:_SIZE],
        "before": found[_SIZE - 1].pk if len(found) > _SIZE else 0,
        "user": user,
        "subject": subject,
    }
    return render(request, "lading/trail.html", context)
