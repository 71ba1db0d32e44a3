"""The kinds of batches that ingest has, for the backbone: their queues, and what becomes of those nobody could carry out."""

from __future__ import annotations

from lading.ingest.app import abandoning, kinds, task_names
from lading.ingest.app.task_names import FILESYSTEM, TaskNames
from lading.orchestration.kinds import BatchKind, register_batch


def register() -> None:
    """Make the kinds known to the backbone: those that read a source once for each kind of source."""
    for names in task_names.ALL:
        for kind in _reading(names):
            register_batch(kind)
    # nothing ever goes from a bucket
    register_batch(BatchKind(name=FILESYSTEM.clear, queue=FILESYSTEM.queue, abandon=lambda *_: ()))
    for kind in (*_deletion(), *_orchestration()):
        register_batch(kind)


def _reading(names: TaskNames) -> tuple[BatchKind, ...]:
    queue = names.queue
    return (
        BatchKind(name=names.pre_job, queue=queue, abandon=lambda *_: ()),
        BatchKind(name=names.post_job, queue=queue, abandon=lambda *_: ()),
        BatchKind(name=names.scan, queue=queue, abandon=abandoning.abandon_scan, waits_for_backlog=True),
        BatchKind(name=names.compare, queue=queue, abandon=abandoning.abandon_compare, waits_for_backlog=True),
        *(
            BatchKind(
                name=name,
                queue=queue,
                abandon=abandoning.abandon_transfer,
                split=abandoning.split_transfer,
                is_backlog=True,
            )
            for name in (names.transfer, names.check)
        ),
        BatchKind(name=names.recheck, queue=queue, abandon=abandoning.abandon_recheck),
    )


def _deletion() -> tuple[BatchKind, ...]:
    queue = "deletion"
    return (
        BatchKind(name=kinds.DECIDE, queue=queue, abandon=lambda *_: ()),
        BatchKind(name=kinds.DELETE, queue=queue, abandon=abandoning.abandon_deletion, split=abandoning.split_deletion),
        BatchKind(name=kinds.EMPTY, queue=queue, abandon=lambda *_: ()),
        BatchKind(name=kinds.RESTORE, queue=queue, abandon=lambda *_: ()),
    )


def _orchestration() -> tuple[BatchKind, ...]:
    queue = "orchestration"
    return (
        BatchKind(name=kinds.WEIGH, queue=queue, abandon=abandoning.abandon_weigh),
        BatchKind(
            name=kinds.HOLD_TOUCHED, queue=queue, abandon=abandoning.abandon_transfer, split=abandoning.split_transfer
        ),
        BatchKind(name=kinds.FINISH, queue=queue, abandon=lambda *_: ()),
        BatchKind(name=kinds.CLOSE, queue=queue, abandon=lambda *_: ()),
    )
