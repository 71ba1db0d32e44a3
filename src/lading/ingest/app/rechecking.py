"""
A recheck batch: what a lost worker may still have sent is compared with the catalogue, and mended.

A worker that froze may have had a request under way when its batch was given to another one. iRODS knows no fences,
so that request can land after the new worker's. Before the run ends every object of such a batch is looked at; one
that is not what its outcome says is sent once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count

from lading.base.errors import SkipFile
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import hidden, join, name_of, parent
from lading.ingest.app import assembly, context, file_columns, moving
from lading.ingest.app.context import Context
from lading.ingest.app.definition import from_options
from lading.ingest.app.models import FileFacts
from lading.ingest.app.reaching import reaching
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.engine.apply import FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.plan import Group, TransferWork
from lading.ingest.engine.snapshot import doubted
from lading.ingest.engine.values import Listed, ReplicaState
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import tallies
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, Outcome, outcome_id
from lading.orchestration.progress import Meter

_WRITTEN = (Kind.CREATED.value, Kind.UPDATED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One object that the batch says it wrote."""

    row_id: int
    path: str
    facts: FileFacts


@reaching
def recheck_batch(held: Claim, meter: Meter) -> Ending:
    """Compare the objects of one ended batch with the catalogue; send again what is not as recorded."""
    of = context.of(held)
    if not of.rules.operation.puts:
        return Ending()
    wrong = list(_wrong(_written(int(held.payload)), of))
    sent = moving.carry_out(_again(wrong, of), of, meter) if wrong else []
    results = {join(result.folder, result.name): result for result in sent}
    return Ending(
        counts={
            "requests": of.destination.requests(),
            "bytes": sum(result.bytes_sent for result in results.values()),
        },
        also=lambda _batch: _correct(int(held.payload), wrong, results, of),
    )


def _written(batch_id: int) -> list[_Written]:
    rows = Outcome.objects.filter(
        id__gte=outcome_id(batch_id, 0), id__lt=outcome_id(batch_id + 1, 0), outcome__in=_WRITTEN
    )
    facts = FileFacts.objects.in_bulk([row.pk for row in rows])
    return [_Written(row_id=row.pk, path=hidden(row.subject), facts=facts[row.pk]) for row in rows]


def _wrong(written: Sequence[_Written], of: Context) -> Iterator[_Written]:
    """Yield what the catalogue does not have as it was recorded."""
    by_collection: dict[str, list[_Written]] = defaultdict(list)
    for one in written:
        by_collection[parent(hidden(one.facts.logical_path))].append(one)
    with of.destination.session() as session:
        for collection, ones in by_collection.items():
            names = {name_of(hidden(one.facts.logical_path)): one for one in ones}
            found = session.find_objects(collection, names)
            yield from (one for name, one in names.items() if not _as_recorded(found.get(name), one.facts))


def _as_recorded(listed: Listed | None, facts: FileFacts) -> bool:
    if listed is None or listed.state is not ReplicaState.GOOD or listed.size != facts.size:
        return False
    return not (listed.checksum and facts.checksum) or listed.checksum == facts.checksum


def _again(wrong: Sequence[_Written], of: Context) -> TransferWork:
    groups: dict[str, list[Action]] = defaultdict(list)
    collections: dict[str, str] = {}
    for one in wrong:
        folder = parent(one.path)
        collections[folder] = parent(hidden(one.facts.logical_path))
        try:
            groups[folder].append(Action(Step.REPLACE, of.source.stat(one.path)))
        except SkipFile:
            continue  # it vanished meanwhile: its outcome is corrected to failed
    return TransferWork(
        groups=tuple(
            Group(folder=folder, collection=collections[folder], make_collection=True, actions=tuple(actions))
            for folder, actions in groups.items()
        )
    )


def _correct(batch_id: int, wrong: Sequence[_Written], results: dict[str, FileResult], of: Context) -> None:
    """Let rows, tallies and snapshot say what is there now."""
    for one in wrong:
        result = results.get(one.path)
        if result is None or result.known is None:
            reason = result.reason if result else "the file vanished before a damaged copy of it could be mended"
            _doubt(one, "NOT_AS_WRITTEN", reason, of.snapshots)
            continue
        file_columns.replace(one.row_id, moving.columns(result))
        of.snapshots.change({parent(one.path): {name_of(one.path): result.known}}, compared=False)
    if wrong:
        _count_again(batch_id)


def _doubt(one: _Written, code: str, reason: str, snapshots: Snapshots) -> None:
    """Record a failure; for the snapshot the object stays managed, and equals no file."""
    Outcome.objects.filter(pk=one.row_id).update(outcome=Kind.FAILED.value, code=code, reason=reason)
    known = snapshots.named(parent(one.path), [name_of(one.path)])
    if known:
        snapshots.change({parent(one.path): {entry.name: doubted(entry) for entry in known}}, compared=False)


def give_up(batch_id: int, code: str, reason: str) -> None:
    """Let nothing that an ended batch wrote count as arrived: it could not be compared. Call inside a transaction."""
    run = Batch.objects.select_related("run").get(pk=batch_id).run
    definition = from_options(run.options)
    if not definition.operation.puts:
        return
    snapshots = assembly.snapshots_of(definition, run.job_id or 0)
    for one in _written(batch_id):
        _doubt(one, "NOT_COMPARED", f"{code}: {reason}", snapshots)
    _count_again(batch_id)


def _count_again(batch_id: int) -> None:
    """Derive the tallies of an ended batch from its rows."""
    rows = Outcome.objects.filter(id__gte=outcome_id(batch_id, 0), id__lt=outcome_id(batch_id + 1, 0))
    counted = dict(rows.values_list("outcome").annotate(Count("id")))
    tallies.correct(batch_id, **{name: counted.get(name, 0) for name in ("created", "updated", "failed")})
