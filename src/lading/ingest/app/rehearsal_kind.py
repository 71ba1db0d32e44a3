"""Plans that workers make, as the backbone sees them: one batch, no stage after it."""

from __future__ import annotations

from lading.ingest.app import task_names
from lading.orchestration.kinds import BatchKind, RunKind, register_batch, register_run

RUN_KIND = "plan"


def register() -> None:
    """Make the kinds known to the backbone: who plans has to see the source, as who brings it."""
    register_run(RunKind(name=RUN_KIND, next_stage=lambda _run, ended: (ended, ())))
    for names in task_names.ALL:
        register_batch(BatchKind(name=names.plan, queue=names.queue, abandon=lambda *_: ()))
