"""What all operations share: who asks, what was found, the answer to long work, cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from lading.base.errors import RequestInvalid
from lading.ingest.app.models import Job
from lading.orchestration.ledger.tallies import OUTCOMES, totals_of
from lading.orchestration.models import Run
from lading.web.api import shapes

#: largest number that a database keeps as one
_LARGEST = 2**63 - 1


def cursor(text: str | None) -> int:
    """Return the place that a cursor names; 0 for none. Raises `RequestInvalid` for what is no cursor of ours."""
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or int(text) > _LARGEST:
        raise RequestInvalid("The cursor is not one that a page ended with")
    return int(text)


def told(runs: Sequence[Run]) -> list[shapes.Run]:
    """Return runs with their counts and the names of their jobs; three statements."""
    counts = totals_of(runs)
    names = dict(Job.objects.filter(pk__in={run.job_id for run in runs if run.job_id}).values_list("pk", "name"))
    return [_run(run, counts[run.pk], names.get(run.job_id or 0)) for run in runs]


def accepted(run: Run, *, path: str = "") -> HttpResponse:
    """Return 202 with the address of a run, or of what it finds out."""
    location = f"/api/v1/runs/{run.pk}{path}"
    body = shapes.Accepted(run=run.pk, state=run.state, location=location)
    return HttpResponse(
        body.model_dump_json(by_alias=True),
        status=202,
        content_type="application/json; charset=utf-8",
        headers={"Location": location},
    )


#: for the description of an operation that answers so
ACCEPTED: Mapping[int, Any] = {202: shapes.Accepted}


def _run(run: Run, sums: Mapping[str, int], job: str | None) -> shapes.Run:
    seconds = None if run.ended_at is None else round(run.ended_at - (run.started_at or run.created_at), 3)
    return shapes.Run(
        run=run.pk,
        kind=run.kind,
        state=run.state,
        reason=run.reason,
        stage=run.stage,
        title=run.title,
        job=job,
        priority=run.priority,
        window=run.window,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        seconds=seconds,
        counts={name: sums[name] for name in OUTCOMES},
        collections=sums["collections"],
        bytes=sums["bytes"],
        irods_requests=sums["requests"],
        planned_files=sums["planned_files"],
        planned_bytes=sums["planned_bytes"],
        behind=run.behind_id,
    )
