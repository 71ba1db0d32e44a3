"""
What becomes of jobs and runs whose ledger has gone back in time (`ledger.going_back`).

A job is doubted until a run of it that looked at the whole source has come to its end, and nobody had to refuse its
deletions: up to then whatever would be sent is looked for in the catalogue first, and deletions are held.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from lading.ingest.app import run_options
from lading.ingest.app.models import DeletionList, Job, Segment
from lading.ingest.app.run_options import RunOptions
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Run, RunState

_CARRIED_OUT = (DeletionList.State.ALLOWED, DeletionList.State.APPROVED)


def doubt() -> None:
    """Doubt every job that knows anything, and each run that goes on or can be resumed. Call inside a transaction."""
    Job.objects.filter(Exists(Segment.objects.filter(job_id=OuterRef("pk")))).update(is_doubted=True)
    for run in Run.objects.exclude(state__in=[RunState.DONE, RunState.DONE_WITH_FAILURES]):
        own = run_options.of_run(run.options).model_copy(update={"doubts": True})
        Run.objects.filter(pk=run.pk).update(options=run.options | own.stored())


def for_run(job: Job, own: RunOptions, *, whole: bool) -> RunOptions:
    """Return the options of a run that begins now; a `whole` one looks at all of the source, and may delete."""
    is_doubted = Job.objects.filter(pk=job.pk, is_doubted=True).exists()
    return own.model_copy(update={"doubts": True, "settles": whole}) if is_doubted else own


def settle(held: Claim) -> None:
    """Believe a job again if this run, which comes to its end, lets us. Call inside the transaction that ends it."""
    if held.job_id is None or not run_options.of_run(held.options).settles:
        return
    if not DeletionList.objects.filter(pk=held.run_id).exclude(state__in=_CARRIED_OUT).exists():
        Job.objects.filter(pk=held.job_id).update(is_doubted=False)
