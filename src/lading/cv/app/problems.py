"""Errors as answers of the API: a status, a stable code, a sentence, and what can be done."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse

from lading.base.codes import catalogue
from lading.base.errors import LadingError, Remedy

P = ParamSpec("P")
T = TypeVar("T")

#: code -> status, where the remedy does not say enough
_STATUS: Mapping[str, int] = {
    "CV_NOT_SIGNED_IN": 401,
    "CV_NOT_FOUND": 404,
    "CV_SUGGESTION_UNKNOWN": 404,
    "CV_NOT_READY": 409,
    "CV_BASE_CHANGED": 409,
    "CV_SUGGESTION_STALE": 409,
    "CV_SUGGESTIONS_CONFLICT": 409,
    "CV_TOO_LARGE": 413,
    "CV_WRONG_TYPE": 415,
    "CV_QUOTA_SPENT": 429,
    "CV_MODEL_CONSENT_NEEDED": 403,
}
_BY_REMEDY: Mapping[Remedy, int] = {
    Remedy.MEND_COMMAND: 422,
    Remedy.SKIP_FILE: 422,
    Remedy.ASK_PERSON: 409,
    Remedy.RETRY_NOW: 503,
    Remedy.RETRY_LATER: 503,
    Remedy.STOP_RUN: 409,
}


def answer(error: LadingError) -> HttpResponse:
    """Return an error as `application/problem+json`, in the shape that the whole API has."""
    status, entry = status_of(error), catalogue().get(error.code)
    body = {
        "type": f"/codes/{error.code}/",
        "title": entry.meaning if entry else "",
        "status": status,
        "code": error.code,
        "detail": error.message,
        "hint": error.hint,
        "remedy": error.remedy.value,
    }
    headers = {"Cache-Control": "no-store"}
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


def status_of(error: LadingError) -> int:
    """Return the status of the answer that tells of an error."""
    return _STATUS.get(error.code, _BY_REMEDY[error.remedy])


def told(view: Callable[P, T]) -> Callable[P, T | HttpResponse]:
    """Let Lading's errors become answers; every answer is the person's own, and no cache keeps it."""

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T | HttpResponse:
        try:
            return view(*args, **kwargs)
        except LadingError as error:
            return answer(error)

    # ninja looks for the names of annotations where a function was written, and that would be here
    vars(wrapped)["__signature__"] = inspect.signature(view, eval_str=True)
    return wrapped


def base_of(request: HttpRequest, before: str) -> str:
    """Return the path under which the router is mounted: what comes before a part of the request's path."""
    return request.path.partition(before)[0]
