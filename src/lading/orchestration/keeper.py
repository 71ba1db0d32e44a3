"""
One thread in each worker process that keeps what the process holds.

Every second it asks whether the runs in hand were paused or stopped and tells progress; every `lease_renew` it renews
all leases with one statement, the deliveries in Redis with one command, and the process's heartbeat; every
`lease_sweep` it offers to sweep. It starts in the pool's process, after the fork.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection

from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker, enqueue, progress
from lading.orchestration.ledger import sweep, workers
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import DatabaseTime
from lading.orchestration.models import ACTIVE, Batch, BatchState, Run

log = logging.getLogger(__name__)

#: seconds between looks at the runs in hand: a stop or pause is noticed this soon
_LOOK = 1.0


@dataclass(frozen=True, slots=True)
class Holding:
    """A claim and the delivery that it came with."""

    claim: Claim
    delivery_tag: str
    meter: progress.Meter


class Keeper:
    """The thread, and what it keeps."""

    def __init__(self, queues: str) -> None:
        self.host = socket.gethostname()
        self.pid = os.getpid()
        self.token = f"{self.host}:{self.pid}:{uuid.uuid4().hex[:8]}"
        self._queues = queues
        self._holdings: dict[int, Holding] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin; the first heartbeat is written before this returns."""
        workers.beat(self.token, self.host, self.pid, self._queues)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and say that the process leaves."""
        self._ending.set()
        self._thread.join(timeout=5)
        with suppress(DatabaseError):
            workers.leave(self.token)

    @contextmanager
    def holding(self, claim: Claim, delivery_tag: str) -> Iterator[progress.Meter]:
        """Keep the claim while the context lasts."""
        holding = Holding(claim, delivery_tag, progress.Meter(claim.run_id, claim.batch_id))
        with self._lock:
            self._holdings[claim.batch_id] = holding
        try:
            yield holding.meter
        finally:
            with self._lock:
                self._holdings.pop(claim.batch_id, None)

    def _held(self) -> list[Holding]:
        with self._lock:
            return list(self._holdings.values())

    def _loop(self) -> None:
        renewed = swept = 0.0
        while not self._ending.wait(_LOOK * min(config.current().time_scale, 1.0)):
            at = time.monotonic()
            try:
                self._look()
                if at - renewed >= config.current().lease_renew.total_seconds():
                    self._renew()
                    renewed = at
                if at - swept >= config.current().lease_sweep.total_seconds():
                    swept = at
                    if sweep.may_sweep():
                        sweep.sweep()
            except (DatabaseError, BrokerUnreachable) as error:
                log.warning("keeper: %s", error)
                connection.close()
            except Exception:
                log.exception("keeper")
        connection.close()

    def _look(self) -> None:
        held = self._held()
        if not held:
            return
        in_hand = {holding.claim.run_id for holding in held}
        states = dict(Run.objects.filter(pk__in=in_hand).values_list("pk", "state"))
        for holding in held:
            state = states.get(holding.claim.run_id, "gone")
            if state not in ACTIVE:
                holding.claim.lease.call_off(f"the run is {state}")
        progress.tell([holding.meter for holding in held])

    def _renew(self) -> None:
        since = time.monotonic()
        seconds = config.current().lease_ttl.total_seconds()
        held = self._held()
        if held:
            ids = [holding.claim.batch_id for holding in held]
            mine = Batch.objects.filter(pk__in=ids, worker=self.token, state=BatchState.LEASED)
            renewed = mine.update(lease_until=DatabaseTime() + seconds)
            kept = set(ids) if renewed == len(ids) else set(mine.values_list("pk", flat=True))
            for holding in held:
                if holding.claim.batch_id in kept:
                    holding.claim.lease.renewed(since, seconds)
                else:
                    holding.claim.lease.call_off("the lease was taken over")
        workers.beat(self.token, self.host, self.pid, self._queues)
        at = time.time()
        broker.renew_deliveries({holding.delivery_tag: at for holding in held if holding.delivery_tag})


_keeper: Keeper | None = None
_keeper_lock = threading.Lock()


def keeper(queues: str = "") -> Keeper:
    """Return the keeper of this process, started on first use (and again after a fork)."""
    global _keeper  # noqa: PLW0603 - one a process, by its nature
    with _keeper_lock:
        if _keeper is None or _keeper.pid != os.getpid():
            _keeper = Keeper(queues)
            _keeper.start()
            enqueue.pump()
        return _keeper


def leave() -> None:
    """Stop this process's keeper, if it has one."""
    if _keeper is not None and _keeper.pid == os.getpid():
        _keeper.stop()
