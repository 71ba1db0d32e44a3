"""Which worker processes live, and what they take."""

from __future__ import annotations

from collections import Counter

from lading.base import config
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Worker

#: renewals that may fail before a worker counts as gone
_MISSED = 3


def beat(token: str, host: str, pid: int, queues: str) -> None:
    """Say that this process lives."""
    Worker.objects.update_or_create(
        token=token, defaults={"host": host, "pid": pid, "queues": queues, "heartbeat": now()}
    )


def leave(token: str) -> None:
    """Say that this process ends."""
    Worker.objects.filter(token=token).delete()


def slots_by_queue() -> Counter[str]:
    """Return how many living processes take each queue."""
    fresh = now() - _MISSED * config.current().lease_renew.total_seconds()
    living = Worker.objects.filter(heartbeat__gte=fresh).values_list("queues", flat=True)
    return Counter(queue for queues in living for queue in queues.split(","))


def forget_those_ahead() -> None:
    """Remove processes whose last word lies ahead, after the clock was set back; those that live speak again soon."""
    Worker.objects.filter(heartbeat__gt=now()).delete()


def forget_dead() -> None:
    """Remove processes that have not been heard of for long."""
    Worker.objects.filter(heartbeat__lt=now() - 10 * _MISSED * config.current().lease_renew.total_seconds()).delete()
