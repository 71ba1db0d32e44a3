"""Who asks the API, what they sent, and files as answers."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from lading.base.errors import UsageError
from lading.cv.app import access, artefacts
from lading.cv.app.access import Asker
from lading.cv.engine.errors import TooLarge
from lading.cv.engine.extract import Limits

#: characters of an `Idempotency-Key`
_LONGEST_KEY = 100


class NotSignedIn(UsageError):  # noqa: N818 - the tree is named by the remedy
    """Nobody is signed in."""

    code = "CV_NOT_SIGNED_IN"


def owner_of(request: HttpRequest) -> str:
    """Return who asks: whoever a session or a token stands for; raise `NotSignedIn`."""
    auth, user = getattr(request, "auth", None), getattr(request, "user", None)
    key = getattr(auth, "user_id", None) or getattr(auth, "pk", None)
    if key is None and getattr(user, "is_authenticated", False):
        key = getattr(user, "pk", None)
    if key is None:
        raise NotSignedIn("Nobody is signed in", hint="Sign in, or send a token")
    return access.owner_of(key)


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks, and by which token; raise `NotSignedIn`."""
    return Asker(owner=owner_of(request), token=str(getattr(getattr(request, "auth", None), "token", "") or ""))


def key_of(request: HttpRequest) -> str | None:
    """Return what the caller calls this request; raise `UsageError` for a name that is too long to be kept whole."""
    key = request.headers.get("Idempotency-Key") or None
    if key is not None and len(key) > _LONGEST_KEY:
        raise UsageError(f"An Idempotency-Key has at most {_LONGEST_KEY} characters", hint="Take a shorter one")
    return key


def content_of(file: UploadedFile[bytes]) -> bytes:
    """Return an uploaded file's bytes, no more than a CV has."""
    most = Limits().bytes
    content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge(f"The file has more than {most // 1024 // 1024} MiB", hint="Remove pictures and attachments")
    return bytes(content)


def attachment(file: artefacts.File) -> HttpResponse:
    """Return a file as an answer that a browser saves."""
    return HttpResponse(file.content, content_type=file.media_type, headers=file.headers)


def base_of(request: HttpRequest, before: str) -> str:
    """Return the path under which the router is mounted: what comes before a part of the request's path."""
    return request.path.partition(before)[0]
