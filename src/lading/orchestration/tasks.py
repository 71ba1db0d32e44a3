"""Celery tasks of the backbone itself, and the keeper's start in each pool process."""

from __future__ import annotations

from typing import Any

from celery import signals

from lading.base import config
from lading.orchestration import keeper, logs, memory, results
from lading.orchestration.celery_app import app
from lading.orchestration.models import Run
from lading.orchestration.notifications import outbox


@app.task(name=results.SUMMARY_TASK, ignore_result=False)
def summarize(run_id: int) -> dict[str, Any]:
    """Leave the summary of a run in the result backend; of one that was deleted meanwhile there is nothing to say."""
    return results.summary(run_id) if Run.objects.filter(pk=run_id).exists() else {}


@app.task(name=outbox.DELIVER_TASK)
def deliver(notification_id: int, attempt: int) -> None:
    """Tell one address of the end of a run."""
    outbox.deliver(notification_id, attempt)


@signals.setup_logging.connect
def _log(**_: object) -> None:
    """Take the place of Celery's own way; it is called in the worker, and in each of its processes."""
    logs.set_up(config.current())


@signals.worker_process_init.connect
def _begin(**_: object) -> None:
    memory.give_back_what_is_freed()
    keeper.keeper(",".join(app.amqp.queues.consume_from))


@signals.worker_process_shutdown.connect
def _end(**_: object) -> None:
    keeper.leave()
