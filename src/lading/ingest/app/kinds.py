"""
Ingest as the backbone sees it: its run kind, its batch kinds, its stages.

========  ================================================  ===================================
stage     batches                                           ends when
========  ================================================  ===================================
moving    scan, transfer                                    nothing is left to scan or to move
checking  recheck: what a lost worker may have touched      each such object was compared
clearing  clear: verified files go from the source  each was let go, or stays
closing   finish: the manifest                              it is written
========  ================================================  ===================================
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from lading.base.outcomes import Outcome
from lading.base.paths import join, shown
from lading.ingest.app import payloads
from lading.ingest.engine import plan
from lading.ingest.engine.clearing import After
from lading.orchestration.kinds import BatchKind, NewBatch, NewOutcome, RunKind, register_batch, register_run
from lading.orchestration.models import Batch, BatchState, Run

RUN_KIND = "ingest"

#: how outcomes name the root
ROOT_SHOWN = "."

SCAN = "filesystem.scan"
TRANSFER = "filesystem.transfer"
RECHECK = "filesystem.recheck"
CLEAR = "filesystem.clear"
FINISH = "orchestration.finish-ingest"


def register() -> None:
    """Make the kinds known to the backbone."""
    register_run(RunKind(name=RUN_KIND, next_stage=next_stage))
    register_batch(BatchKind(name=SCAN, queue="filesystem", abandon=_abandon_scan, waits_for_backlog=True))
    register_batch(
        BatchKind(name=TRANSFER, queue="filesystem", abandon=_abandon_transfer, split=_split_transfer, is_backlog=True)
    )
    register_batch(BatchKind(name=RECHECK, queue="filesystem", abandon=_abandon_recheck))
    register_batch(BatchKind(name=CLEAR, queue="filesystem", abandon=lambda *_: ()))
    register_batch(BatchKind(name=FINISH, queue="orchestration", abandon=lambda *_: ()))


def first_scan(entries: int) -> NewBatch:
    """Return the batch that a run begins with: the root, with a small budget so that transfers start early."""
    return NewBatch(kind=SCAN, payload=payloads.pack_ranges([payloads.ROOT], entries))


def scans_of(paths: Sequence[str], size: int) -> list[NewBatch]:
    """Return batches that look at single paths again, `size` in each."""
    return [
        NewBatch(kind=SCAN, payload=payloads.pack_paths(paths[start : start + size]))
        for start in range(0, len(paths), size)
    ]


def next_stage(run_id: int, ended: str) -> tuple[str, Sequence[NewBatch]]:
    """Say what comes after a stage whose last batch ended."""
    if ended == "moving":
        # begun more than once: a request of an earlier attempt may have been under way when it was given up
        taken_over = Batch.objects.filter(run_id=run_id, kind=TRANSFER, state=BatchState.DONE, fence__gt=1)
        checks = [NewBatch(kind=RECHECK, payload=str(pk).encode()) for pk in taken_over.values_list("pk", flat=True)]
        if checks:
            return "checking", checks
    if ended in {"moving", "checking"} and (clearings := _clearings(run_id)):
        return "clearing", clearings
    if ended in {"moving", "checking", "clearing"}:
        return "closing", [NewBatch(kind=FINISH)]
    return ended, []


def _clearings(run_id: int) -> list[NewBatch]:
    """
    Return the batches that clear files away from the source; none if the job keeps them.

    What a batch sent that was begun more than once stays until the next run: a late request of an earlier attempt may
    still reach the zone, and then the file is needed.
    """
    if Run.objects.get(pk=run_id).options.get("after", After.KEEP.value) == After.KEEP.value:
        return []
    brought = Q(kind=SCAN, unchanged__gt=0) | Q(kind=TRANSFER, fence=1)
    some = Q(created__gt=0) | Q(updated__gt=0) | Q(unchanged__gt=0)
    ended = Batch.objects.filter(brought, some, run_id=run_id, state=BatchState.DONE).order_by("pk")
    return [NewBatch(kind=CLEAR, payload=str(pk).encode()) for pk in ended.values_list("pk", flat=True)]


def _abandon_scan(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    found = payloads.unpack(payload)
    subjects = [*found.paths, *(part.folder for part in found.ranges)]
    return [
        NewOutcome(subject=shown(path) or ROOT_SHOWN, outcome=Outcome.FAILED, code=code, reason=reason)
        for path in subjects
    ]


def _abandon_transfer(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    work = plan.decode(payload)
    return [
        NewOutcome(
            subject=shown(join(group.folder, action.entry.name)), outcome=Outcome.FAILED, code=code, reason=reason
        )
        for group in work.groups
        for action in group.actions
    ]


def _abandon_recheck(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Correct the rows of the batch that could not be compared; there are no paths of its own."""
    from lading.ingest.app import rechecking  # it needs the iRODS client, which `lading runs` should not wait for

    rechecking.give_up(int(payload), code, reason)
    return ()


def _split_transfer(payload: bytes) -> Sequence[bytes]:
    return [plan.encode(part) for part in plan.halves(plan.decode(payload))]
