"""Celery tasks of the backbone itself, and the keeper's start in each pool process."""

from __future__ import annotations

from typing import Any

from celery import signals

from lading.orchestration import keeper, memory, results
from lading.orchestration.celery_app import app


@app.task(name=results.SUMMARY_TASK, ignore_result=False)
def summarize(run_id: int) -> dict[str, Any]:
    """Leave the summary of a run in the result backend."""
    return results.summary(run_id)


@signals.worker_process_init.connect
def _begin(**_: object) -> None:
    memory.give_back_what_is_freed()
    keeper.keeper(",".join(app.amqp.queues.consume_from))


@signals.worker_process_shutdown.connect
def _end(**_: object) -> None:
    keeper.leave()
