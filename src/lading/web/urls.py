"""All addresses."""

from __future__ import annotations

from django.urls import include, path, re_path

from lading.accounts import navigation, problems
from lading.accounts.access import require
from lading.accounts.navigation import Place
from lading.accounts.roles import Role
from lading.cv.app.pages import urls as cv_pages
from lading.web import event_views, health, hooks, trail
from lading.web.api import api
from lading.web.console.views import overview

urlpatterns = [
    path("healthz", health.lives),
    path("readyz", health.is_ready),
    path("metrics", health.figures),
    path("api/v1/", api.urls),
    re_path("^api/v1/", problems.nothing_here),
    path("hooks/buckets/<int:job>", hooks.notices_of_bucket, name="hook-bucket"),
    path("streams/", event_views.of_all, name="stream"),
    path("streams/runs/<int:run>", event_views.of_run, name="stream-run"),
    path("audit/", trail.trail, name="audit"),
    path("cv/", include(cv_pages.patterns(require(Role.VIEWER)))),
    path("", include("lading.accounts.urls")),
    path("", include("lading.web.console.urls")),
    # the name that accounts know, which know no console
    path("", overview.page, name="home"),
]

navigation.add(Place(label="CVs", view="cv:documents", order=40))
