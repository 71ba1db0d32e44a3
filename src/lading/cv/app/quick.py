"""A check of which nothing is kept: no row, no file, no word in a log."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, timedelta

from lading.base.errors import RetryLater
from lading.cv.app import quotas
from lading.cv.app.access import Asker
from lading.cv.engine.extract import Limits, extract_bytes, get_ready
from lading.cv.engine.lint.report import Report
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.structure import structure

#: seconds of the confined reader: the answer comes within two
_READER_S = 1.5
#: checks at a time in one process of the web application: each one keeps a core busy
_AT_ONCE = 4

_places = threading.BoundedSemaphore(_AT_ONCE)


class Busy(RetryLater):
    """So many checks are under way that another one would make all of them late."""

    code = "CV_BUSY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a check shall look at."""

    #: the day that the rules take for today
    today: date
    #: text of a job advertisement
    job: str | None
    advice: Advice
    #: for the confined reader; a person waits longer than a program
    seconds: float = _READER_S


def lint(asker: Asker, content: bytes, asked: Asked) -> Report:
    """Return what software loses of a CV; raise a `DocumentRefused`, `JobWithoutTerms`, `QuotaSpent` or `Busy`."""
    quotas.take(asker, quotas.lints())
    if not _places.acquire(timeout=0.5):
        busy = Busy("Many CVs are being checked just now", hint="Try again in a few seconds")
        busy.retry_after = timedelta(seconds=2)
        raise busy
    try:
        document = extract_bytes(content, Limits(seconds=asked.seconds))
        return review(document, structure(document), today=asked.today, job=asked.job, advice=asked.advice)
    finally:
        get_ready()
        _places.release()
