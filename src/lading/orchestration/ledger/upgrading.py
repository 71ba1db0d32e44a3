"""
An upgrade of the ledger: announced in the ledger, so that all hosts come to rest for it.

One row says until when. Nothing is claimed meanwhile, whoever works puts down what is in hand and ends, and what begins
waits. The row is renewed by whoever upgrades; if that one is killed it runs out, and the ledger is as the last whole
migration left it. After a migration that failed it holds without end: until an upgrade, of whichever version, went well.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Exists, QuerySet

from lading.base import config
from lading.base.errors import UpgradeFailed, UpgradeUnderWay
from lading.orchestration.ledger import workers
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.models import Batch, BatchState, Tick

_NAME = "upgrade"

#: seconds that an announcement holds without being renewed, and between renewals
HOLDS = 60.0
_RENEW = 5.0
#: the same while SQLite is migrated: nobody can write to it then, a renewal neither
HOLDS_LONG = 600.0

#: a time that never comes: a migration failed
_FOR_EVER = 1e12


class Announced(Enum):
    """What the ledger says of an upgrade."""

    NOTHING = "nothing"
    UNDER_WAY = "under way"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """What has to come to rest."""

    #: leases that have not run out
    batches: int
    #: worker processes by host
    processes: Counter[str]

    @property
    def is_nothing(self) -> bool:
        """Whether all is at rest."""
        return not self.batches and not self.processes

    def __str__(self) -> str:
        hosts = ", ".join(f"{number} on {host}" for host, number in sorted(self.processes.items()))
        return f"{self.batches} batches in hand, worker processes: {hosts or 'none'}"


def announced() -> Announced:
    """Return what the ledger says; its tables must be there."""
    until = Tick.objects.filter(name=_NAME).values_list("at", flat=True).first() or 0.0
    if until >= _FOR_EVER:
        return Announced.FAILED
    return Announced.UNDER_WAY if until > now() else Announced.NOTHING


def refuse() -> None:
    """Raise `UpgradeUnderWay` or `UpgradeFailed` where nothing may begin."""
    found = announced()
    if found is Announced.UNDER_WAY:
        raise UpgradeUnderWay("An upgrade of the ledger is under way", hint="Wait until it ended")
    if found is Announced.FAILED:
        raise UpgradeFailed("The last upgrade of the ledger failed", hint="`lading upgrade` tries again and says why")


def holds_back() -> Exists:
    """Return the condition that keeps batches from being claimed, to be asked with whatever else is asked."""
    announcements: QuerySet[Tick] = Tick.objects.filter(name=_NAME, at__gt=DatabaseTime())
    return Exists(announcements)


@contextmanager
def announcing() -> Iterator[None]:
    """Hold everything back while the context lasts, and until it was said how it ended, or for `HOLDS` seconds."""
    hold(HOLDS)
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(ended,), name="announcing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def hold(seconds: float) -> None:
    """Hold everything back from now on for so many seconds of the database's at least; what holds for longer goes on doing so."""
    until = now() + seconds * _scale()
    Tick.objects.get_or_create(name=_NAME)
    Tick.objects.filter(name=_NAME, at__lt=until).update(at=until)


def release() -> None:
    """Let everything begin."""
    Tick.objects.filter(name=_NAME).update(at=0)


def fail() -> None:
    """Let nothing begin until an upgrade went well."""
    Tick.objects.update_or_create(name=_NAME, defaults={"at": _FOR_EVER})


def in_hand() -> InHand:
    """Return what is not at rest; processes of this machine that were killed count as gone at once."""
    workers.end_leases_of_dead()
    leased = Batch.objects.filter(state=BatchState.LEASED, lease_until__gt=DatabaseTime()).count()
    return InHand(batches=leased, processes=workers.by_host())


def _renew(ended: threading.Event) -> None:
    """Announce again and again; a ledger that is locked for a while is one that nobody else can write to."""
    while not ended.wait(_RENEW * _scale()):
        with suppress(DatabaseError):
            soon = now() + HOLDS * _scale()
            Tick.objects.filter(name=_NAME, at__gt=0, at__lt=soon).update(at=soon)
    connection.close()


def _scale() -> float:
    return min(config.current().time_scale, 1.0)
