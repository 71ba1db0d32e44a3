"""Plans that workers make, as the backbone sees them: one batch, no stage after it."""

from __future__ import annotations

from lading.orchestration.kinds import BatchKind, RunKind, register_batch, register_run

RUN_KIND = "plan"
PLAN = "filesystem.plan"


def register() -> None:
    """Make the kinds known to the backbone."""
    register_run(RunKind(name=RUN_KIND, next_stage=lambda _run, ended: (ended, ())))
    register_batch(BatchKind(name=PLAN, queue="filesystem", abandon=lambda *_: ()))
