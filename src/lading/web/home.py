"""The first page where no console is installed: where everything is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lading.accounts.access import require
from lading.accounts.roles import Role


@require(Role.VIEWER)
def home(request: HttpRequest) -> HttpResponse:
    """Lead on."""
    return render(request, "lading/home.html")
