"""
Failed sign-ins are answered later and later.

===================  =====================================
failures in a row    seconds until the next try
===================  =====================================
less than 5          0
5, 6, 7 …            1, 2, 4 … up to 15 minutes
===================  =====================================

Counted for each name and for each address, so that neither one account nor one client can be tried without end; a name
that is good signs in from an address that failed only after its wait, too. A quarter of an hour of silence forgets it.
"""

from __future__ import annotations

import math

from django.db import transaction
from django.db.models import F

from lading.accounts.models import Attempts
from lading.base.errors import RetryLater
from lading.orchestration.ledger.clock import now

FREE = 5
#: an office behind one address may have that many people who mistype
FREE_FOR_ADDRESS = 20
LONGEST = 900.0


class TooManyAttempts(RetryLater):
    """Signing in failed too often; the next try has to wait."""

    code = "TOO_MANY_ATTEMPTS"


def wait_after(failures: int, free: int = FREE) -> float:
    """Return how many seconds after the last of so many failures the next try may come."""
    return 0.0 if failures < free else min(2.0 ** min(failures - free, 20), LONGEST)


def refuse_if_too_many(name: str, address: str) -> None:
    """Raise `TooManyAttempts` while somebody has to wait."""
    at = now()
    for key, free in _keys(name, address):
        found = Attempts.objects.filter(pk=key).first()
        left = 0.0 if found is None else found.last_at + wait_after(found.failures, free) - at
        if left > 0:
            raise TooManyAttempts(
                "Signing in failed too often", hint=f"The next try can be made in {math.ceil(left):,} seconds"
            )


def failed(name: str, address: str) -> None:
    """Count a failure."""
    at = now()
    with transaction.atomic():
        Attempts.objects.filter(last_at__lt=at - LONGEST).delete()
        for key, _ in _keys(name, address):
            row, made = Attempts.objects.get_or_create(pk=key, defaults={"failures": 1, "last_at": at})
            if not made:
                Attempts.objects.filter(pk=row.pk).update(failures=F("failures") + 1, last_at=at)


def succeeded(name: str) -> None:
    """Forget the failures of a name; those of an address are forgotten by time alone."""
    Attempts.objects.filter(pk=_keys(name, "")[0][0]).delete()


def _keys(name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (f"name:{name.casefold()[:150]}", FREE), (f"address:{address[:64]}", FREE_FOR_ADDRESS)
