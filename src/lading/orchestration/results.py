"""The small result of a run in Celery's result backend: for programs that know Celery only. It expires."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.celery_app import app
from lading.orchestration.ledger.tallies import OUTCOMES, totals
from lading.orchestration.models import Run

SUMMARY_TASK = "orchestration.summarize"


def result_id(run_id: int) -> str:
    """Return the id under which the result backend has the summary of a run."""
    return f"run-{run_id}"


def summary(run_id: int) -> dict[str, Any]:
    """Return the last object of `sync --json` (schema 1)."""
    run = Run.objects.get(pk=run_id)
    sums = totals(run_id)
    seconds = (run.ended_at or 0) - (run.started_at or run.created_at) if run.ended_at else None
    return {
        "schema": 1,
        "run": run_id,
        "state": run.state,
        **({"code": run.code} if run.code else {}),
        "counts": {name: sums[name] for name in OUTCOMES},
        "collections": sums["collections"],
        "bytes": sums["bytes"],
        "seconds": None if seconds is None else round(seconds, 3),
        "irods_requests": sums["requests"],
        **({"hooks": sums["hooks"]} if sums["hooks"] else {}),
    }


def leave(run_id: int) -> None:
    """Let a worker put the summary of an ended run into the result backend; without a broker there is none."""
    with suppress(BrokerUnreachable), broker.translated():
        app.send_task(SUMMARY_TASK, args=[run_id], task_id=result_id(run_id), ignore_result=False, retry=False)


def fetch(run_id: int) -> dict[str, Any] | None:
    """Return what the result backend has of a run; None when it expired or was never there."""
    found = app.AsyncResult(result_id(run_id))
    value: Any = found.result if found.successful() else None
    return value if isinstance(value, dict) else None


def forget(run_id: int) -> None:
    """Remove what the result backend has of a run; a broker that is away forgets it by itself in time."""
    with suppress(BrokerUnreachable), broker.translated():
        app.AsyncResult(result_id(run_id)).forget()
