"""
Leases: who may work on a batch, and how the work ends.

=================  ==========================================  =====================================
event              condition, checked by the database          effect
=================  ==========================================  =====================================
claim              queued, due, run may go (`gates`),          leased, fence + 1
                   no upgrade announced (`upgrading`)
claim              leased and not run out                      none: somebody works on it
claim              done, parked, cancelled                     none: a late or second delivery
finish             leased with this fence                      done; outcomes, new batches, tallies
finish             any other fence or state                    nothing is written, `Cancelled`
give back          leased with this fence                      queued again, outside the window
=================  ==========================================  =====================================
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from lading.base import config
from lading.base.errors import Cancelled
from lading.orchestration.kinds import Ending, NewOutcome, batch_kind
from lading.orchestration.ledger import circuits, gates, rows, runs, upgrading
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.ledger.why import NOTHING
from lading.orchestration.models import Batch, BatchState, Circuit, Outcome, Run, RunState, Window, outcome_id

#: a request must have ended this long before the lease does: seconds
MARGIN = 1.0


class Lease:
    """The `Token` of a claimed batch: holds while the lease surely does and nobody called the work off."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._called_off = ""

    def renewed(self, since: float, seconds: float) -> None:
        """Extend: a renewal that was sent at monotonic time `since` succeeded."""
        self._until = max(self._until, since + seconds)

    def call_off(self, reason: str) -> None:
        """Let every later `check` raise."""
        self._called_off = reason

    def check(self) -> None:
        """Raise `Cancelled` when the work was called off or the lease may have run out."""
        if self._called_off:
            raise Cancelled(self._called_off)
        if self.remaining <= 0:
            raise Cancelled("the lease ran out")

    @property
    def remaining(self) -> float:
        """Seconds until a request must have ended."""
        return 0.0 if self._called_off else self._until - time.monotonic() - MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A batch that this process holds."""

    batch_id: int
    run_id: int
    kind: str
    fence: int
    #: how many workers died over it before
    crashes: int
    payload: bytes
    options: dict[str, Any]
    job_id: int | None
    #: the service that the run depends on
    circuit: str
    lease: Lease


def claim(batch_id: int, worker: str) -> Claim | None:
    """Take the lease of a batch; None if there is nothing to do (see the table above)."""
    seconds = config.current().lease_ttl.total_seconds()
    since = time.monotonic()
    with transaction.atomic():
        batch = _found(batch_id)
        if batch is None or not _may_go(batch) or not _take(batch, worker):
            _give_up_place(batch_id)
            return None
    if batch.run.state == RunState.QUEUED or batch.run.started_at is None:
        # not while the batch is locked: who stops a run locks the run first, then its batches
        gates.begin(batch.run_id)
    lease = Lease(0)
    lease.renewed(since, seconds)
    return Claim(
        batch_id=batch_id,
        run_id=batch.run_id,
        kind=batch.kind,
        fence=batch.fence + 1,
        crashes=batch.crashes,
        payload=bytes(batch.payload),
        options=batch.run.options,
        job_id=batch.run.job_id,
        circuit=batch.run.circuit,
        lease=lease,
    )


def _found(batch_id: int) -> Any:  # noqa: ANN401 - a batch with three columns more
    """Return a batch with its run, the database's time (`at`), if its circuit is open (`is_stopped`), and an upgrade on (`upgrades`)."""
    is_stopped = Exists(Circuit.objects.filter(pk=OuterRef("run__circuit"), is_open=True))
    found = Batch.objects.filter(pk=batch_id).select_related("run").order_by()
    return found.annotate(at=DatabaseTime(), is_stopped=is_stopped, upgrades=upgrading.holds_back()).first()


def _may_go(batch: Any) -> bool:  # noqa: ANN401 - as found
    """Say whether nothing speaks against taking a batch; where the circuit is open it becomes the probe, if one is due."""
    is_free = batch.state == BatchState.QUEUED and batch.not_before <= batch.at and not batch.upgrades
    return (
        is_free
        and gates.is_passable(batch.run, batch.at)
        and (not batch.is_stopped or circuits.take_probe(batch, batch.at))
    )


def _take(batch: Any, worker: str) -> int:  # noqa: ANN401 - as found
    """Write the lease unless somebody else was quicker; return how many were written."""
    as_found = Batch.objects.filter(pk=batch.pk, state=BatchState.QUEUED, fence=batch.fence)
    return as_found.update(
        state=BatchState.LEASED,
        window=Window.OUTSIDE,
        lease_until=batch.at + config.current().lease_ttl.total_seconds(),
        fence=batch.fence + 1,
        worker=worker,
        started_at=batch.at if batch.started_at is None else batch.started_at,
    )


def _give_up_place(batch_id: int) -> None:
    """A message that finds its batch not to be taken (paused run, not due) makes room in the window."""
    Batch.objects.filter(pk=batch_id, state=BatchState.QUEUED, window=Window.SENT).update(window=Window.OUTSIDE)


def finish(held: Claim, ending: Ending) -> None:
    """
    Write everything that the batch leaves behind; raise `Cancelled`, writing nothing, if the lease is lost.

    So does a second call after one whose answer was lost: everything is written already.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=held.run_id)
        _end(held, ending)
        runs.add_batches(run.pk, ending.batches)
        if ending.notes:
            Run.objects.filter(pk=run.pk).update(notes={**run.notes, **ending.notes})
        if ending.also is not None:
            ending.also(held.batch_id)
        if run.state == RunState.WAITING and gates.lets_pass(run):
            Run.objects.filter(pk=run.pk, state=RunState.WAITING).update(state=RunState.RUNNING, **NOTHING._asdict())
            run.state = RunState.RUNNING
        runs.close_if_over(run)


def _end(held: Claim, ending: Ending) -> None:
    counts: Counter[str] = Counter(outcome.outcome.value for outcome in ending.outcomes)
    counts.update(ending.counts)
    ended = Batch.objects.filter(pk=held.batch_id, fence=held.fence, state=BatchState.LEASED).update(
        state=BatchState.DONE, payload=b"", result=ending.result, lease_until=0, ended_at=DatabaseTime(), **counts
    )
    if not ended:
        raise Cancelled("the lease was taken over")
    write_outcomes(held.run_id, held.batch_id, ending.outcomes)


def write_outcomes(run_id: int, batch_id: int, outcomes: Any) -> None:  # noqa: ANN401 - a sequence of NewOutcome
    """Insert one row for each outcome."""
    at = now()
    rows.insert(
        Outcome,
        ("id", "run", "subject", "outcome", "code", "reason", "at"),
        (
            (outcome_id(batch_id, position), run_id, new.subject, new.outcome.value, new.code, new.reason, at)
            for position, new in enumerate(outcomes)
        ),
    )


def give_back(held: Claim, *, delay: float = 0.0) -> bool:
    """Queue the batch again after `delay` seconds; say whether it was still ours."""
    return bool(
        Batch.objects.filter(pk=held.batch_id, fence=held.fence, state=BatchState.LEASED).update(
            state=BatchState.QUEUED, window=Window.OUTSIDE, lease_until=0, not_before=DatabaseTime() + delay
        )
    )


def let_go(held: Claim) -> None:
    """End work that was called off; the batch waits for whatever becomes of its run. A lost lease is nothing."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=held.run_id)
        if give_back(held):
            runs.close_if_over(run)


def park(batch: Batch, code: str, reason: str) -> None:
    """Give a batch up: everything in it becomes a failed outcome. Call inside a transaction that holds the run."""
    outcomes: list[NewOutcome] = list(batch_kind(batch.kind).abandon(bytes(batch.payload), code, reason))
    parked = (
        Batch.objects.filter(pk=batch.pk, fence=batch.fence)
        .exclude(state__in=[BatchState.DONE])
        .update(
            state=BatchState.PARKED,
            window=Window.OUTSIDE,
            lease_until=0,
            code=code,
            reason=reason,
            failed=len(outcomes),
            ended_at=DatabaseTime(),
        )
    )
    if parked:
        write_outcomes(batch.run_id, batch.pk, outcomes)
