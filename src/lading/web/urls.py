"""All addresses."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path, re_path

from lading.web import event_views, health, home, problems, trail
from lading.web.api import api

urlpatterns = [
    path("healthz", health.lives),
    path("readyz", health.is_ready),
    path("metrics", health.figures),
    path("api/v1/", api.urls),
    re_path("^api/v1/", problems.nothing_here),
    path("streams/", event_views.of_all, name="stream"),
    path("streams/runs/<int:run>", event_views.of_run, name="stream-run"),
    path("audit/", trail.trail, name="audit"),
    path("", include("lading.accounts.urls")),
    *([path("", include("lading.web.console.urls"))] if find_spec("lading.web.console.urls") else []),
    path("", home.home, name="home"),
]
