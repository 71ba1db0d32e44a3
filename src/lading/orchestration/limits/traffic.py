"""The engine's `Traffic` for one service: limits that change while running, and what is learned from requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import redis

from lading.base.cancellation import Token
from lading.orchestration import broker
from lading.orchestration.ledger import limits
from lading.orchestration.limits.flow import Gauge
from lading.orchestration.limits.pace import Bucket


class Watch:
    """What this process knows of one service."""

    def __init__(self, name: str, client: Callable[[], redis.Redis] = broker.client) -> None:
        self.name = name
        self.bytes = Bucket(f"{name}:bytes", client)
        self.requests = Bucket(f"{name}:requests", client)
        self.gauge = Gauge(name, 1)

    def set(self, found: limits.Limits, sharers: int) -> None:
        """Let other limits hold."""
        self.bytes.set(found.bytes_per_second, sharers)
        self.requests.set(found.requests_per_second, sharers)


class ServiceTraffic:
    """Spends of the limits of a service, and of further ones of bytes (a job's own)."""

    def __init__(self, watch: Watch, own: Sequence[Bucket] = ()) -> None:
        self._watch = watch
        self._own = own

    def spend(self, requests: int, size: int, token: Token) -> None:
        """Return once so many requests with so many bytes may be sent; raise what the token raises."""
        self._watch.requests.spend(requests, token)
        self._watch.bytes.spend(size, token)
        for bucket in self._own:
            bucket.spend(size, token)

    def answered(self, seconds: float) -> None:
        """Take note of how long a small request took."""
        self._watch.gauge.answered(seconds)

    def broke(self) -> None:
        """Take note of a connection that could not be had, or broke."""
        self._watch.gauge.broke()


_watches: dict[str, Watch] = {}
_jobs: dict[str, Bucket] = {}
_lock = threading.Lock()


def watch(name: str) -> Watch:
    """Return what this process knows of a service; its limits as they are in the ledger now."""
    with _lock:
        found = _watches.setdefault(name, Watch(name))
    found.set(limits.of(name), limits.sharers())
    return found


def of_job(name: str, rate: float) -> Bucket:
    """Return the limit of a job's own."""
    with _lock:
        found = _jobs.setdefault(name, Bucket(name))
    found.set(rate, limits.sharers())
    return found


def refresh() -> None:
    """Read the limits of all services that this process has used: for the keeper, every second while work is in hand."""
    with _lock:
        known = list(_watches.values())
    found = limits.of_all([one.name for one in known]) if known else {}
    sharers = limits.sharers() if found else 1
    for one in known:
        one.set(found.get(one.name, limits.Limits()), sharers)


def report() -> None:
    """Tell the others what was learned: for the keeper, every second."""
    with _lock:
        known = list(_watches.values())
    with broker.translated():
        for one in known:
            one.gauge.report(broker.client())
