"""The trail: who did what, to what, from where, with which result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lading.accounts.models import Entry
from lading.accounts.roles import Caller
from lading.base import config
from lading.base.errors import LadingError
from lading.orchestration.ledger.clock import now

#: what is written of an action that went well
OK = "ok"

_LONGEST_SUBJECT = 300
_LONGEST_DETAIL = 2_000
_DAY = 86_400.0
#: lines removed at a time
_FORGOTTEN = 2_000


@contextmanager
def recorded(caller: Caller, action: str, subject: str) -> Iterator[None]:
    """
    Write a line for what is done inside, whatever comes of it.

    What was done and its line are not one transaction: a refusal has to be written, too, and an action that begins a run
    is known by that run even if the line is lost.
    """
    try:
        yield
    except LadingError as error:
        write(caller, action, subject, result=error.code, detail=str(error))
        raise
    except Exception as error:
        write(caller, action, subject, result=LadingError.code, detail=type(error).__name__)
        raise
    write(caller, action, subject)


def write(caller: Caller, action: str, subject: str, *, result: str = OK, detail: str = "") -> None:
    """Write one line."""
    Entry.objects.create(
        at=now(),
        user=caller.name,
        token=caller.token,
        address=caller.address,
        action=action,
        subject=subject[:_LONGEST_SUBJECT],
        result=result,
        detail=detail[:_LONGEST_DETAIL],
    )


def forget_old() -> bool:
    """Remove the oldest lines that are older than `retention.trail_days`; say whether there may be more."""
    edge = now() - config.current().retention.trail_days * _DAY
    oldest = Entry.objects.order_by("pk").values_list("pk", "at")[:_FORGOTTEN]
    keys = [key for key, at in oldest if at < edge]
    Entry.objects.filter(pk__in=keys).delete()
    return len(keys) == _FORGOTTEN


def page(*, before: int | None, limit: int, user: str = "", subject: str = "") -> Sequence[Entry]:
    """Return the newest lines below an id, of one person or about one thing where that is named."""
    found = Entry.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    if user:
        found = found.filter(user=user)
    if subject:
        found = found.filter(subject=subject)
    return list(found[:limit])
