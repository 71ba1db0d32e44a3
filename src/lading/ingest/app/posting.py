"""
Notices that stores post: kept in the ledger until a run looks at what they name.

Each watched bucket has a post box with a secret of its own, which lets who knows it do one thing: name objects that are to
be looked at again. The ledger has the hash alone. A path waits once however often it is posted, in a row that is new each
time, so that whoever settles the old one does not settle the new one. Beyond `MOST` paths everything waits, in one row.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b, sha256
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from lading.base.errors import RetryLater, UsageError
from lading.base.paths import from_bytes, to_bytes
from lading.ingest.app.definition import from_options
from lading.ingest.app.models import Job, PostBox, PostedPath
from lading.ingest.engine.noticing.burst import MOST
from lading.orchestration.ledger.clock import now

T = TypeVar("T")

#: what secrets begin with, so that people and scanners of secrets see what they are
START = "lading-hook-"
#: where on the web the post box of a job is, by its number
ADDRESS = "/hooks/buckets/{}"
#: what is compared where there is no post box: one that is there must not be told by the time of the answer
_NOBODY = "0" * 64
#: rows of one statement: databases bound their variables
_ROWS = 400


class NoticesTooFast(RetryLater):
    """A store posts more often than is taken."""

    code = "NOTICES_TOO_FAST"
    retry_after = timedelta(seconds=1)


class NoticesTooLarge(UsageError):  # noqa: N818 - named by what it says
    """What a store posts at once is too long."""

    code = "NOTICES_TOO_LARGE"


def renew_secret(job: Job) -> str:
    """Give the post box of a job a secret and return it, this once; the one before holds no more. Raise `UsageError`."""
    if not takes_posts(job):
        raise UsageError(
            f"Nothing is posted for the job {job.name}",
            hint="It has to be a bucket that is watched so: `lading jobs edit NAME --watch --webhook`",
        )
    secret = START + secrets.token_urlsafe(32)
    PostBox.objects.update_or_create(pk=job.pk, defaults={"digest": _digest(secret), "made_at": now()})
    return secret


def takes_posts(job: Job) -> bool:
    """Say whether the job is watched by what its store posts."""
    watch = from_options(job.options).watch
    return watch is not None and watch.webhook


def admits(job_id: int, secret: str) -> bool:
    """Say whether a secret is that of the post box; as slow for one that is not there."""
    there = PostBox.objects.filter(pk=job_id).values_list("digest", flat=True).first()
    return hmac.compare_digest(_digest(secret), there or _NOBODY) and there is not None


def take(job_id: int, paths: Sequence[str], *, most: int = MOST) -> None:
    """Let paths wait to be looked at; they are in the ledger when this returns."""
    with transaction.atomic():
        # locked: ids are in the order in which they can be seen, or a reader would pass some by
        PostBox.objects.select_for_update().filter(pk=job_id).first()
        PostBox.objects.filter(pk=job_id).update(taken=F("taken") + 1, posted_at=now())
        wanted = {_key(path): path for path in paths}
        of_job = PostedPath.objects.filter(job_id=job_id)
        for some in _pieces(list(wanted)):
            of_job.filter(key__in=some).delete()
        if of_job.count() + len(wanted) > most:
            of_job.delete()
            wanted = {_key(""): ""}
        rows = [PostedPath(job_id=job_id, key=key, path=to_bytes(path)) for key, path in wanted.items()]
        PostedPath.objects.bulk_create(rows, batch_size=_ROWS)


def refused(job_id: int) -> None:
    """Count a request that made no sense."""
    PostBox.objects.filter(pk=job_id).update(refused=F("refused") + 1)


def waiting(job_id: int, after: int, most: int) -> Sequence[tuple[int, str]]:
    """Return number and path of what was posted behind a number."""
    found = PostedPath.objects.filter(job_id=job_id, pk__gt=after).order_by("pk")[:most]
    return [(row.pk, from_bytes(bytes(row.path))) for row in found]


def settle(job_id: int, numbers: Collection[int]) -> None:
    """Forget what runs look at; what was posted again since has another number."""
    for some in _pieces(sorted(numbers)):
        PostedPath.objects.filter(job_id=job_id, pk__in=some).delete()


def _pieces(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _ROWS):
        yield things[start : start + _ROWS]


def _key(path: str) -> bytes:
    return blake2b(to_bytes(path), digest_size=16).digest()


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
