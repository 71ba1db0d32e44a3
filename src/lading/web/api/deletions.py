"""Deletions that a run planned: look at them, approve or reject them."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router

from lading.accounts import audit
from lading.accounts.access import Request
from lading.base.errors import NotFound
from lading.ingest.app import approval
from lading.ingest.app.remote import run_for, run_to_go_on
from lading.orchestration.models import Run
from lading.web.api import asked, shapes
from lading.web.api.runs import RunId
from lading.web.console.reading import held

router = Router(tags=["deletions"])


@router.get("/runs/{run}/deletions", response=shapes.Deletions, by_alias=True)
def list_deletions(
    request: Request,
    run: RunId,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=shapes.MOST)] = shapes.USUAL,
) -> shapes.Deletions:
    """List what a run found missing at the source: a whole folder is one line."""
    run_for(request.caller, run)
    found = held.deletions_of(run, asked.cursor(cursor), limit)
    if found is None:
        raise NotFound(f"Run {run} planned no deletions")
    return shapes.Deletions(
        run=run,
        state=found.planned.state,
        objects_planned=found.planned.objects_planned,
        objects_managed=found.planned.objects_managed,
        waiting=found.planned.waiting,
        reasons=[{"code": code, "reason": reason} for code, reason in found.planned.reasons],
        expires_at=found.expires_at,
        items=[
            shapes.Deletion(
                path=line.path,
                logical_path=line.logical_path,
                folder=line.is_tree,
                foreign=line.is_foreign,
                objects=line.count,
                scans=line.scans,
                due=line.is_due,
            )
            for line in found.lines
        ],
        next=str(found.after) if found.after else None,
    )


@router.post("/runs/{run}/approve", response=asked.ACCEPTED, by_alias=True)
def approve(request: Request, run: RunId) -> HttpResponse:
    """Carry out the deletions that are held; each path is looked at once more before it goes."""
    with audit.recorded(request.caller, "run.approve", f"run {run}"):
        run_to_go_on(request.caller, run)
        approval.approve(run)
    return asked.accepted(Run.objects.get(pk=run))


@router.post("/runs/{run}/reject", response=asked.ACCEPTED, by_alias=True)
def reject(request: Request, run: RunId) -> HttpResponse:
    """Drop the deletions that are held; the next run of the job plans anew."""
    run_for(request.caller, run)
    with audit.recorded(request.caller, "run.reject", f"run {run}"):
        approval.reject(run)
    return asked.accepted(Run.objects.get(pk=run))
