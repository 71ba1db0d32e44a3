"""
Batches of a run that compares: source with catalogue by listings, then content; and what repairs.

Whatever is not the same becomes a failed outcome with its code (`engine.verifying.Code`), unless the run repairs and it
can be mended: then the transfer that mends it has its outcome. Without repair neither snapshot nor zone is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from django.db.models import F

from lading.base import config
from lading.base.clock import SystemClock
from lading.base.errors import SourceVanished
from lading.base.outcomes import Outcome
from lading.base.paths import join, shown
from lading.ingest.app import context, payloads, run_options, unchanged
from lading.ingest.app.abandoning import ROOT_SHOWN
from lading.ingest.app.context import Context
from lading.ingest.app.models import Job
from lading.ingest.app.moving import transfer_of
from lading.ingest.app.reaching import reaching
from lading.ingest.app.task_names import FILESYSTEM, TaskNames
from lading.ingest.engine import plan
from lading.ingest.engine.checking import Checked, check
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.parts import Budget, FolderPart, Ports
from lading.ingest.engine.selecting import Selector
from lading.ingest.engine.snapshot import Known, Proof, known_from
from lading.ingest.engine.values import Entry
from lading.ingest.engine.verifying import Code, Content, Judged, mending
from lading.ingest.engine.verifywalk import Compared, Comparison, Stretch
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Run
from lading.orchestration.progress import Meter

#: batches that what is left over is dealt to, so that several workers compare
_SPREAD = 4

#: how much larger the budget is where a comparison goes on in a folder: its collection has to be listed again for that
_RELISTED = 10

_REASONS = {
    Code.ONLY_AT_SOURCE: "not in iRODS",
    Code.ONLY_IN_ZONE: "not at the source",
    Code.TYPE_DIFFERS: "a file here, a collection there, or the other way round",
    Code.REPLICA_STALE: "no replica is good",
    Code.REPLICA_INTERMEDIATE: "a write was never finished",
    Code.REPLICA_LOCKED: "somebody has it open, or an interrupted write left it locked",
    Code.NO_CHECKSUM: "the catalogue has no checksum to compare with",
}


def first_batch(entries: int, names: TaskNames = FILESYSTEM) -> NewBatch:
    """Return the batch that a run begins with: the root."""
    return NewBatch(kind=names.compare, payload=payloads.pack_stretches([Stretch()], entries))


@dataclass(slots=True, kw_only=True)
class _Found:
    """What one batch has found so far."""

    of: Context
    outcomes: list[NewOutcome] = field(default_factory=list)
    same: list[unchanged.UnchangedRange] = field(default_factory=list)
    #: whose content is to be read
    to_check: list[FolderPart] = field(default_factory=list)
    mends: list[FolderPart] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)

    def add(self, part: Compared) -> None:
        """Take one part in."""
        self._agreeing(part)
        self.judged(part.folder, part.collection, part.found)
        for entry, code in part.skipped:
            self.tell(join(part.folder, entry.name), Outcome.SKIPPED, code, "no run brings it, or none yet")
        for failure in part.failures:
            self.tell(failure.path, Outcome.FAILED, failure.code, failure.reason)
        if part.is_missing:
            self._missing(part)
        if part.is_foreign and not self.of.own.look.one_way:
            self.tell(f"{part.folder}/", Outcome.FAILED, Code.ONLY_IN_ZONE.value, "no such folder at the source")
        if part.ended and not part.failures:
            self.compared.append(part.folder)

    def tell(self, path: str, outcome: Outcome, code: str, reason: str) -> None:
        """Note what was found of one path."""
        self.outcomes.append(NewOutcome(subject=shown(path) or ROOT_SHOWN, outcome=outcome, code=code, reason=reason))

    def judged(self, folder: str, collection: str, found: Sequence[Judged], reasons: Sequence[str] = ()) -> None:
        """Take what differs: mend it, or tell."""
        look = self.of.own.look
        told = [one for one in found if not (look.one_way and one.code is Code.ONLY_IN_ZONE)]
        mends = self._mends(folder, told) if look.repair else {}
        if mends:
            self.mends.append(_part(folder, collection, mends.values(), make=True))
        for number, one in enumerate(told):
            if one.name not in mends or one.entry is None:
                reason = reasons[number] if reasons else _reason(one)
                self.tell(join(folder, one.name), Outcome.FAILED, one.code.value, reason)

    def _mends(self, folder: str, found: Sequence[Judged]) -> dict[str, Action]:
        """Return what mends some of a folder's files, by name, with what the snapshot knows of each."""
        names = [one.name for one in found if one.entry is not None]
        known = {one.name: one for one in self.of.snapshots.named(folder, names)} if names else {}
        actions = ((one.name, mending(one, known.get(one.name), self.of.rules)) for one in found)
        return {name: action for name, action in actions if action is not None}

    def _agreeing(self, part: Compared) -> None:
        """Count what agrees, or let its content be read; without a checksum that cannot be done."""
        look, left = self.of.own.look, part.same
        if look.content is not Content.NONE:
            chosen = [one for one in part.same if look.sample.takes(join(part.folder, one.name))]
            names = {one.name for one in chosen}
            left = [one for one in part.same if one.name not in names]
            self.judged(part.folder, part.collection, [one for one in chosen if one.code is not Code.SAME])
            reads = [_reading(one) for one in chosen if one.code is Code.SAME]
            if reads:
                self.to_check.append(_part(part.folder, part.collection, reads))
        for code in (Code.SAME, Code.NO_CHECKSUM):
            names_of = [one.name for one in left if one.code is code]
            if names_of:
                self.same.append(unchanged.of_names(part.folder, names_of, code.value))

    def _missing(self, part: Compared) -> None:
        """Tell of an empty folder without a collection, or make one."""
        if self.of.own.look.repair:
            self.mends.append(_part(part.folder, part.collection, (), make=True))
        else:
            self.tell(f"{part.folder}/", Outcome.FAILED, Code.ONLY_AT_SOURCE.value, "there is no such collection")

    def ending(self, batches: Iterable[NewBatch], changes: dict[str, dict[str, Known | None]]) -> Ending:
        """Return everything that the batch leaves behind."""
        mends = [transfer_of(work, self.of.names) for work in plan.group(self.mends, self.of.rules)]
        return Ending(
            outcomes=self.outcomes,
            batches=[*mends, *batches],
            counts={
                "unchanged": sum(part.count for part in self.same),
                "requests": self.of.destination.requests(),
            },
            result=unchanged.encode(self.same),
            also=lambda _batch: self._remember(changes),
        )

    def _remember(self, changes: dict[str, dict[str, Known | None]]) -> None:
        """Only a run that repairs writes to the snapshot."""
        if self.of.own.look.repair:
            self.of.snapshots.change(changes, compared=False)
            self.of.snapshots.compared(self.compared)


def _reason(one: Judged) -> str:
    if one.code is Code.SIZE_DIFFERS and one.entry is not None and one.listed is not None:
        return f"{one.entry.size} bytes here, {one.listed.size} in iRODS"
    if one.code is Code.OTHER_REPLICA_NOT_GOOD and one.listed is not None:
        return f"{one.listed.unsound} more replicas are not good"
    return _REASONS.get(one.code, "")


def _reading(one: Judged) -> Action:
    assert one.entry is not None
    return Action(Step.ADOPT_BY_CHECKSUM, one.entry, None, one.listed)


def _part(folder: str, collection: str, actions: Iterable[Action], *, make: bool = False) -> FolderPart:
    return FolderPart(folder=folder, collection=collection, make_collection=make, actions=list(actions))


# --- by listings ---------------------------------------------------------------------------------------------------


@reaching
def compare_batch(held: Claim, _meter: Meter) -> Ending:
    """Compare what the batch names; what follows from it is written when the batch ends."""
    of = context.of(held)
    stretches, entries = payloads.unpack_stretches(held.payload)
    found = _Found(of=of)
    comparison = Comparison(
        stretches=stretches,
        ports=Ports(
            source=of.source,
            session_of=of.destination.session,
            snapshots=of.snapshots,
            rules=of.rules,
            token=held.lease,
            selector=Selector(of.source, of.rules.filters, SystemClock()),
            hooks=of.hooks,
            about=of.about,
        ),
        budget=_budget(entries),
        clock=SystemClock(),
    )
    with closing(of.hooks):
        for part in comparison.run():
            found.add(part)
    return found.ending([*_checks(found.to_check, of), *_rest(comparison.leftover, of.names)], {})


def _budget(entries: int) -> Budget:
    """Return the budget for a number of entries; more entries than usual get more time."""
    scan = config.current().scan
    return Budget(entries, scan.seconds * max(1.0, entries / scan.entries))


def _checks(parts: Sequence[FolderPart], of: Context) -> Iterator[NewBatch]:
    for work in plan.group(parts, of.rules):
        yield replace(transfer_of(work, of.names), kind=of.names.check)


def _rest(left: Sequence[Stretch], names: TaskNames) -> Iterator[NewBatch]:
    """Deal what is left over, so that each batch gets folders that lie together."""
    share = -(-len(left) // _SPREAD) or 1
    for start in range(0, len(left), share):
        part = left[start : start + share]
        goes_on = any((one.after or one.zone_after is not None) and not one.absent for one in part)
        entries = (_RELISTED if goes_on else 1) * config.current().scan.entries
        yield NewBatch(kind=names.compare, payload=payloads.pack_stretches(part, entries))


# --- content -------------------------------------------------------------------------------------------------------


@reaching
def check_batch(held: Claim, meter: Meter) -> Ending:
    """Read the content that the batch names."""
    of = context.of(held)
    work = plan.decode(held.payload)
    found = _Found(of=of)
    changes: dict[str, dict[str, Known | None]] = {}
    by_folder: dict[tuple[str, str], list[Checked]] = {}
    for one in check(work, of.own.look.content, of.circumstances(meter)):
        by_folder.setdefault((one.group.folder, one.group.collection), []).append(one)
    for (folder, collection), ones in by_folder.items():
        same = [one.action.entry for one in ones if not one.code]
        if same:
            found.same.append(unchanged.of_names(folder, [entry.name for entry in same]))
        if of.own.look.content.reads_files:
            changes[folder] = {one.action.entry.name: _proven(one) for one in ones if not one.code}
        _differing(found, folder, collection, [one for one in ones if one.code])
    return found.ending((), changes)


def _differing(found: _Found, folder: str, collection: str, ones: Sequence[Checked]) -> None:
    """Take what is not the same, and what could not be read."""
    codes = {code.value: code for code in Code}
    ours = [one for one in ones if one.code in codes]
    judged = [Judged(one.action.entry.name, codes[one.code], one.action.entry, one.action.listed) for one in ours]
    found.judged(folder, collection, judged, [one.reason for one in ours])
    for one in ones:
        if one.code not in codes:
            outcome = Outcome.SKIPPED if one.code == SourceVanished.code else Outcome.FAILED
            found.tell(join(folder, one.action.entry.name), outcome, one.code, one.reason)


def _proven(one: Checked) -> Known:
    """Return what the snapshot of a repairing run may say of a file whose content was found to be the catalogue's."""
    listed = one.action.listed
    assert listed is not None
    entry: Entry = one.action.entry
    return known_from(entry, listed.checksum, Proof.VERIFIED)


# --- the run -------------------------------------------------------------------------------------------------------


def compared_all(run_id: int) -> None:
    """Let the next sampled comparison of the job take the next share; call in the transaction that ends the stage."""
    run = Run.objects.get(pk=run_id)
    look = run_options.of_run(run.options).look
    if look.share < look.of:
        Job.objects.filter(pk=run.job_id or 0, turn=look.turn).update(turn=F("turn") + 1)
