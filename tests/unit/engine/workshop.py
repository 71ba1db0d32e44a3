"""A scan and its application with real parts in memory, as a run puts them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from lading.base.cancellation import Token, Unlimited
from lading.base.clock import Clock, FixedClock
from lading.base.events import Event, nobody
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of, parent
from lading.base.retry import RetryPolicy
from lading.ingest.engine.apply import FileResult, apply
from lading.ingest.engine.budget import IN_FLIGHT, ByteBudget
from lading.ingest.engine.circumstances import BundlePlace, Circumstances
from lading.ingest.engine.debts import Debts, NoDebts
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import MemoryDestination
from lading.ingest.engine.hooks import NO_HOOKS, Hooks
from lading.ingest.engine.parts import FolderPart
from lading.ingest.engine.plan import TransferWork, decode, encode, group
from lading.ingest.engine.refusals import Refusals
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget, Range, Scan
from lading.ingest.engine.snapshot import Known, Segment, SegmentHead, heads_for, merged, unpack
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Operation, PutMode, ReplicaState, Target
from lading.ingest.handlers import Event as HandlerEvent

ROOT = "/memory/home/rods/in"
STAGING = "/memory/home/rods/.lading-bundles/job"
PLENTY = Budget(entries=10**9, seconds=10**9)


class Snapshots:
    """Segments by folder, as a ledger keeps them."""

    def __init__(self) -> None:
        self.folders: dict[str, dict[bytes, Segment]] = {}
        #: the segments that were read, in order
        self.loaded: list[tuple[str, bytes]] = []

    def heads(self, folder: str) -> list[SegmentHead]:
        stored = self.folders.get(folder, {})
        return [stored[lo].head for lo in sorted(stored)]

    def segment(self, folder: str, lo: bytes) -> Segment:
        self.loaded.append((folder, lo))
        return self.folders[folder][lo]

    def children(self, folder: str) -> list[str]:
        return [name_of(path) for path in self.folders if path and parent(path) == folder]

    def change(self, folder: str, changes: dict[str, Known | None]) -> None:
        stored = self.folders.setdefault(folder, {})
        touched = heads_for(changes, self.heads(folder))
        rewrite = merged([stored[lo] for lo in touched], changes) if touched or not stored else None
        for lo in rewrite.delete if rewrite else ():
            del stored[lo]
        stored.update({segment.head.lo: segment for segment in rewrite.write} if rewrite else {})

    def known(self, path: str) -> Known | None:
        stored = self.folders.get(parent(path), {})
        return next((k for lo in sorted(stored) for k in unpack(stored[lo]) if k.name == name_of(path)), None)

    def paths(self) -> set[str]:
        """Return the paths of all live entries."""
        return {
            join(folder, known.name)
            for folder, stored in self.folders.items()
            for segment in stored.values()
            for known in unpack(segment)
            if not known.gone
        }


@dataclass(kw_only=True)
class Workshop:
    """One job with all that it works with."""

    source: Source = field(default_factory=MemorySource)
    destination: MemoryDestination = field(default_factory=MemoryDestination)
    snapshots: Snapshots = field(default_factory=Snapshots)
    rules: Rules = field(default_factory=lambda: Rules(destination=ROOT))
    token: Token = field(default_factory=Unlimited)
    clock: Clock = field(default_factory=FixedClock)
    budget: Budget = PLENTY
    recheck: Callable[[str], bool] = lambda _folder: False
    retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(attempts=4, first_delay=timedelta()))
    emit: Callable[[Event], None] = nobody
    hooks: Hooks = NO_HOOKS
    debts: Debts = field(default_factory=NoDebts)
    refusals: Refusals = field(default_factory=Refusals)
    sessions: int = 0
    slept: list[float] = field(default_factory=list)

    @property
    def memory(self) -> MemorySource:
        """The source, where it is one in memory."""
        assert isinstance(self.source, MemorySource)
        return self.source

    def session(self) -> AbstractContextManager[Session]:
        self.sessions += 1
        return self.destination.session()

    def scanning(self, *ranges: Range) -> Scan:
        return Scan(
            ranges=ranges or (Range(),),
            source=self.source,
            session_of=self.session,
            snapshots=self.snapshots,
            rules=self.rules,
            budget=self.budget,
            clock=self.clock,
            token=self.token,
            recheck=self.recheck,
        )

    def scan(self, *ranges: Range) -> list[FolderPart]:
        """Scan the ranges and whatever the budget leaves over; what concerns the snapshot is written."""
        parts: list[FolderPart] = []
        left: list[Range] = [*(ranges or (Range(),))]
        while left:
            scan = self.scanning(*left)
            parts += scan.run()
            left = scan.leftover
        self.remember(parts)
        return parts

    def remember(self, parts: Iterable[FolderPart]) -> None:
        for part in parts:
            if part.snapshot_changes or part.new_segments:
                self.snapshots.change(part.folder, part.snapshot_changes)

    def apply(self, work: TransferWork, *, attempt: int = 1, budget: ByteBudget = IN_FLIGHT) -> list[FileResult]:
        """Apply one work, which went through the ledger, and write what the snapshot may now say."""
        results = list(self.applying(work, attempt=attempt, budget=budget))
        self.record(work, results)
        return results

    def applying(self, work: TransferWork, *, attempt: int = 1, budget: ByteBudget = IN_FLIGHT) -> Iterable[FileResult]:
        return apply(decode(encode(work)), replace(self.circumstances(attempt=attempt), budget=budget))

    def circumstances(self, *, attempt: int = 1) -> Circumstances:
        return Circumstances(
            source=self.source,
            destination=self.destination,
            rules=self.rules,
            retry=self.retry,
            token=self.token,
            emit=self.emit,
            sleep=self.slept.append,
            jitter=lambda: 1.0,
            attempt=attempt,
            hooks=self.hooks,
            debts=self.debts,
            about=HandlerEvent(job="job", run=7),
            bundle_place=BundlePlace(collection=STAGING, label="7"),
            refusals=self.refusals,
        )

    def record(self, work: TransferWork, results: Iterable[FileResult]) -> None:
        failed = {join(result.folder, result.name) for result in results if result.outcome is Outcome.FAILED}
        for one in work.groups:
            if not one.actions and one.folder not in failed:
                self.snapshots.change(one.folder, {})
        for result in results:
            if result.known is not None:
                self.snapshots.change(result.folder, {result.name: result.known})

    def sync(self) -> list[FileResult]:
        """Scan and apply everything."""
        return [result for work in group(self.scan(), self.rules) for result in self.apply(work)]

    def stored(self) -> dict[str, bytes]:
        """Return the good objects below the destination by relative path."""
        prefix = ROOT + "/"
        return {
            path.removeprefix(prefix): item.data
            for path, item in self.destination.objects.items()
            if path.startswith(prefix) and item.listed.state.name == "GOOD"
        }


def outcomes(results: Iterable[FileResult]) -> dict[str, tuple[str, str]]:
    """Return outcome and code by path."""
    return {join(result.folder, result.name): (result.outcome.value, result.code) for result in results}


def steps(parts: Iterable[FolderPart]) -> dict[str, str]:
    """Return what is going to be done, by path."""
    return {join(part.folder, action.entry.name): action.step.value for part in parts for action in part.actions}


PUT = Rules(destination=ROOT, operation=Operation.PUT)
REGISTER = Rules(destination=ROOT, operation=Operation.REGISTER_SYNC)
LARGE = Rules(destination=ROOT, one_call_limit=1000)


def synced(files: dict[str, bytes]) -> Workshop:
    """Return a job whose files are all at the destination."""
    done = Workshop(source=MemorySource(files))
    done.sync()
    return done


def folders(parts: list[FolderPart]) -> list[str]:
    """Return the folders of the parts."""
    return [part.folder for part in parts]


def shop(files: dict[str, bytes] | None = None, rules: Rules | None = None) -> Workshop:
    return Workshop(source=MemorySource(files or {"a": b"one"}), rules=rules or Rules(destination=ROOT))


def works(of: Workshop) -> list[TransferWork]:
    return list(group(of.scan(), of.rules))


def only_work(of: Workshop) -> TransferWork:
    (work,) = works(of)
    return work


def store(of: Workshop, path: str, data: bytes, state: ReplicaState = ReplicaState.GOOD) -> None:
    """Put an object there that is not ours."""
    with of.destination.session() as session:
        session.make_collection(f"{ROOT}/{path}".rpartition("/")[0])
        target = Target(path=f"{ROOT}/{path}", mode=PutMode.REPLACE)
        session.put(target, data, checksum_of("sha256", data))
    change(of, path, state=state)


def change(of: Workshop, path: str, **facts: Any) -> None:
    """Change what the catalogue says of an object."""
    item = of.destination.objects[f"{ROOT}/{path}"]
    listed = replace(item.listed, **facts)
    of.destination.objects[f"{ROOT}/{path}"] = replace(item, listed=listed)


def puts(of: Workshop, action: Callable[[], object]) -> int:
    """Return how many requests an action costs."""
    before = of.destination.requests()
    action()
    return of.destination.requests() - before
