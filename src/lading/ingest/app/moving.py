"""A transfer batch: files are moved or registered, and every one of them gets its outcome."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from lading.base.outcomes import Outcome
from lading.base.paths import join, shown
from lading.ingest.app import bundle_places, context, file_columns, unchanged
from lading.ingest.app.context import Context
from lading.ingest.app.file_columns import FileColumns
from lading.ingest.app.reaching import reaching
from lading.ingest.app.task_names import FILESYSTEM, TaskNames
from lading.ingest.engine import plan
from lading.ingest.engine.apply import FileResult, apply
from lading.ingest.engine.plan import TransferWork
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.sources.base import Source, Versioned
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter


@reaching
def transfer_batch(held: Claim, meter: Meter) -> Ending:
    """Carry the work out; outcomes and the new snapshot are written when the batch ends."""
    of = context.of(held)
    work = plan.decode(held.payload)
    results = carry_out(work, of, meter)
    told = [result for result in results if result.outcome is not Outcome.UNCHANGED]
    counts: Counter[str] = Counter(
        unchanged=len(results) - len(told),
        bytes=sum(result.bytes_sent for result in results),
        collections=sum(1 for group in work.groups if group.make_collection),
        requests=of.destination.requests(),
        hooks=of.hooks.calls,
    )
    return Ending(
        outcomes=[as_outcome(result) for result in told],
        counts=counts,
        result=unchanged.encode(_same_after_all(results)),
        also=lambda batch_id: _record(batch_id, told, _changes(work, results), of),
    )


def transfer_of(work: TransferWork, names: TaskNames = FILESYSTEM) -> NewBatch:
    """Return the batch that carries a piece of work out."""
    return NewBatch(
        kind=names.transfer,
        payload=plan.encode(work),
        planned_files=work.files,
        planned_bytes=sum(action.entry.size for group in work.groups for action in group.actions),
    )


def carry_out(work: TransferWork, of: Context, meter: Meter) -> list[FileResult]:
    """Let the engine apply a piece of work; a later attempt looks before it sends."""
    with closing(of.hooks):
        return list(apply(work, replace(of.circumstances(meter), bundle_place=bundle_places.of_batch(of))))


def as_outcome(result: FileResult) -> NewOutcome:
    """Return a result as the row it becomes."""
    return NewOutcome(
        subject=shown(join(result.folder, result.name)),
        outcome=result.outcome,
        code=result.code,
        reason=result.reason,
    )


def columns(result: FileResult, source: Source | None = None) -> FileColumns:
    """Return the file columns of a result, with the version that was read of a source that has any."""
    version = source.version(join(result.folder, result.name)) if isinstance(source, Versioned) else ""
    return FileColumns(
        logical_path=shown(result.logical_path),
        size=result.size,
        checksum=result.checksum,
        mtime_ns=result.known.mtime_ns if result.known is not None else 0,
        version=version,
    )


def _same_after_all(results: Sequence[FileResult]) -> list[unchanged.UnchangedRange]:
    names: dict[str, list[str]] = defaultdict(list)
    for result in results:
        if result.outcome is Outcome.UNCHANGED:
            names[result.folder].append(result.name)
    return [unchanged.of_names(folder, found) for folder, found in names.items()]


def _changes(work: TransferWork, results: Sequence[FileResult]) -> dict[str, dict[str, Known | None]]:
    """Return what the snapshot may now say, by folder; a folder that was only made gets its first, empty segment."""
    failed = {join(result.folder, result.name) for result in results if result.outcome is Outcome.FAILED}
    changes: dict[str, dict[str, Known | None]] = {
        group.folder: {} for group in work.groups if not group.actions and group.folder not in failed
    }
    for result in results:
        if result.known is not None:
            changes.setdefault(result.folder, {})[result.name] = result.known
    return changes


def _record(
    batch_id: int, told: Sequence[FileResult], changes: dict[str, dict[str, Known | None]], of: Context
) -> None:
    file_columns.record(batch_id, (columns(result, of.source) for result in told))
    of.snapshots.change(changes, compared=False)
    of.debts.write()
