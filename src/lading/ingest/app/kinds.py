"""
Ingest as the backbone sees it: its run kind, its batch kinds, its stages.

========  ================================================  ===================================
stage     batches                                           ends when
========  ================================================  ===================================
moving    scan, transfer                                    nothing is left to scan or to move
weighing  weigh, then re-reads of what is merely touched    they were read, or held as too many
checking  recheck: what a lost worker may have touched      each such object was compared
clearing  clear: verified files go from the source          each was let go, or stays
deleting  decide: what may go; delete: objects go           nothing that may go is left
emptying  empty: collections of vanished folders            they were removed, or are not empty
restoring restore: what an earlier run deleted              each such object is back, or cannot be
closing   finish: the manifest (a run that was cut short:   it is written
          close, in a run of its own)
telling   post-job: the handler's                           it was called
========  ================================================  ===================================

A run that compares begins with another stage: comparing (compare, check content, transfers that repair), then goes on
with checking.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Q

from lading.ingest.app import payloads
from lading.ingest.app.definition import RUN_KEY
from lading.ingest.app.models import DeletionLine, DeletionList
from lading.ingest.app.task_names import FILESYSTEM, TaskNames, names_of
from lading.ingest.engine.clearing import After
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.kinds import NewBatch, NewRun, RunKind, register_run
from lading.orchestration.ledger import sweep
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Batch, BatchState, Run, RunState

RUN_KIND = "ingest"

#: compares, and sends only to repair
VERIFY_KIND = "verify"

#: stages after which all that was to be moved was moved
_MOVED = frozenset({"moving", "weighing", "checking"})

#: of runs that read a filesystem; those of any run: `task_names`
SCAN, TRANSFER, RECHECK, CLEAR = FILESYSTEM.scan, FILESYSTEM.transfer, FILESYSTEM.recheck, FILESYSTEM.clear
COMPARE, CHECK = FILESYSTEM.compare, FILESYSTEM.check
PRE_JOB, POST_JOB = FILESYSTEM.pre_job, FILESYSTEM.post_job
WEIGH = "orchestration.weigh-touched"
HOLD_TOUCHED = "orchestration.hold-touched"
FINISH = "orchestration.finish-ingest"
CLOSE = "orchestration.close-ingest"
DECIDE = "deletion.decide"
DELETE = "deletion.delete"
EMPTY = "deletion.empty"
RESTORE = "deletion.restore"

#: kind of the run in which `post_job` is called for a run that was stopped or failed
POST_JOB_RUN = "ingest-post-job"
#: kind of the run that only writes the manifest of a run that was stopped or failed; no run of the job waits for it
CLOSING_RUN = "ingest-closing"
#: states in which a run ends without having come to the stage that writes its manifest
_CUT_SHORT = frozenset({RunState.STOPPED.value, RunState.FAILED.value})


def register() -> None:
    """Make the run kinds known to the backbone; the kinds of their batches: `batch_kinds`."""
    register_run(RunKind(name=POST_JOB_RUN, next_stage=lambda _run, ended: (ended, ())))
    register_run(RunKind(name=CLOSING_RUN, next_stage=lambda _run, ended: (ended, ())))
    register_run(
        RunKind(
            name=RUN_KIND,
            after_end=after_end,
            next_stage=next_stage,
            held_for=_held_for,
            begins=_begins,
            is_told=_is_told,
        )
    )
    register_run(RunKind(name=VERIFY_KIND, next_stage=verify_run, after_end=closing_run, is_told=_is_told))
    sweep.errands.append(_expire)


def _is_told(run_id: int) -> bool:
    """Say whether the run's manifest was written, until when its outcomes are all that there is; not while some are restored."""
    if not Batch.objects.filter(run_id=run_id, kind=FINISH, state=BatchState.DONE).exists():
        return False
    of_job = Run.objects.filter(job_id__in=Run.objects.filter(pk=run_id).values("job_id")).exclude(state__in=ENDED)
    return not any(Batch.objects.filter(run_id=run.pk, kind=RESTORE).exists() for run in of_job)


def _begins(run: Run) -> None:
    from lading.ingest.app import approval  # it needs the kinds

    approval.replace_held(run.job_id or 0, run)


def _expire() -> None:
    from lading.ingest.app import approval  # it needs the kinds

    approval.expire()


def verify_run(run_id: int, ended: str) -> tuple[str, Sequence[NewBatch]]:
    """
    Say what comes after a stage of a run that compares: nothing of it ever deletes.

    Once all is compared, the next turn of its sample has come.
    """
    if ended == "comparing":
        from lading.ingest.app import verifying  # it needs the iRODS client, which `lading runs` should not wait for

        verifying.compared_all(run_id)
        if checks := _rechecks(run_id):
            return "checking", checks
    return ("closing", [NewBatch(kind=FINISH)]) if ended != "closing" else (ended, [])


def first_scan(entries: int, names: TaskNames = FILESYSTEM) -> NewBatch:
    """Return the batch that a run begins with: the root, with a small budget so that transfers start early."""
    return NewBatch(kind=names.scan, payload=payloads.pack_ranges([payloads.ROOT], entries))


def scans_of(paths: Sequence[str], size: int, names: TaskNames = FILESYSTEM) -> list[NewBatch]:
    """Return batches that look at single paths again, `size` in each."""
    return [
        NewBatch(kind=names.scan, payload=payloads.pack_paths(paths[start : start + size]))
        for start in range(0, len(paths), size)
    ]


def next_stage(run_id: int, ended: str) -> tuple[str, Sequence[NewBatch]]:
    """Say what comes after a stage whose last batch ended."""
    if ended in _MOVED and (following := _after_moving(run_id, ended)):
        return following
    if ended == "deleting" and _has_emptied(run_id):
        return "emptying", [NewBatch(kind=EMPTY)]
    if ended not in {"closing", "telling"}:
        return "closing", [NewBatch(kind=FINISH)]
    return "telling", _last_words(run_id) if ended == "closing" else []


def _after_moving(run_id: int, ended: str) -> tuple[str, Sequence[NewBatch]] | None:
    """Return the next stage that has something to do once all was moved; None if there is none."""
    if ended == "moving" and Batch.objects.filter(run_id=run_id, state=BatchState.DEFERRED).exists():
        return "weighing", [NewBatch(kind=WEIGH)]
    if ended != "checking" and (checks := _rechecks(run_id)):
        return "checking", checks
    if clearings := _clearings(run_id):
        return "clearing", clearings
    if DeletionLine.objects.filter(run_id=run_id).exists():
        return "deleting", [NewBatch(kind=DECIDE)]
    _note_that_nothing_is_missing(run_id)
    return None


def _last_words(run_id: int) -> list[NewBatch]:
    """Return the batch that tells the handler of the end, unless a person has to decide something first."""
    if not has_post_job(run_id) or _held_for(run_id):
        return []
    return [last_word(run_id, "done", names_of(Run.objects.get(pk=run_id).options))]


def _rechecks(run_id: int) -> list[NewBatch]:
    """Return a batch for each that was begun more than once: a request of an earlier attempt may have landed late."""
    names = names_of(Run.objects.get(pk=run_id).options)
    taken_over = Batch.objects.filter(run_id=run_id, kind=names.transfer, state=BatchState.DONE, fence__gt=1)
    return [NewBatch(kind=names.recheck, payload=str(pk).encode()) for pk in taken_over.values_list("pk", flat=True)]


def _note_that_nothing_is_missing(run_id: int) -> None:
    """Let a later run that counts scans know that this one missed nothing."""
    run = Run.objects.get(pk=run_id)
    if run.options.get("delete_grace") and run.options.get("delete_mode") != DeleteMode.DO_NOT_DELETE.value:
        state, at = DeletionList.State.ALLOWED, now()
        DeletionList.objects.get_or_create(
            pk=run_id, defaults={"job_id": run.job_id or 0, "state": state, "decided_at": at}
        )


def _has_emptied(run_id: int) -> bool:
    """Say whether whole folders were to go, and were let go."""
    decided = DeletionList.objects.filter(
        pk=run_id, state__in=[DeletionList.State.ALLOWED, DeletionList.State.APPROVED]
    )
    return decided.exists() and DeletionLine.objects.filter(run_id=run_id, is_tree=True, is_due=True).exists()


def _held_for(run_id: int) -> str:
    """Say why the run's deletions wait for a person; "" if they do not."""
    held = DeletionList.objects.filter(pk=run_id, state=DeletionList.State.HELD).first()
    if held is None:
        return ""
    reasons = "; ".join(reason for _, reason in held.reasons)
    return f"{held.objects_planned:,} deletions wait for approval: {reasons}"


def _clearings(run_id: int) -> list[NewBatch]:
    """
    Return the batches that clear files away from the source; none if the job keeps them.

    What a batch sent that was begun more than once stays until the next run: a late request of an earlier attempt may
    still reach the zone, and then the file is needed.
    """
    options = Run.objects.get(pk=run_id).options
    if options.get("after", After.KEEP.value) == After.KEEP.value:
        return []
    names = names_of(options)
    brought = Q(kind=names.scan, unchanged__gt=0) | Q(kind=names.transfer, fence=1)
    some = Q(created__gt=0) | Q(updated__gt=0) | Q(unchanged__gt=0)
    ended = Batch.objects.filter(brought, some, run_id=run_id, state=BatchState.DONE).order_by("pk")
    return [NewBatch(kind=names.clear, payload=str(pk).encode()) for pk in ended.values_list("pk", flat=True)]


def after_end(run_id: int, state: str) -> NewRun | None:
    """
    Return the run that does for one what its last stages would have done.

    ========  ==============================  ====================================
    post_job  it ended                        what follows
    ========  ==============================  ====================================
    none      stopped, failed                 its manifest
    none      otherwise                       nothing
    called    any                             nothing: the manifest came before
    owed      stopped, failed                 its manifest, then `post_job`
    owed      otherwise: a hold was rejected  `post_job`
    ========  ==============================  ====================================
    """
    if not has_post_job(run_id):
        return closing_run(run_id, state)
    run = Run.objects.get(pk=run_id)
    if Batch.objects.filter(run_id=run_id, kind=names_of(run.options).post_job).exists():
        return None
    return NewRun(
        kind=POST_JOB_RUN,
        title=f"post_job of run {run_id}, {state}",
        stage="telling",
        job_id=run.job_id,
        options=run.options,
        batches=[_closing(run_id, state) if state in _CUT_SHORT else last_word(run_id, state, names_of(run.options))],
    )


def closing_run(run_id: int, state: str) -> NewRun | None:
    """Return the run that writes the manifest of one that did not come to it; it belongs to no job."""
    if state not in _CUT_SHORT:
        return None
    run = Run.objects.get(pk=run_id)
    return NewRun(
        kind=CLOSING_RUN,
        title=f"manifest of run {run_id}, {state}",
        stage="closing",
        options=run.options | {RUN_KEY: run.options.get(RUN_KEY, {}) | {"closes": run_id}},
        batches=[_closing(run_id, state)],
    )


def _closing(run_id: int, state: str) -> NewBatch:
    return NewBatch(kind=CLOSE, payload=json.dumps([run_id, state]).encode())


def last_word(run_id: int, state: str, names: TaskNames) -> NewBatch:
    """Return the batch that tells the handler how a run ended."""
    return NewBatch(kind=names.post_job, payload=json.dumps([run_id, state]).encode())


def has_post_job(run_id: int) -> bool:
    """Say whether the handler of a run wants to be told of its end."""
    return "post_job" in Run.objects.get(pk=run_id).options.get("handler_defines", ())
