"""
What holds a run back although there is work: its window is closed, its service does not answer, another run goes first.

====================  =========================  ===============================================
held back by          in the ledger              goes on
====================  =========================  ===============================================
a run that goes first `behind_id`                once nothing of the job is under way (`queueing`)
its window            `not_before`               when that time has come
its circuit           `Circuit.is_open`          when a probe got an answer; one batch may be it
====================  =========================  ===============================================

Batches in hand end; nothing new is sent or claimed. The reason is the run's, for everybody to see.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from lading.base.errors import UsageError
from lading.orchestration.ledger import circuits, why
from lading.orchestration.ledger.clock import DatabaseTime, now
from lading.orchestration.ledger.why import Why
from lading.orchestration.limits import window
from lading.orchestration.models import ACTIVE, ENDED, Run, RunState


def passable(at: float) -> QuerySet[Run]:
    """Return the runs whose batches may be taken; where the circuit is open, one batch as a probe."""
    return Run.objects.filter(state__in=ACTIVE, not_before__lte=at, behind_id=None)


def is_passable(run: Run, at: float) -> bool:
    """Say of one run whether it is among those."""
    return run.state in ACTIVE and run.not_before <= at and run.behind_id is None


def lets_pass(run: Run) -> bool:
    """Say whether nothing holds the run back."""
    return run.behind_id is None and run.not_before <= now() and not circuits.is_open(run.circuit)


def begin(run_id: int) -> None:
    """Note that a worker took a batch of the run."""
    Run.objects.filter(pk=run_id).update(started_at=Coalesce("started_at", DatabaseTime()))
    Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(state=RunState.RUNNING)


def look(run: Run) -> None:
    """Let a run wait or go on as its gates say now, and say why. Call with its row locked."""
    if run.state not in ACTIVE or run.behind_id is not None:
        return
    at = now()
    opening = window.standing(window.parse(run.window), at) if run.window else None
    not_before = 0.0 if opening is None or opening.is_open else opening.until
    because = _outside(run.window, not_before) if not_before else _cut_off(run.circuit)
    lifted = RunState.RUNNING if run.started_at else RunState.QUEUED
    state = RunState.WAITING if because.code else lifted if run.state == RunState.WAITING else run.state
    found = {"not_before": not_before, "state": state, **because._asdict()}
    if any(getattr(run, name) != value for name, value in found.items()):
        Run.objects.filter(pk=run.pk).update(**found)
        for name, value in found.items():
            setattr(run, name, value)


def look_at_windows() -> None:
    """Open and close the windows of all runs; done with each sweep."""
    at = now()
    has_window = ~Q(window="") | Q(not_before__gt=0)
    for run_id in Run.objects.filter(has_window, state__in=ACTIVE, behind_id=None).values_list("pk", flat=True):
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=run_id)
            closed = bool(run.window) and not window.standing(window.parse(run.window), at).is_open
            if closed != (run.not_before > 0):
                look(run)


def set_window(run_id: int, text: str) -> None:
    """Give a run another window, "" for none; raise `UsageError`."""
    _change(run_id, window=window.settled(text) if text else "")


def set_priority(run_id: int, priority: int) -> None:
    """Give a run another share of the window of messages."""
    _change(run_id, priority=priority)


def _change(run_id: int, **values: str | int) -> None:
    with transaction.atomic():
        if not Run.objects.filter(pk=run_id).exclude(state__in=ENDED).update(**values):
            state = Run.objects.filter(pk=run_id).values_list("state", flat=True).first()
            raise UsageError(f"Run {run_id} is {state} already" if state else f"There is no run {run_id}")
        look(Run.objects.select_for_update().get(pk=run_id))


def _outside(text: str, until: float) -> Why:
    then = datetime.fromtimestamp(until, window.clock_of(window.parse(text).zone))
    return why.outside_window(f"outside its window {text}, goes on {then:%a %H:%M}")


def _cut_off(circuit: str) -> Why:
    reason = circuits.reason_if_open(circuit)
    return why.circuit_open(reason) if reason else why.NOTHING
