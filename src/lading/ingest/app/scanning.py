"""A scan batch: a range of the tree becomes transfer batches, further scan batches, and counts of what is unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

from lading.base import config
from lading.base.clock import SystemClock
from lading.base.errors import NameRefused, NotSent, SkipFile, SourceVanished
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of, parent, shown
from lading.ingest.app import adoption, context, gathering, payloads, touching, unchanged
from lading.ingest.app.context import Context
from lading.ingest.app.models import DeletionLine, Observation
from lading.ingest.app.moving import transfer_of
from lading.ingest.app.reaching import reaching
from lading.ingest.app.task_names import TaskNames
from lading.ingest.app.unchanged import UnchangedRange
from lading.ingest.engine import links, plan
from lading.ingest.engine.compare import UNLISTED, Step, decide
from lading.ingest.engine.filters import REASONS, Left
from lading.ingest.engine.parts import Budget, Failure, FolderPart, Range
from lading.ingest.engine.scan import Scan
from lading.ingest.engine.selecting import Selection, Selector
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.twins import TWIN, FolderTwins
from lading.ingest.engine.values import Entry, Kind
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter

#: batches that what is left over is dealt to, so that several workers scan
_SPREAD = 4

#: how much larger the budget is where a scan goes on in a folder whose collection has to be listed again for that
_RELISTED = 10

_REASONS = {
    **links.REASONS,
    "NOT_A_FILE": "a socket, pipe or device has no content",
    **{why.value: REASONS[why] for why in Left},
    NotSent.code: "not the same as what is in iRODS, and nothing is sent: `lading sync` sends it",
    "OBJECT_EXISTS": "another object is there, and `put` never overwrites",
}


@dataclass(slots=True)
class Found:
    """What a scan has gathered so far."""

    parts: list[FolderPart] = field(default_factory=list)
    outcomes: list[NewOutcome] = field(default_factory=list)
    unchanged: list[UnchangedRange] = field(default_factory=list)
    changes: dict[str, dict[str, Known | None]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    #: folders that were compared with the catalogue to their end
    compared: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    #: parts in which something is missing at the source
    losses: list[FolderPart] = field(default_factory=list)

    def add(self, part: FolderPart) -> None:
        """Take one part in."""
        if part.actions or part.make_collection:
            self.parts.append(part)
        for skip in part.skips:
            self.tell(join(part.folder, skip.entry.name), Outcome.SKIPPED, skip.code, _REASONS.get(skip.code, ""))
        for failure in part.failures:
            vanished = failure.code == SourceVanished.code  # a folder, after it was listed
            self.tell(failure.path, Outcome.SKIPPED if vanished else Outcome.FAILED, failure.code, failure.reason)
        for left_out in part.skipped_folders:
            self.tell(left_out.path, Outcome.SKIPPED, left_out.code, left_out.reason)
        self.forgotten += part.forgotten_folders
        if part.vanished or part.vanished_folders or part.foreign or part.foreign_collections:
            self.losses.append(part)
        self._unchanged(part)
        if part.compared and part.ended and all(failure.path != part.folder for failure in part.failures):
            self.compared.append(part.folder)
        if part.snapshot_changes or part.new_segments:
            self.changes.setdefault(part.folder, {}).update(part.snapshot_changes)

    def tell(self, path: str, outcome: Outcome, code: str, reason: str) -> None:
        """Note what became of one path."""
        self.outcomes.append(NewOutcome(subject=shown(path) or ".", outcome=outcome, code=code, reason=reason))

    def _unchanged(self, part: FolderPart) -> None:
        ranges = [unchanged.of_segment(part.folder, head) for head in part.unchanged if head.count]
        if part.kept:
            ranges.append(unchanged.of_names(part.folder, [action.entry.name for action in part.kept]))
        self.unchanged += ranges
        self.counts["unchanged"] += sum(found.count for found in ranges)


@reaching
def scan_batch(held: Claim, _meter: Meter) -> Ending:
    """Look at what the batch names; everything that follows from it is written when the batch ends."""
    of = context.of(held)
    payload = payloads.unpack(held.payload)
    found = Found()
    left = _singles(payload.paths, of, found)
    if payload.ranges:
        scan = _scan(payload, of)
        with closing(of.hooks):
            for part in scan.run():
                found.add(adoption.prepared(part, of))
        left += scan.leftover
    found.counts["requests"] = of.destination.requests()
    return Ending(
        outcomes=found.outcomes,
        batches=[*_transfers(found.parts, of), *_scans(left, of.names)],
        counts=found.counts,
        result=unchanged.encode(found.unchanged),
        also=lambda _batch: _remember(of, found),
    )


def _scan(payload: payloads.ScanPayload, of: Context) -> Scan:
    return Scan(
        ranges=payload.ranges,
        source=of.source,
        session_of=of.destination.session,
        snapshots=of.snapshots,
        rules=of.rules,
        budget=_budget(payload.entries),
        clock=SystemClock(),
        token=of.held.lease,
        hooks=of.hooks,
        about=of.about,
        recheck=lambda folder: of.own.takes(of.snapshots.age(folder)),
    )


def _budget(entries: int) -> Budget:
    """Return the budget for a number of entries; more entries than usual get more time."""
    scan = config.current().scan
    return Budget(entries, scan.seconds * max(1.0, entries / scan.entries))


def _remember(of: Context, found: Found) -> None:
    of.snapshots.change(found.changes, compared=False)
    of.snapshots.forget(found.forgotten)
    DeletionLine.objects.bulk_create(gathering.lines(found.losses, of), batch_size=500)
    Observation.objects.bulk_create(gathering.observations(of), ignore_conflicts=True)
    of.snapshots.compared(found.compared)


def _transfers(parts: Sequence[FolderPart], of: Context) -> Iterator[NewBatch]:
    """Group what has to happen; what is only touched waits until the whole scan shows how much of it there is."""
    now, later = touching.separated(parts, of.definition.touched_limit)
    for work in plan.group(now, of.rules):
        yield transfer_of(work, of.names)
    for work in plan.group(later, of.rules):
        yield replace(transfer_of(work, of.names), deferred=True)


def _scans(left: Sequence[Range], names: TaskNames) -> Iterator[NewBatch]:
    """Deal what is left over, so that each batch gets ranges that lie together."""
    share = -(-len(left) // _SPREAD) or 1
    for start in range(0, len(left), share):
        part = left[start : start + share]
        patience = _RELISTED if any(one.fresh and one.after and not one.absent for one in part) else 1
        yield NewBatch(kind=names.scan, payload=payloads.pack_ranges(part, patience * config.current().scan.entries))


def _singles(paths: Sequence[str], of: Context, found: Found) -> list[Range]:
    """Look at single paths again; return those that are folders, to be scanned with all that is below."""
    folders: list[Range] = []
    selector = Selector(of.source, of.rules.filters, SystemClock())
    for path in paths:
        of.held.lease.check()
        try:
            entry = of.source.stat(path)
            why = None if entry.kind is Kind.FOLDER else _left(selector.of(parent(path)), entry)
        except SkipFile as error:
            outcome = Outcome.SKIPPED if isinstance(error, SourceVanished) else Outcome.FAILED
            found.tell(path, outcome, error.code, str(error))
            continue
        if why is not None:
            found.tell(path, Outcome.SKIPPED, why.value, _REASONS[why.value])
        elif entry.kind is Kind.FOLDER:
            folders.append(Range(path))
        else:
            _add_alone(path, entry, of, found)
    return folders


def _add_alone(path: str, entry: Entry, of: Context, found: Found) -> None:
    """Take a single file in, or tell that its name is refused."""
    try:
        found.add(adoption.prepared(_alone(path, entry, of), of))
    except NameRefused as error:
        found.tell(path, Outcome.FAILED, error.code, str(error))


def _left(selection: Selection, entry: Entry) -> Left | None:
    """Say why a single file is not brought now."""
    return selection.left(entry) if selection.takes_name(entry.name, folder=False) else Left.EXCLUDED


def _alone(path: str, entry: Entry, of: Context) -> FolderPart:
    """Return a part of one file, decided as if its folder had been scanned and nobody had asked the catalogue."""
    folder, naming, source = parent(path), of.rules.naming, of.source
    collection = naming.logical_path(of.rules.destination, folder, source_root=source.canonical).path
    stored = name_of(naming.child(collection, entry.name, source.physical_path(path)).path)
    twin = FolderTwins(partial(source.names, folder), of.rules.twin_rule).is_told(entry.name, stored)
    part = FolderPart(folder=folder, collection=collection, make_collection=True)
    known = next(iter(of.snapshots.named(folder, [entry.name])), None)
    action = decide(entry, known, UNLISTED, of.rules)
    if action.code in links.BROKEN:
        part.failures.append(Failure(path, action.code, links.REASONS[action.code]))
        return part
    if twin and known is None and not action.code:
        action = replace(action, code=TWIN)
    {Step.KEEP: part.kept, Step.SKIP: part.skips}.get(action.step, part.actions).append(action)
    return part
