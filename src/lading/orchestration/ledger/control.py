"""
What a person can do to a run.

=========  ==============================  =============  ==========================================
request    from                            to             open batches
=========  ==============================  =============  ==========================================
pause      queued, running, waiting        paused         kept; workers let go of theirs
resume     paused, failed, stopped         running        kept
stop       queued … held                   stopping       kept; workers let go; then stopped
=========  ==============================  =============  ==========================================

Each is a change of one row: whoever takes a batch asks its run. So it takes as long for a million batches as for one,
and a message that is delivered later finds nothing to do.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lading.base.errors import NotFound, UsageError
from lading.orchestration.ledger import gates, why
from lading.orchestration.ledger.runs import close_if_over
from lading.orchestration.models import ACTIVE, ENDED, Batch, BatchState, Run, RunState, Window


def find(run_id: int) -> Run:
    """Return the run; `UsageError` if there is none."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(f"There is no run {run_id}", hint="`lading runs` lists them")
    return run


def under_way(job_id: int) -> QuerySet[Run]:
    """
    Return the runs of a job that have not ended, or of which a worker has a batch in hand; held ones do nothing.

    Call inside the transaction that lets a run of the job begin: until it ends no other one does.
    """
    list(Run.objects.select_for_update().filter(job_id=job_id).order_by("pk").values_list("pk"))
    at_work = Batch.objects.filter(run=OuterRef("pk"), state=BatchState.LEASED)
    idle = [*ENDED, RunState.HELD]
    return Run.objects.filter(~Q(state__in=idle) | Exists(at_work), job_id=job_id)


def pause(run_id: int) -> None:
    """Let no batch of the run begin; those at work end within seconds without ending their batch."""
    if not Run.objects.filter(pk=run_id, state__in=ACTIVE).update(state=RunState.PAUSED, **why.PAUSED._asdict()):
        run = find(run_id)
        raise UsageError(f"Run {run_id} is {run.state}: only a run that is under way can be paused")


def resume(run_id: int) -> None:
    """Go on where the run was paused, stopped or failed."""
    with transaction.atomic():
        job_id = find(run_id).job_id
        others = (
            under_way(job_id).filter(behind_id=None).exclude(pk=run_id) if job_id is not None else Run.objects.none()
        )
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state not in (RunState.PAUSED, RunState.STOPPED, RunState.FAILED):
            raise UsageError(f"Run {run_id} is {run.state}: only a paused, stopped or failed run can be resumed")
        other = others.first()
        if other is not None:
            raise UsageError(
                f"The job of run {run_id} is being run already: run {other.pk} is {other.state}",
                hint=f"`lading follow {other.pk}` shows it, `lading stop {other.pk}` ends it",
            )
        Run.objects.filter(pk=run_id).update(state=RunState.RUNNING, ended_at=None, rolled={}, **why.NOTHING._asdict())
        # those of a ledger that an older version wrote
        Batch.objects.filter(run=run, state=BatchState.CANCELLED).exclude(code="SPLIT").update(
            state=BatchState.QUEUED, window=Window.OUTSIDE, not_before=0, ended_at=None
        )
        # what waits for its next try need not wait any longer
        Batch.objects.filter(run=run, state=BatchState.QUEUED, not_before__gt=0).update(not_before=0)
        run.state = RunState.RUNNING
        close_if_over(run)
        gates.look(Run.objects.get(pk=run_id))


def stop(run_id: int) -> None:
    """End the run: nothing new begins, what is at work ends within seconds; done work stays done."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(pk=run_id).first() or find(run_id)
        if run.state in ENDED:
            raise UsageError(f"Run {run_id} is {run.state} already")
        Run.objects.filter(pk=run_id).update(state=RunState.STOPPING, **why.STOPPED._asdict())
        run.state, (run.code, run.reason) = RunState.STOPPING, why.STOPPED
        close_if_over(run)
