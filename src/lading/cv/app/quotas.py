"""
How much one person may do in a time, and how much of that a program with one of their tokens.

======================  ==========================================================================
asked by                counts for
======================  ==========================================================================
the person              the person
a program with a token  the person, and the token: it has a share (`cv.token_percent`) of each quota,
                        so that one that runs away leaves some to the person and to other programs
======================  ==========================================================================

Counted in Redis by person and kind, no word of a document with it. While Redis is away nobody is refused: the counts
guard against a runaway program, and hold back no one else.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.cv.app.access import Asker
from lading.cv.app.errors import QuotaSpent
from lading.cv.app.models import Document, JobAdvertisement
from lading.orchestration import broker

#: quota:{kind}:{person}:{period}  string  how often in this period; gone when it is over
_KEY = broker.PREFIX + "quota:{}:{}:{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many in so many seconds."""

    kind: str
    most: int
    seconds: int


def uploads() -> Quota:
    """Return how many CVs one person may upload in a day."""
    return Quota(kind="uploads", most=config.current().cv.uploads_per_day, seconds=86_400)


def reviews() -> Quota:
    """Return how many reviews one person may begin in a day."""
    return Quota(kind="reviews", most=config.current().cv.reviews_per_day, seconds=86_400)


def lints() -> Quota:
    """Return how many checks without storing one person may ask for in a minute."""
    return Quota(kind="lints", most=config.current().cv.lints_per_minute, seconds=60)


def take(asker: Asker, quota: Quota) -> None:
    """Count one; raise `QuotaSpent` where that is one too many. What a token was refused does not count for its person."""
    if asker.token:
        share = max(1, quota.most * config.current().cv.token_percent // 100)
        _count(f"{asker.owner} {asker.token}", replace(quota, most=share), f"The token {asker.token} has used its")
    _count(asker.owner, quota, "You have used your")


def _count(who: str, quota: Quota, words: str) -> None:
    at = time.time()
    period, rest = int(at // quota.seconds), quota.seconds - at % quota.seconds
    key = _KEY.format(quota.kind, hashlib.sha256(who.encode()).hexdigest()[:16], period)
    try:
        with broker.translated(), broker.client().pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, quota.seconds)
            counted: Any = pipe.execute()[0]
    except BrokerUnreachable:
        return
    if counted > quota.most:
        raise QuotaSpent(
            f"{words} {quota.most} {quota.kind}",
            retry_after=timedelta(seconds=rest),
            hint=f"There will be more in {int(rest) + 1} seconds",
        )


def has_room(owner: str) -> None:
    """Raise `QuotaSpent` where a person has as many CVs stored as they may have."""
    _has_room(Document.objects.filter(owner=owner).count(), "CVs")


def has_room_for_job(owner: str) -> None:
    """Raise `QuotaSpent` where a person has as many advertisements stored as they may have CVs."""
    _has_room(JobAdvertisement.objects.filter(owner=owner).count(), "advertisements")


def _has_room(stored: int, of: str) -> None:
    most = config.current().cv.documents
    if stored >= most:
        raise QuotaSpent(
            f"You have {most} {of} stored", retry_after=timedelta(hours=1), hint="Delete one that you do not need"
        )
