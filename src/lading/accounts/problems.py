"""
Errors as `application/problem+json`, with the codes that manifest and command line have: one place for the whole web.

=============================================  ======  ==============================================
what                                           status  who mends it
=============================================  ======  ==============================================
nobody, or a token that does not hold          401     sign in
not permitted, not allowed, no consent         403     an administrator; who asked
nothing of that name                           404     who asked
it cannot be done now (`UsageError`)           409     who asked, or time
the request or what it holds is wrong          422     who asked (413 too large, 415 of no known kind)
too many tries, a quota that is spent          429     time: `Retry-After`
a service is away                              503     time: `Retry-After`
anything else                                  500     we
=============================================  ======  ==============================================
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lading.accounts.roles import NotSignedIn
from lading.base.codes import catalogue
from lading.base.errors import LadingError, LedgerUnreachable, NotFound, Remedy, RequestInvalid

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

_STATUS: Mapping[str, int] = {
    "NOT_SIGNED_IN": 401,
    "CV_NOT_SIGNED_IN": 401,
    "NOT_PERMITTED": 403,
    "SOURCE_NOT_ALLOWED": 403,
    "DESTINATION_NOT_ALLOWED": 403,
    "HANDLER_NOT_ALLOWED": 403,
    "USER_NOT_ALLOWED": 403,
    "ADDRESS_NOT_ALLOWED": 403,
    "CV_MODEL_CONSENT_NEEDED": 403,
    "NOT_FOUND": 404,
    "CV_NOT_FOUND": 404,
    "CV_SUGGESTION_UNKNOWN": 404,
    "CV_TOO_LARGE": 413,
    "CV_WRONG_TYPE": 415,
    "REQUEST_INVALID": 422,
    "JOB_WITHOUT_TERMS": 422,
    "CV_DECISION_REFUSED": 422,
    "CV_ANSWER_NEEDED": 422,
    "CV_ANSWER_UNREADABLE": 422,
    "CV_SUGGESTION_BLOCKED": 422,
    "CV_MODEL_NOT_CONFIGURED": 422,
    "TOO_MANY_ATTEMPTS": 429,
    "NOTICES_TOO_FAST": 429,
    "NOTICES_TOO_LARGE": 413,
    "CV_WEBHOOK_REFUSED": 422,
    "CV_QUOTA_SPENT": 429,
}

#: what was sent cannot be worked with; a service is away; all else cannot be done now
_BY_REMEDY: Mapping[Remedy, int] = {Remedy.SKIP_FILE: 422, Remedy.RETRY_LATER: 503, Remedy.RETRY_NOW: 503}

#: seconds after which it is worth while to ask again, where nobody knows better
_RETRY_AFTER = 5


def status_of(error: LadingError) -> int:
    """Return the status of an answer that tells of an error."""
    if isinstance(error, _DefectError):
        return 500
    return _STATUS.get(error.code) or _BY_REMEDY.get(error.remedy, 409)


def answer(error: LadingError, more: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return the answer that tells of an error."""
    status = status_of(error)
    entry = catalogue().get(error.code)
    body = {
        "type": f"/codes/{error.code}/",
        "title": entry.meaning if entry else "",
        "status": status,
        "code": error.code,
        "detail": error.message,
        "hint": error.hint,
        "remedy": error.remedy.value,
        **(more or {}),
    }
    headers = {}
    if status == 401:  # noqa: PLR2004 - the status that this header goes with
        headers["WWW-Authenticate"] = "Bearer"
    if status in {429, 503}:
        after = error.retry_after.total_seconds() if error.retry_after else _RETRY_AFTER
        headers["Retry-After"] = str(math.ceil(after))
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def nothing_here(_request: HttpRequest) -> HttpResponse:
    """Answer for an address of the API that there is not: a view."""
    return answer(NotFound("There is nothing at that address", hint="/api/v1/openapi.json has all of them"))


nothing_here.csrf_exempt = True  # type: ignore[attr-defined] # it does nothing, whoever asks


def register(api: NinjaAPI) -> None:
    """Let an API tell of errors so."""
    api.add_exception_handler(LadingError, _ours)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _nobody)
    api.add_exception_handler(HttpError, _of_http)
    api.add_exception_handler(Http404, _nothing)
    api.add_exception_handler(Exception, _defect)


def _ours(_request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    return answer(error)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    return answer(*_explained(error.errors))


def _explained(problems: Sequence[Mapping[str, Any]]) -> tuple[LadingError, Mapping[str, Any]]:
    """Return the error, and each wrong place with what is wrong there; never the value."""
    fields = [
        {"place": ".".join(map(str, problem["loc"])), "message": str(problem["msg"]).removeprefix("Value error, ")}
        for problem in problems
    ]
    text = "; ".join(f"{field['place']}: {field['message']}" for field in fields)
    return RequestInvalid(f"The request is wrong: {text}"), {"errors": fields}


def _nobody(_request: HttpRequest, _error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    return answer(
        NotSignedIn("Nobody is signed in", hint="Authorization: Bearer and a token: `lading accounts token new`")
    )


def _of_http(_request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    from lading.accounts.roles import NotPermitted

    if error.status_code == 403:  # noqa: PLR2004 - ninja's word for a CSRF token that is missing
        return answer(NotPermitted("The request did not come from a page of this site", hint="Use a token"))
    return answer(RequestInvalid(str(error.message)))


def _nothing(_request: HttpRequest, _error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    return answer(NotFound("There is nothing at that address"))


def _defect(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - ninja's signature
    from django.db import DataError, InterfaceError, OperationalError

    if isinstance(error, DataError):
        return answer(RequestInvalid("The request has a value that the ledger cannot hold"))
    if isinstance(error, (OperationalError, InterfaceError)):
        return answer(LedgerUnreachable("The ledger did not answer"))
    log.error("%s %s", request.method, request.path, exc_info=error)
    return answer(_DefectError("Something happened that nobody foresaw", hint="The log of the web has the rest"))


class _DefectError(LadingError):
    """Nobody foresaw it."""
