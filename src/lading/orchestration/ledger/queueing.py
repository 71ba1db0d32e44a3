"""Runs of one job behind each other: the second begins when nothing of the first is under way any more."""

from __future__ import annotations

import logging

from django.db import transaction

from lading.orchestration.kinds import run_kind
from lading.orchestration.ledger import control, gates, why
from lading.orchestration.models import ACTIVE, Run

log = logging.getLogger(__name__)


def put_behind(run: Run, first: Run) -> None:
    """Let a new run wait until the first one has ended. Call in the transaction that makes it."""
    run.behind_id, (run.code, run.reason) = first.pk, why.behind(first.pk)
    Run.objects.filter(pk=run.pk).update(behind_id=run.behind_id, code=run.code, reason=run.reason)


def go_on() -> int:
    """Let each run begin whose turn has come; return how many."""
    waiting = Run.objects.filter(behind_id__isnull=False, state__in=ACTIVE).order_by("pk")
    return sum(_go_on(run_id) for run_id in list(waiting.values_list("pk", flat=True)))


def _go_on(run_id: int) -> bool:
    with transaction.atomic():
        run = Run.objects.get(pk=run_id)
        others = control.under_way(run.job_id or 0).exclude(pk=run_id)
        if others.filter(behind_id=None).exists() or others.filter(pk__lt=run_id).exists():
            return False
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.behind_id is None or run.state not in ACTIVE:
            return False
        run.behind_id = None
        Run.objects.filter(pk=run_id).update(behind_id=None)
        gates.look(run)
        run_kind(run.kind).begins(run)
    return True


def after_end(_run_id: int) -> None:
    """Let whoever waited for a run begin: for `runs.when_ended`."""
    go_on()
