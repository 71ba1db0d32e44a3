"""Which worker processes live, and what they take."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

from django.db.models import QuerySet

from lading.base import config
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Worker

#: renewals that may fail before a worker counts as gone
_MISSED = 3


def beat(token: str, host: str, pid: int, queues: str) -> None:
    """Say that this process lives."""
    Worker.objects.update_or_create(
        token=token, defaults={"host": host, "pid": pid, "queues": queues, "place": here(), "heartbeat": now()}
    )


def leave(token: str) -> None:
    """Say that this process ends."""
    Worker.objects.filter(token=token).delete()


def slots_by_queue() -> Counter[str]:
    """Return how many living processes take each queue."""
    queues_of_each = _living().values_list("queues", flat=True)
    return Counter(queue for queues in queues_of_each for queue in queues.split(","))


def by_host() -> Counter[str]:
    """Return how many processes live on each host."""
    return Counter(_living().values_list("host", flat=True))


def living() -> int:
    """Return how many processes live."""
    return _living().count()


def _living() -> QuerySet[Worker]:
    return Worker.objects.filter(heartbeat__gte=living_since(now()))


def living_since(at: float) -> float:
    """Return when a process must have been heard of last to count as living at a time."""
    return at - _MISSED * config.current().lease_renew.total_seconds()


def doubt_those_ahead() -> None:
    """Take processes whose last word lies ahead for silent, after the clock was set back; those that live speak soon."""
    at = now()
    Worker.objects.filter(heartbeat__gt=at).update(heartbeat=living_since(at) - 1)


def forget_dead() -> None:
    """Remove processes that have not been heard of for long."""
    Worker.objects.filter(heartbeat__lt=now() - 10 * _MISSED * config.current().lease_renew.total_seconds()).delete()


@functools.cache
def here() -> str:
    """Return within what a process number means one process: this boot of this machine, this namespace; "" if unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def end_leases_of_dead() -> int:
    """
    Let the leases of processes run out that surely are not there any more; return how many leases.

    Who is gone from this machine need not be waited for. All others are known by their silence alone.
    """
    if not here():
        return 0
    living = Worker.objects.filter(place=here()).values_list("token", "pid")
    dead = [token for token, pid in living if not _is_there(pid)]
    if not dead:
        return 0
    ended = Batch.objects.filter(worker__in=dead, state=BatchState.LEASED, lease_until__gt=0).update(lease_until=0)
    Worker.objects.filter(token__in=dead).delete()
    return ended


def _is_there(pid: int) -> bool:
    """Say whether there is such a process that can still do anything."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    # the state follows the name, which may hold anything
    return stat.rpartition(") ")[2][:1] not in {"Z", "X"}
