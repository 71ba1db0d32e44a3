"""
Two threads in each worker process that keep what the process holds.

The first one speaks with the ledger only, so that nothing but the ledger can delay it: every second it asks whether the
runs in hand were paused or stopped, every `lease_renew` it renews all leases with one statement and the process's
heartbeat, and asks whether the ledger became too new for it. The second one may have to wait for Redis: progress every second, the deliveries in hand every `lease_renew`,
the offer to sweep every `lease_sweep`. They start in the pool's process, after the fork.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection

from lading.base import config
from lading.base.errors import BrokerUnreachable, LedgerUnreachable
from lading.orchestration import broker, enqueue, logs, progress
from lading.orchestration.ledger import logbook, schema, sweep, workers
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import DatabaseTime
from lading.orchestration.limits import traffic
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
    """The threads, and what they keep."""

    def __init__(self, queues: str) -> None:
        self.host = socket.gethostname()
        self.pid = os.getpid()
        self.token = f"{self.host}:{self.pid}:{uuid.uuid4().hex[:8]}"
        self._queues = queues
        self._holdings: dict[int, Holding] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._book = logbook.Logbook(self.host)
        settings = config.current()
        look = _LOOK * min(settings.time_scale, 1.0)
        renew = settings.lease_renew.total_seconds()
        # whoever takes few queues leaves errands to those that can do all of them
        sweep_every = settings.lease_sweep.total_seconds() * (1 if "orchestration" in queues else 2)
        with_ledger = (_Due(self._look, look), _Due(self._renew, renew), _Due(self._look_at_schema, renew))
        errands = (
            _Due(self._tell, _LOOK),
            _Due(traffic.report, _LOOK),
            _Due(self._renew_deliveries, renew),
            _Due(self._book.write, renew),
            _Due(self._sweep, sweep_every),
        )
        self._threads = [
            threading.Thread(target=self._loop, args=(look / 2, duties), name=name, daemon=True)
            for name, duties in (("leases", with_ledger), ("errands", errands))
        ]

    def start(self) -> None:
        """Begin; the first heartbeat is written before this returns, if the ledger answers."""
        try:
            workers.beat(self.token, self.host, self.pid, self._queues)
        except DatabaseError as error:
            log.warning("keeper: %s", error)
            connection.close()
        self._book.open()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads and say that the process leaves."""
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._book.close()
        with suppress(DatabaseError):
            self._book.write()
            workers.leave(self.token)

    @contextmanager
    def holding(self, claim: Claim, delivery_tag: str) -> Iterator[progress.Meter]:
        """Keep the claim while the context lasts."""
        holding = Holding(claim, delivery_tag, progress.Meter(claim.run_id, claim.batch_id))
        begun = time.monotonic()
        with self._lock:
            self._holdings[claim.batch_id] = holding
        with logs.about(claim.run_id, claim.batch_id):
            try:
                yield holding.meter
            finally:
                with self._lock:
                    self._holdings.pop(claim.batch_id, None)
                told = (claim.kind, time.monotonic() - begun, holding.meter.files, holding.meter.bytes)
                log.info("%s: put down after %.1f s, %d files, %d bytes", *told)

    def _held(self) -> list[Holding]:
        with self._lock:
            return list(self._holdings.values())

    def _loop(self, pause: float, duties: Sequence[_Due]) -> None:
        logs.stand_apart()
        while not self._ending.wait(pause):
            for duty in duties:
                duty.do(time.monotonic())
        connection.close()

    def _look(self) -> None:
        """Call off work of runs that were paused or stopped; let limits hold that were changed."""
        held = self._held()
        if not held:
            return
        traffic.refresh()
        in_hand = {holding.claim.run_id for holding in held}
        states = dict(Run.objects.filter(pk__in=in_hand).values_list("pk", "state"))
        for holding in held:
            state = states.get(holding.claim.run_id, "gone")
            if state not in ACTIVE:
                holding.claim.lease.call_off(f"the run is {state}")

    def _look_at_schema(self) -> None:
        """Call off all work once the ledger is one that this version must not write to."""
        if (held := self._held()) and schema.compare().breaking:
            for holding in held:
                holding.claim.lease.call_off("the ledger was written by a newer version")

    def _renew(self) -> None:
        """Renew all leases and the heartbeat."""
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

    def _tell(self) -> None:
        """Report the progress of what is in hand."""
        progress.tell([holding.meter for holding in self._held()])

    def _renew_deliveries(self) -> None:
        """Tell the broker that what was delivered is being worked on."""
        at = time.time()
        broker.renew_deliveries({holding.delivery_tag: at for holding in self._held() if holding.delivery_tag})

    def _sweep(self) -> None:
        """Sweep if it is this process's turn."""
        if sweep.may_sweep():
            sweep.sweep()


class _Due:
    """A duty and when it was last done; one that fails is tried again soon and stops no other."""

    def __init__(self, duty: Callable[[], None], seconds: float) -> None:
        self._duty = duty
        self._seconds = seconds
        self._done = time.monotonic()

    def do(self, at: float) -> None:
        """Do it if it is due."""
        if at - self._done < self._seconds:
            return
        try:
            self._duty()
        except (DatabaseError, BrokerUnreachable, LedgerUnreachable) as error:
            log.warning("keeper: %s", error)
            connection.close()
            return
        except Exception:
            log.exception("keeper")
        self._done = at


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
    global _keeper  # noqa: PLW0603 - as above
    if _keeper is not None and _keeper.pid == os.getpid():
        _keeper.stop()
        _keeper = None
