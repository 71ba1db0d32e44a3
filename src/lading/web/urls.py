"""All addresses."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from lading.web import health, home
from lading.web.api import api

urlpatterns = [
    path("healthz", health.lives),
    path("readyz", health.is_ready),
    path("metrics", health.figures),
    path("api/v1/", api.urls),
    path("", include("lading.accounts.urls")),
    *([path("", include("lading.web.console.urls"))] if find_spec("lading.web.console.urls") else []),
    path("", home.home, name="home"),
]
