"""The API as an installation mounts it; who asks is named by a header."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

from lading.cv.app.router import router


def _who(request: HttpRequest) -> SimpleNamespace:
    name = request.headers.get("X-User", "")
    return SimpleNamespace(user_id=int(name) if name else None)


api = NinjaAPI(urls_namespace="cv-test", auth=_who)
api.add_router("/cv", router)

urlpatterns = [path("api/v1/", api.urls)]
