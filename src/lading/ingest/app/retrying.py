"""Trying again what failed in a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from lading.base import config
from lading.base.errors import UsageError
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import hidden, parent
from lading.ingest.app import jobs
from lading.ingest.app.abandoning import ROOT_SHOWN
from lading.ingest.app.kinds import RUN_KIND, first_scan, scans_of
from lading.ingest.app.models import Job
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.app.task_names import TaskNames, names_for
from lading.ingest.engine.values import DeleteMode
from lading.orchestration import retention
from lading.orchestration.kinds import NewBatch
from lading.orchestration.ledger import control
from lading.orchestration.models import ENDED, Outcome, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Which failures of a run are meant: all of them, or those with a code, or with a text in their path."""

    code: str = ""
    text: str = ""

    def subjects_of(self, run_id: int) -> QuerySet[Outcome, str]:
        """Return the paths."""
        rows = Outcome.objects.filter(run_id=run_id, outcome="failed")
        # the condition of the index in its own words: SQLite would not conclude it
        rows = rows.filter(code=self.code).exclude(code="") if self.code else rows
        rows = rows.filter(subject__icontains=self.text) if self.text else rows
        return rows.order_by("id").values_list("subject", flat=True)


def retry_failed(run_id: int, *, by: Submitter = SHELL, only: Failures | None = None) -> Run:
    """Begin a run that tries failed files of an ended run again; `UsageError` if there is nothing to retry."""
    before = control.find(run_id)
    if before.state not in ENDED or before.job_id is None:
        raise UsageError(f"Run {run_id} is {before.state}: only a run that has ended can be retried")
    if before.kind != RUN_KIND:
        raise UsageError(
            f"Run {run_id} only compared", hint="`lading verify --repair` sends what is missing or differs"
        )
    retention.refuse_aged(before, Kind.FAILED)
    failed = (only or Failures()).subjects_of(run_id)
    if not failed:
        raise UsageError(f"No file of run {run_id} failed" + (" in this way" if only else ""))
    job = Job.objects.filter(pk=before.job_id).first()
    if job is None:
        raise UsageError(f"The job of run {run_id} was removed", hint="`lading sync` with the same words begins anew")
    # who looks at a part of the source concludes nothing from what is missing there
    whole = jobs.definition_of(job)
    part = whole.model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE})
    return jobs.begin(job, jobs.Plan(batches=_again(set(failed), names_for(whole.source)), definition=part, by=by))


def _again(subjects: set[str], names: TaskNames) -> list[NewBatch]:
    """Return batches for what is named; a folder brings what is below it, and the root brings all."""
    scan = config.current().scan
    if ROOT_SHOWN in subjects:
        return [first_scan(scan.first_entries, names)]
    return scans_of([hidden(subject) for subject in _topmost(subjects)], scan.entries, names)


def _topmost(subjects: set[str]) -> list[str]:
    """Return those that no other one contains, in order."""
    return sorted(one for one in subjects if not any(above in subjects for above in _folders_of(one)))


def _folders_of(subject: str) -> Iterator[str]:
    while subject := parent(subject):
        yield subject
