"""How runs begin, go from stage to stage, and end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction

from lading.orchestration.kinds import NewBatch, NewRun, batch_kind, run_kind
from lading.orchestration.ledger import gates, going_back, why
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.ledger.why import NOTHING, Why
from lading.orchestration.models import ACTIVE, ENDED, OPEN, Batch, BatchState, Run, RunState

#: called in the transaction that ends a run, with the run as it was, the state in which it ends, and why
when_ending: list[Callable[[Run, RunState, Why], None]] = []

#: called with the run's id once its end is durable
when_ended: list[Callable[[int], None]] = []


def start(new: NewRun) -> Run:
    """Write the run and its first batches; the caller pumps."""
    with transaction.atomic():
        run = Run.objects.create(
            kind=new.kind,
            title=new.title,
            stage=new.stage,
            job_id=new.job_id,
            options=new.options,
            whose=new.whose,
            priority=new.priority,
            circuit=new.circuit,
            window=new.window,
            created_at=now(),
        )
        add_batches(run.pk, new.batches)
        if new.circuit or new.window:
            gates.look(run)
    transaction.on_commit(partial(going_back.note, run.pk))  # whoever begins it may write more in the same transaction
    return run


def add_batches(run_id: int, batches: Sequence[NewBatch]) -> None:
    """Write rows for new batches of a run."""
    Batch.objects.bulk_create(
        [
            Batch(
                run_id=run_id,
                kind=new.kind,
                queue=batch_kind(new.kind).queue,
                payload=new.payload,
                planned_files=new.planned_files,
                planned_bytes=new.planned_bytes,
                fence=new.fence,
                crashes=new.crashes,
                state=BatchState.DEFERRED if new.deferred else BatchState.QUEUED,
            )
            for new in batches
        ]
    )


def close_if_over(run: Run) -> None:
    """
    Go to the next stage, or end the run, if no batch of it is open. Call with the run's row locked.

    A run that stops waits for what is at work only: what is queued stays as it is, and nobody takes it any more.
    """
    if run.state in ENDED:
        return
    keeps = (BatchState.LEASED,) if run.state == RunState.STOPPING else OPEN
    if Batch.objects.filter(run=run, state__in=keeps).exists():
        return
    if run.state == RunState.STOPPING:
        _end(run, RunState.STOPPED, Why(run.code, run.reason))
        return
    stage, batches = run_kind(run.kind).next_stage(run.pk, run.stage)
    if batches:
        Run.objects.filter(pk=run.pk).update(stage=stage)
        add_batches(run.pk, batches)
        return
    reason = run_kind(run.kind).held_for(run.pk)
    if reason:
        _end(run, RunState.HELD, why.held(reason))
        return
    close(run, NOTHING)


def close(run: Run, because: Why) -> None:
    """End a run in which nothing is left to do. Call with the run's row locked."""
    parked = Batch.objects.filter(run=run, state=BatchState.PARKED).exists()
    failures = parked or totals(run.pk)["failed"] > 0
    _end(run, RunState.DONE_WITH_FAILURES if failures else RunState.DONE, because)


def _end(run: Run, state: RunState, because: Why) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, ended_at=DatabaseTime(), **because._asdict())
    for write in when_ending:
        write(run, state, because)
    following = run_kind(run.kind).after_end(run.pk, str(state)) if state in ENDED else None
    if following is not None:
        start(following)
    for tell in (going_back.note, *when_ended):
        transaction.on_commit(partial(tell, run.pk))


def go_on(run: Run, stage: str, batches: Sequence[NewBatch]) -> None:
    """Let a held run go on. Call with the run's row locked; the caller pumps."""
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, ended_at=None, stage=stage, **NOTHING._asdict())
    add_batches(run.pk, batches)


def fail(run_id: int, because: Why) -> None:
    """End a run that cannot go on; what waits stays as it is, for the case that the run is resumed."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state not in ENDED:
            _end(run, RunState.FAILED, because)


def wait(run_id: int, because: Why) -> None:
    """Show why nothing moves; the next batch that ends well lifts it."""
    Run.objects.filter(pk=run_id, state__in=[RunState.RUNNING, RunState.WAITING]).update(
        state=RunState.WAITING, **because._asdict()
    )


def rest(run_id: int, because: Why) -> None:
    """Pause a run until a person has done something about the reason."""
    Run.objects.filter(pk=run_id, state__in=ACTIVE).update(state=RunState.PAUSED, **because._asdict())
