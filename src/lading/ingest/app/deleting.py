"""Deletion batches: objects go, and then the collections that they leave empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from lading.base.errors import AskPerson
from lading.base.outcomes import Outcome
from lading.base.paths import hidden, join, shown
from lading.ingest.app import approval, context, file_columns
from lading.ingest.app.context import Context
from lading.ingest.app.dooming import folders_of, managed_folders
from lading.ingest.app.file_columns import FileColumns
from lading.ingest.app.gathering import observations
from lading.ingest.app.models import DeletionLine, Removed
from lading.ingest.app.reaching import reaching
from lading.ingest.engine import removal_work
from lading.ingest.engine.deletion import AtSource
from lading.ingest.engine.removal_candidates import look
from lading.ingest.engine.removal_work import RemovalResult
from lading.ingest.engine.removing import Removing, remove_empty
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.values import Kind
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import outcome_id
from lading.orchestration.progress import Meter


class SourceInDoubt(AskPerson):
    """The source is not what it was when the deletions were planned."""

    code = "SOURCE_IN_DOUBT"


@reaching
def delete_batch(held: Claim, meter: Meter) -> Ending:
    """Delete what the batch names, each after a last look; outcomes and the snapshot are written when the batch ends."""
    of = context.of(held)
    work = removal_work.decode(held.payload)
    if approval.is_outdated(held.run_id, of.job_id):
        return Ending(outcomes=[_outdated(path) for path in removal_work.paths(work)])
    refuse_in_doubt(of)
    removing = Removing(work, of.circumstances(meter))
    with closing(of.hooks):
        results = list(removing.run())
    return Ending(
        outcomes=[_outcome(result) for result in results],
        counts={"requests": of.destination.requests(), "hooks": of.hooks.calls},
        also=lambda batch_id: _record(batch_id, results, removing.trashed, of),
    )


def refuse_in_doubt(of: Context) -> None:
    """Raise `SourceInDoubt` if the root is another one, empty, or without its sentinel: nothing is concluded then."""
    seen = observations(of)
    if seen:
        raise SourceInDoubt(f"Nothing is deleted: {seen[0].reason}")
    if next(iter(of.source.names("")), None) is None:
        raise SourceInDoubt(
            f"Nothing is deleted: the source {shown(of.source.canonical)} is empty",
            hint="Is it mounted? `lading stop` ends the run without the deletions",
        )


def _outcome(result: RemovalResult) -> NewOutcome:
    return NewOutcome(
        subject=shown(join(result.folder, result.name)),
        outcome=result.outcome,
        code=result.code,
        reason=result.reason,
    )


def _outdated(path: str) -> NewOutcome:
    reason = "a later run of the job has begun, which plans its own deletions"
    return NewOutcome(subject=shown(path), outcome=Outcome.SKIPPED, code="LIST_REPLACED", reason=reason)


def _record(batch_id: int, results: Sequence[RemovalResult], trashed: Iterable[str], of: Context) -> None:
    """Write what is needed to bring each object back, and let the snapshot forget it."""
    rows = [(outcome_id(batch_id, position), result) for position, result in enumerate(results)]
    file_columns.record(
        batch_id, (FileColumns(shown(result.logical_path), result.size, result.checksum) for result in results)
    )
    Removed.objects.bulk_create(
        [
            Removed(
                id=row_id,
                mode=of.rules.delete_mode.value,
                object_id=result.object_id,
                physical_path=result.physical_path,
                resource=result.resource,
                user=f"{result.user.name}#{result.user.zone}" if result.user is not None else "",
            )
            for row_id, result in rows
            if result.outcome is Outcome.DELETED
        ],
        batch_size=500,
    )
    changes: dict[str, dict[str, Known | None]] = defaultdict(dict)
    for _, result in rows:
        if result.is_forgotten and not result.is_foreign:
            changes[result.folder][result.name] = None
    of.snapshots.change(changes, compared=False)
    of.snapshots.forget(list(trashed))


@reaching
def empty_batch(held: Claim, meter: Meter) -> Ending:
    """Remove the collections of vanished folders that are empty now, deepest first; forget folders without objects."""
    of = context.of(held)
    if approval.is_outdated(held.run_id, of.job_id):
        return Ending()
    refuse_in_doubt(of)
    with closing(of.hooks):
        forgotten = [folder for folder, collection in _emptied(of) if _is_done_with(folder, collection, of, meter)]
    return Ending(
        counts={"requests": of.destination.requests(), "hooks": of.hooks.calls},
        also=lambda _batch: of.snapshots.forget(forgotten),
    )


def _emptied(of: Context) -> Iterator[tuple[str, str]]:
    """Yield the folders of the run's vanished trees with their collections, deepest first."""
    trees = DeletionLine.objects.filter(run_id=of.held.run_id, is_tree=True, is_due=True)
    found = [
        (one.folder, one.collection)
        for line in trees
        if line.is_foreign or any(True for _ in of.snapshots.heads(hidden(line.path)))
        for one in folders_of(line, of)
    ]
    yield from sorted(found, key=lambda pair: (-pair[1].count("/"), pair))


def _is_done_with(folder: str, collection: str, of: Context, meter: Meter) -> bool:
    """Remove a collection if the source has no such folder; say whether the job has nothing in it any more."""
    of.held.lease.check()
    if look(of.source, folder, other=Kind.FILE) is not AtSource.ABSENT:
        return False
    if remove_empty(folder, collection, of.circumstances(meter)):
        return True
    return not any(left.objects for left in managed_folders(folder, of))
