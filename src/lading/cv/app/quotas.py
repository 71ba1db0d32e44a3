"""
How much one person may do in a time.

Counted in Redis by person and kind, no word of a document with it. While Redis is away nobody is refused: the counts
guard against a runaway program, and hold back no one else.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.cv.app.errors import QuotaSpent
from lading.cv.app.models import Document
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


def take(owner: str, quota: Quota) -> None:
    """Count one; raise `QuotaSpent` where that is one too many."""
    at = time.time()
    period, rest = int(at // quota.seconds), quota.seconds - at % quota.seconds
    person = hashlib.sha256(owner.encode()).hexdigest()[:16]
    key = _KEY.format(quota.kind, person, period)
    try:
        with broker.translated(), broker.client().pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, quota.seconds)
            counted: Any = pipe.execute()[0]
    except BrokerUnreachable:
        return
    if counted > quota.most:
        raise QuotaSpent(
            f"You have used your {quota.most} {quota.kind}",
            retry_after=timedelta(seconds=rest),
            hint=f"There will be more in {int(rest) + 1} seconds",
        )


def has_room(owner: str) -> None:
    """Raise `QuotaSpent` where a person has as many CVs stored as they may have."""
    most = config.current().cv.documents
    if Document.objects.filter(owner=owner).count() >= most:
        raise QuotaSpent(
            f"You have {most} CVs stored", retry_after=timedelta(hours=1), hint="Delete one that you do not need"
        )
