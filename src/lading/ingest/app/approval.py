"""What a person, or a later run, does with deletions that are held."""

from __future__ import annotations

from django.db import transaction

from lading.base.errors import UsageError
from lading.ingest.app import kinds, markers
from lading.ingest.app.definition import from_options
from lading.ingest.app.models import DeletionList, Job, Observation
from lading.ingest.app.overlaps import refuse_overlap
from lading.ingest.engine.deletion import Concern
from lading.ingest.engine.sources.base import Marker
from lading.orchestration import enqueue
from lading.orchestration.kinds import NewBatch
from lading.orchestration.ledger import control, runs, why
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run, RunState

State = DeletionList.State

#: seconds for which a list may be approved; after that the source and the zone are too far from what it says
EXPIRES_AFTER = 7 * 24 * 3600


def approve(run_id: int) -> None:
    """Let the held deletions of a run be carried out, each after a last look; `UsageError` if there are none."""
    with transaction.atomic():
        run, held = _held(run_id)
        _refuse_if_busy(run)
        job = Job.objects.filter(pk=run.job_id or 0).first()
        if job is not None:
            refuse_overlap(job, from_options(run.options))
        _refuse_if_expired(run, held)
        if Observation.objects.filter(run_id=run_id, concern=Concern.SENTINEL_MISSING.value).exists():
            raise UsageError(
                f"The source of run {run_id} had no sentinel file: its deletions cannot be approved",
                hint="Put the file back, or take it out of the job's definition, and run the job again",
            )
        _pin_again(run)
        DeletionList.objects.filter(pk=held.pk).update(state=State.APPROVED, decided_at=now())
        runs.go_on(run, "deleting", [NewBatch(kind=kinds.DECIDE)])
    enqueue.pump()


def reject(run_id: int) -> None:
    """Drop the held deletions of a run; the next one plans anew."""
    with transaction.atomic():
        run, held = _held(run_id)
        DeletionList.objects.filter(pk=held.pk).update(state=State.REJECTED, decided_at=now())
        runs.close(run, why.not_approved("its deletions were rejected"))


def replace_held(job_id: int, by: Run) -> None:
    """End the held runs of a job of which a new run begins, and their lists. Call in the transaction that begins it."""
    held = DeletionList.objects.filter(job_id=job_id, state=State.HELD, pk__lt=by.pk)
    held.update(state=State.REPLACED, decided_at=now())
    for run in Run.objects.select_for_update().filter(job_id=job_id, state=RunState.HELD).order_by("pk"):
        runs.close(run, why.not_approved(f"its deletions were not approved before run {by.pk} began"))


def is_outdated(run_id: int, job_id: int) -> bool:
    """Say whether a later run of the job has begun, so that a run that was stopped and resumed deletes nothing more."""
    return Run.objects.filter(job_id=job_id, kind=kinds.RUN_KIND, pk__gt=run_id, behind_id=None).exists()


def expire() -> None:
    """End the held runs that nobody approved in time."""
    late = DeletionList.objects.filter(state=State.HELD, decided_at__lt=now() - EXPIRES_AFTER)
    for run_id in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=run_id)
            if run.state == RunState.HELD:
                DeletionList.objects.filter(pk=run_id).update(state=State.EXPIRED)
                runs.close(run, why.not_approved("its deletions were not approved in 7 days"))


def _held(run_id: int) -> tuple[Run, DeletionList]:
    """Return the run, locked, and its list."""
    job_id = control.find(run_id).job_id or 0
    list(Job.objects.select_for_update().filter(pk=job_id).values_list("pk"))
    run = Run.objects.select_for_update().get(pk=run_id)
    held = DeletionList.objects.filter(pk=run_id, state=State.HELD).first()
    if run.state != RunState.HELD or held is None:
        raise UsageError(f"Run {run_id} is {run.state}: there are no deletions to approve")
    return run, held


def _refuse_if_busy(run: Run) -> None:
    other = control.under_way(run.job_id).exclude(pk=run.pk).first() if run.job_id is not None else None
    if other is not None:
        raise UsageError(
            f"Run {other.pk} of the same job is {other.state}: it plans its own deletions",
            hint=f"`lading follow {other.pk}` shows it",
        )


def _refuse_if_expired(run: Run, held: DeletionList) -> None:
    if now() - held.decided_at > EXPIRES_AFTER:
        raise UsageError(
            f"The deletions of run {run.pk} were planned more than 7 days ago", hint="Run the job again: it plans anew"
        )


def _pin_again(run: Run) -> None:
    """Take the root that was another one than before for the right one: that is what is approved."""
    if run.job_id is None:
        return
    for seen in Observation.objects.filter(run_id=run.pk, concern=Concern.OTHER_SOURCE.value):
        host, filesystem, inode = seen.marker
        markers.pin(run.job_id, Marker(host=host, filesystem=filesystem, inode=inode))
