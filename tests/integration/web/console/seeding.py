"""Rows as workers leave them, for pages that read nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lading.ingest.app.definition import Definition
from lading.ingest.app.models import DeletionLine, DeletionList, FileFacts, Job
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, outcome_id

#: which outcome a batch's file number `n` has, again and again
PATTERN = ("created", "created", "failed", "updated", "skipped", "created", "failed")
CODES = {"failed": ("SOURCE_UNREADABLE", "TARGET_LOCKED"), "skipped": ("LINK_SKIPPED",)}

SECONDS = 100


def a_job(name: str = "harbour", **options: Any) -> Job:
    """Store a job."""
    definition = Definition(source="/data/harbour", destination=f"/tempZone/home/rods/{name}", **options)
    return Job.objects.create(
        name=name,
        source=definition.source,
        source_identity=definition.source,
        destination=definition.destination,
        zone_identity="embedded",
        options=definition.options(),
        created_at=now(),
    )


def a_run(job: Job, state: str = RunState.DONE_WITH_FAILURES, *, batches: int = 4, each: int = 10) -> Run:
    """Write a run of that many batches, begun `SECONDS` ago; file `n` of all has the outcome of `PATTERN`."""
    at = now()
    is_over = state in (RunState.DONE, RunState.DONE_WITH_FAILURES, RunState.STOPPED, RunState.FAILED, RunState.HELD)
    run = Run.objects.create(
        kind="ingest",
        job_id=job.pk,
        title=f"{job.source} → {job.destination}",
        state=state,
        stage="moving",
        options=job.options,
        created_at=at - SECONDS,
        started_at=at - SECONDS,
        ended_at=at if is_over else None,
    )
    length = SECONDS / batches
    for number in range(batches):
        _batch(run, number, each, (at - SECONDS + number * length, at - SECONDS + (number + 1) * length))
    return run


def _batch(run: Run, number: int, each: int, during: tuple[float, float]) -> None:
    kinds = [PATTERN[(number * each + place) % len(PATTERN)] for place in range(each)]
    tallies: Mapping[str, int] = {name: kinds.count(name) for name in set(kinds)}
    batch = Batch.objects.create(
        run=run,
        kind="filesystem.transfer",
        queue="filesystem",
        state=BatchState.DONE,
        started_at=during[0],
        ended_at=during[1],
        planned_files=each,
        planned_bytes=each * 1000,
        bytes=each * 1000,
        **tallies,
    )
    rows = [_outcome(batch, place, kind) for place, kind in enumerate(kinds)]
    Outcome.objects.bulk_create(rows)
    FileFacts.objects.bulk_create(
        [FileFacts(id=row.pk, logical_path=f"/tempZone/home/rods/harbour/{row.subject}", size=1000) for row in rows]
    )


def _outcome(batch: Batch, place: int, kind: str) -> Outcome:
    codes: Sequence[str] = CODES.get(kind, ("",))
    code = codes[place % len(codes)]
    return Outcome(
        id=outcome_id(batch.pk, place),
        run_id=batch.run_id,
        subject=f"quay-{batch.pk % 7}/crate-{batch.pk}-{place:04d}.dat",
        outcome=kind,
        code=code,
        reason="somebody has it" if code else "",
        at=batch.ended_at or 0,
    )


def hold(run: Run, lines: int = 3) -> DeletionList:
    """Let the deletions of a run wait for somebody."""
    for number in range(lines):
        DeletionLine.objects.create(
            run_id=run.pk, key=str(number).encode(), path=f"gone-{number}", logical_path=f"/z/gone-{number}", size=10
        )
    return DeletionList.objects.create(
        pk=run.pk,
        job_id=run.job_id or 0,
        state=DeletionList.State.HELD,
        objects_planned=lines,
        objects_managed=10,
        reasons=[["TOO_LARGE_A_SHARE", f"{lines} of 10 objects would go, more than 20 %"]],
        decided_at=now(),
    )
