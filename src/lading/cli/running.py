"""Bringing a run to its end from a terminal: services held, dead parts started again, Ctrl-C understood."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from lading import services
from lading.base import config
from lading.base.errors import RetryLater, UsageError
from lading.cli import follow
from lading.cli.frame import Exit, err
from lading.ingest.app.job_hooks import after_runs
from lading.ingest.app.task_names import names_of
from lading.orchestration import broker, enqueue, progress
from lading.orchestration.ledger import control
from lading.orchestration.ledger.workers import slots_by_queue
from lading.orchestration.models import OPEN, Batch, BatchState, Run

#: worker processes where Redis is embedded and nobody says how many
USUAL_WORKERS = 2

#: seconds that a run may wait for a first worker before the command gives up watching
_WORKER_PATIENCE = 15.0


class NoWorker(RetryLater):
    """Nobody takes the queue."""

    code = "NO_WORKER"


@dataclass(slots=True)
class Workshop:
    """What this command holds while a run is carried out."""

    held: services.Holder
    #: whether the workers end with this command
    has_own_workers: bool
    #: when a worker was last known to live (monotonic)
    seen_worker: float = field(default_factory=time.monotonic)


@contextmanager
def workshop(workers: int | None) -> Iterator[Workshop]:
    """Hold what is embedded, with `workers` slots of its own (None: two where Redis is embedded, none elsewhere)."""
    settings = config.current()
    wanted = workers if workers is not None else USUAL_WORKERS if settings.is_redis_embedded else 0
    with services.hold(settings, workers=wanted) as held:
        yield Workshop(held, wanted > 0)


@contextmanager
def joined(workers: int | None) -> Iterator[Workshop]:
    """Hold what is embedded like `workshop`, but start workers only if nobody else's are there."""
    with services.hold(config.current()) as held:
        if workers is None and held.status().workers:
            yield Workshop(held, has_own_workers=False)
            return
        with workshop(workers) as shop:
            yield shop


def to_end(run_id: int, shop: Workshop, *, quietly: bool = False) -> progress.State:
    """Follow a run to its end or rest. The first Ctrl-C pauses it (own workers) or only stops watching."""
    try:
        state = follow.to_end(run_id, lambda: _look_after(run_id, shop), quietly=quietly)
        _follow_what_comes_after(run_id, shop)
    except KeyboardInterrupt:
        _interrupted(run_id, shop)
        raise SystemExit(int(Exit.INTERRUPTED)) from None
    return state


def _follow_what_comes_after(run_id: int, shop: Workshop) -> None:
    """Wait for the `post_job` of a run that was stopped or failed: workers of this command would end before it."""
    enqueue.pump()
    for after in after_runs(run_id):
        follow.to_end(after, partial(_look_after, after, shop))


def _look_after(run_id: int, shop: Workshop) -> None:
    queue = queue_of(run_id)
    for name in shop.held.restart_dead():
        err.print(f"[yellow]{name} had ended and was started again[/]")
    if shop.has_own_workers or slots_by_queue()[queue]:
        shop.seen_worker = time.monotonic()
    elif time.monotonic() - shop.seen_worker > _WORKER_PATIENCE:
        with broker.translated():
            broker.client().ping()  # without it no worker hears of anything
        raise NoWorker(
            f"Run {run_id} waits, but no worker takes the queue {queue}",
            hint=f"Start one with `{_starts(queue)}`; the run then goes on by itself: `lading follow {run_id}`",
        )


def _starts(queue: str) -> str:
    return "lading worker --queues cv-ai" if queue == "cv-ai" else "lading worker"


def queue_of(run_id: int) -> str:
    """Return the queue that a run waits for: that of its first open batch, or of the workers that read its source."""
    open_ones = Batch.objects.filter(run_id=run_id, state__in=OPEN).order_by("pk")
    options = Run.objects.filter(pk=run_id).values_list("options", flat=True)
    return open_ones.values_list("queue", flat=True).first() or names_of(options.first() or {}).queue


def _interrupted(run_id: int, shop: Workshop) -> None:
    if not shop.has_own_workers:
        err.print(f"Run {run_id} goes on without this terminal: [bold]lading follow {run_id}[/]")
        return
    try:
        control.pause(run_id)
    except UsageError:
        return  # it ended, or somebody stopped it, at this moment
    err.print(f"Pausing run {run_id} …")
    ends = time.monotonic() + 10
    while time.monotonic() < ends and Batch.objects.filter(run_id=run_id, state=BatchState.LEASED).exists():
        time.sleep(0.1)
    err.print(f"Run {run_id} is paused: [bold]lading resume {run_id}[/] goes on where it was")
