"""What is done to a run. Each answers at once: the workers do it within seconds."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from ninja import Router

from lading.accounts import audit
from lading.accounts.access import Request
from lading.ingest.app import jobs, retrying
from lading.ingest.app.remote import run_for, run_to_go_on, submitter
from lading.orchestration import enqueue
from lading.orchestration.ledger import control
from lading.orchestration.models import Run
from lading.web.api import asked, shapes
from lading.web.api.runs import RunId

router = Router(tags=["runs"])


@router.post("/runs/{run}/pause", response=asked.ACCEPTED, by_alias=True)
def pause(request: Request, run: RunId) -> HttpResponse:
    """Let no batch of a run begin; those at work end within seconds, and are done again."""
    return _done(request, run, "run.pause", control.pause)


@router.post("/runs/{run}/resume", response=asked.ACCEPTED, by_alias=True)
def resume(request: Request, run: RunId) -> HttpResponse:
    """Go on where a run was paused, stopped or failed."""
    run_to_go_on(request.caller, run)
    return _done(request, run, "run.resume", control.resume)


@router.post("/runs/{run}/stop", response=asked.ACCEPTED, by_alias=True)
def stop(request: Request, run: RunId) -> HttpResponse:
    """End a run; what is done stays done."""
    return _done(request, run, "run.stop", control.stop)


@router.post("/runs/{run}/retry", response=asked.ACCEPTED, by_alias=True)
def retry(request: Request, run: RunId, which: shapes.Retry | None = None) -> HttpResponse:
    """Begin a run that tries failed files of an ended run again: all, or those with a code or a text."""
    run_to_go_on(request.caller, run)
    only = retrying.Failures(code=which.code, text=which.text) if which and (which.code or which.text) else None
    with audit.recorded(request.caller, "run.retry", f"run {run}"):
        begun = retrying.retry_failed(run, by=submitter(request.caller), only=only)
    return asked.accepted(begun)


@router.post("/runs/{run}/restore", response=asked.ACCEPTED, by_alias=True)
def restore(request: Request, run: RunId) -> HttpResponse:
    """Begin a run that brings back what an ended run deleted."""
    run_to_go_on(request.caller, run)
    with audit.recorded(request.caller, "run.restore", f"run {run}"):
        begun = jobs.restore(run, by=submitter(request.caller))
    return asked.accepted(begun)


def _done(request: Request, run_id: int, action: str, act: Callable[[int], None]) -> HttpResponse:
    run_for(request.caller, run_id)
    with audit.recorded(request.caller, action, f"run {run_id}"):
        act(run_id)
        enqueue.pump()
    return asked.accepted(Run.objects.get(pk=run_id))
