"""The part of the API that keeps nothing: a router of its own, since there are tokens for it alone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest
from ninja import File, Form, Router, UploadedFile

from lading.cv.app import quick
from lading.cv.app.asking import asker_of, content_of
from lading.cv.engine.lint.review import Advice

router = Router(tags=["cv"])


@router.post("/lint", summary="Check a CV; nothing is kept")
def lint(
    request: HttpRequest,
    file: File[UploadedFile],
    job: Form[str] = "",
    advice: Form[Advice] = Advice.DEFAULT,
) -> dict[str, object]:
    """Return what software loses of a CV, advice, and the answers to an advertisement. Nothing is stored or sent."""
    asked = quick.Asked(today=datetime.now(UTC).date(), job=job or None, advice=advice)
    return quick.lint(asker_of(request), content_of(file), asked).as_json()
