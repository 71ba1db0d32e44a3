"""
Where stores post notices of what happened to their objects: `POST /hooks/buckets/NUMBER-OF-THE-JOB`.

===========================================  ======  =======================================================
what is posted                               answer  what becomes of it
===========================================  ======  =======================================================
notices, with the secret of the post box     202     what they name below the job's source waits, in the ledger
a test event, other buckets, other prefixes  202     nothing
without the secret, or another one           401     nothing; after many of an address 429 for a while
what is no notice                            422     nothing: the next look at everything finds what it told
longer than 1 MiB                            413     as above
more than 200 a second for a while           429     as above, unless the store posts it again
===========================================  ======  =======================================================

The secret comes as `Authorization: Bearer SECRET`, bare, or as the password of `Basic`: stores differ. There is no cookie, so
nobody else's browser could be used to post.
"""

from __future__ import annotations

import base64
import binascii
import functools
import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lading.accounts import problems, throttle
from lading.accounts.access import address_of
from lading.accounts.roles import NotSignedIn
from lading.base.errors import LadingError, LedgerUnreachable, NotFound, RequestInvalid
from lading.ingest.app import posting
from lading.ingest.app.models import Job
from lading.ingest.engine.sources.s3 import location, notices
from lading.web.allowance import Allowance

log = logging.getLogger(__name__)

#: bytes of a request: one notice has less than two thousand
LONGEST = 1 << 20
#: requests a second that one job takes for long, and at once
PER_SECOND, AT_ONCE = 200.0, 2_000


@csrf_exempt
@require_POST
def notices_of_bucket(request: HttpRequest, job: int) -> HttpResponse:
    """Take notices of a bucket's store."""
    try:
        _admit(request, job)
        return JsonResponse({"schema": 1, "paths": _taken(request, job)}, status=202)
    except LadingError as error:
        log.warning("what was posted for job %d from %s is refused: %s", job, address_of(request), error)
        return problems.answer(error)
    except (OperationalError, InterfaceError):
        return problems.answer(LedgerUnreachable("The ledger did not answer"))


def _admit(request: HttpRequest, job: int) -> None:
    """Raise `NotSignedIn` for who has not the secret, `TooManyAttempts` for who has tried others before."""
    if posting.admits(job, _secret(request)):
        return
    name, address = f"hook {job}", f"hook {address_of(request)}"
    throttle.refuse_if_too_many(name, address)
    throttle.failed(name, address)
    raise NotSignedIn("That is not the secret of the post box", hint="`lading jobs webhook NAME` makes another one")


def _taken(request: HttpRequest, job: int) -> int:
    """Let what notices name wait; return how many paths those are."""
    if not _rate_of(job).takes_one():
        raise posting.NoticesTooFast(f"More than {PER_SECOND:,.0f} requests a second are not taken")
    try:
        paths = _paths(request, _watched(job))
    except LadingError:
        posting.refused(job)
        raise
    posting.take(job, paths)
    return len(paths)


def _watched(number: int) -> location.Location:
    """Return what the job of a post box watches; raise `NotFound` once it is not watched so any more."""
    job = Job.objects.filter(pk=number).first()
    if job is None or not posting.takes_posts(job):
        raise NotFound("The job is not watched by what its store posts", hint="`lading jobs edit NAME --webhook`")
    return location.parse(job.source)


def _paths(request: HttpRequest, at: location.Location) -> tuple[str, ...]:
    body = request.body
    if len(body) > LONGEST:
        raise posting.NoticesTooLarge(f"More than {LONGEST:,} bytes are not taken at once")
    try:
        return notices.paths_in(body.decode(), at)
    except (UnicodeDecodeError, notices.NotUnderstood):
        raise RequestInvalid(
            "That is no notice of a store", hint="The body has the form of S3 events: Records"
        ) from None


def _secret(request: HttpRequest) -> str:
    """Return the secret that a request has, "" for none."""
    said = request.headers.get("Authorization", "").strip()
    kind, _, rest = said.partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
        except binascii.Error:
            return ""
    return rest.strip() if kind.lower() == "bearer" else said


@functools.lru_cache(maxsize=1_000)
def _rate_of(_job: int) -> Allowance:
    """Return how fast the post box of a job is, in this process."""
    return Allowance(per_second=PER_SECOND, at_once=AT_ONCE)
