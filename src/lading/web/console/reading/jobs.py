"""Stored definitions, each with its newest run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Q

from lading.ingest.app.models import Job
from lading.orchestration.models import Run, Schedule
from lading.web.console.reading.overview import apart

SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One job in the list."""

    job: Job
    run: Run | None
    #: when a run of it begins by itself; None: it does not, or not now
    due_at: float | None

    @property
    def operation(self) -> str:
        """How its files come into the zone."""
        return str(self.job.options["operation"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some jobs by name, and the name behind which more begin; "": there are none."""

    lines: Sequence[Line]
    after: str


def page(*, text: str = "", after: str = "") -> Page:
    """Return the jobs of a page; four statements."""
    found = Job.objects.order_by("name")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(source__icontains=text) | Q(destination__icontains=text))
    jobs = list(found.filter(name__gt=after)[: SIZE + 1])
    shown = jobs[:SIZE]
    newest = newest_runs([job.pk for job in shown])
    scheduled = Schedule.objects.filter(job_id__in=[job.pk for job in shown], enabled=True)
    due = dict(scheduled.order_by("-due_at").values_list("job_id", "due_at"))
    return Page(
        lines=[Line(job=job, run=newest.get(job.pk), due_at=None if job.paused else due.get(job.pk)) for job in shown],
        after=shown[-1].name if len(jobs) > SIZE else "",
    )


def newest_runs(job_ids: Sequence[int]) -> dict[int, Run]:
    """Return the newest run of each job that has any; two statements."""
    of_jobs = Run.objects.filter(job_id__in=job_ids).exclude(kind__in=apart()).order_by()
    newest = of_jobs.values_list("job_id").annotate(newest=Max("pk")).values_list("newest", flat=True)
    return {run.job_id: run for run in Run.objects.filter(pk__in=list(newest)) if run.job_id is not None}
