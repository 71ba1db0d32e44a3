"""The addresses of the pages, behind whatever guard the installation has."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from lading.accounts.problems import status_of
from lading.base.errors import LadingError
from lading.cv.app.pages import review_views, views

View = Callable[..., HttpResponse]

_VIEWS: tuple[tuple[str, View, str], ...] = (
    ("", views.documents, "documents"),
    ("upload", views.upload, "upload"),
    ("documents/<int:document_id>/delete", views.delete, "delete"),
    ("documents/<int:document_id>/original", views.original, "original"),
    ("documents/<int:document_id>/pages/<int:number>", views.picture, "picture"),
    ("documents/<int:document_id>/versions", views.all_versions, "versions"),
    ("documents/<int:document_id>/renderings", views.rendering, "rendering"),
    ("documents/<int:document_id>/files", views.files, "files"),
    ("renderings/<int:artefact_id>/file", views.rendered, "rendered"),
    ("reviews/<int:review_id>", review_views.review, "review"),
    ("reviews/<int:review_id>/live", review_views.live, "live"),
    ("reviews/<int:review_id>/act", review_views.act, "act"),
    ("reviews/<int:review_id>/decide", review_views.decide, "decide"),
    ("reviews/<int:review_id>/outgoing", review_views.outgoing, "outgoing"),
    ("reviews/<int:review_id>/model", review_views.ask_model, "ask-model"),
)


def patterns(guard: Callable[[View], View]) -> tuple[list[URLPattern], str]:
    """Return the addresses, for `include`; `guard` wraps each view and lets nobody in who is not signed in."""
    return [path(route, guard(_told(view)), name=name) for route, view, name in _VIEWS], "cv"


def _told(view: View) -> View:
    """Let an error that a view does not tell by itself be a page of one sentence."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, **numbers: int) -> HttpResponse:
        try:
            return view(request, **numbers)
        except LadingError as error:
            from django.shortcuts import render

            return render(request, "lading/cv/problem.html", {"problem": error}, status=status_of(error))

    return wrapped
