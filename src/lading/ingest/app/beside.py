"""A run of a job that is asked for while another one is under way: what the job wants then (`orchestration.overlap`)."""

from __future__ import annotations

from lading.base.errors import UsageError
from lading.ingest.app.models import Job
from lading.orchestration.ledger import control
from lading.orchestration.models import ENDED, Run, RunState
from lading.orchestration.overlap import Overlap, Then, decide


class RunLeftOut(UsageError):  # noqa: N818 - no error of anybody's
    """No run begins, and the job wants it so: another one is under way."""

    code = "RUN_LEFT_OUT"


def first_in_line(job: Job, overlap: Overlap) -> Run | None:
    """
    Return the run that a new one has to wait for; None: it may begin at once.

    Raise `UsageError` where the job wants no second run, `RunLeftOut` where it does without. Call inside the transaction
    that makes the new run.
    """
    others = list(control.under_way(job.pk).order_by("pk"))
    waits = any(other.behind_id is not None for other in others)
    then = decide(overlap, under_way=bool(others), waits=waits)
    if then is Then.BEGIN:
        return None
    other = others[0]
    if then is Then.REFUSE:
        raise UsageError(
            f"The job {job.name} is being run already: run {other.pk} is {other.state}",
            hint=f"`lading follow {other.pk}` shows it, `lading stop {other.pk}` ends it",
        )
    if overlap is Overlap.STOP_OLD and other.state not in (RunState.STOPPING, *ENDED):
        control.stop(other.pk)
    if then is Then.LEAVE_OUT:
        raise RunLeftOut(f"The job {job.name} is being run already: run {other.pk} is {other.state}")
    return other if control.under_way(job.pk).exists() else None
