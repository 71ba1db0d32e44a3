"""Who is told of the end of a run of a job."""

from __future__ import annotations

from functools import partial

from lading.ingest.app.definition import from_options
from lading.ingest.app.models import Job
from lading.orchestration.models import Run
from lading.orchestration.notifications.orders import Audience


def audience(run: Run) -> Audience:
    """Return whom the definition names that the run was begun with."""
    rows = from_options(run.options).notify
    return Audience(orders=[order for row in rows for order in row.orders], name=partial(_name, run))


def _name(run: Run) -> str:
    return Job.objects.filter(pk=run.job_id or 0).values_list("name", flat=True).first() or f"job {run.job_id}"
