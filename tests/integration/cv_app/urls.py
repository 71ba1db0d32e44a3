"""API and pages as an installation mounts them; who asks is named by a header."""

from __future__ import annotations

import functools
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from lading.accounts import problems
from lading.cv.app.lint_router import router as lint_router
from lading.cv.app.pages import urls
from lading.cv.app.pages.urls import View
from lading.cv.app.router import router


def _who(request: HttpRequest) -> SimpleNamespace:
    name = request.headers.get("X-User", "")
    return SimpleNamespace(user_id=int(name) if name else None)


api = NinjaAPI(urls_namespace="cv-test", auth=_who)
api.add_router("/cv", router)
problems.register(api)
api.add_router("/cv", lint_router)


def _guard(view: View) -> View:
    @functools.wraps(view)
    def wrapped(request: HttpRequest, **numbers: int) -> HttpResponse:
        name = request.headers.get("X-User", "")
        if not name:
            return HttpResponse(status=401)
        vars(request)["auth"] = SimpleNamespace(user_id=int(name))
        return view(request, **numbers)

    return wrapped


urlpatterns = [path("api/v1/", api.urls), path("cv/", include(urls.patterns(_guard)))]
