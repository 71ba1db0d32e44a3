"""A dry run: the same scan and the same decisions as a run, as values; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lading.base.cancellation import Unlimited
from lading.base.clock import SystemClock
from lading.base.paths import join, shown
from lading.ingest.app import assembly, handler_store, hooking, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.parts import Budget, FolderPart, Range, never
from lading.ingest.engine.scan import Scan
from lading.ingest.handlers import Event

#: what a person calls a step
_VERBS = {
    Step.CREATE: "create",
    Step.REPLACE: "update",
    Step.HASH_THEN_REPLACE: "look",
    Step.ADOPT_BY_CHECKSUM: "look",
    Step.ADOPT_BY_SIZE: "adopt",
    Step.REGISTER: "register",
    Step.UPDATE_REGISTERED: "update",
    Step.DECORATE: "update",
    Step.KEEP: "keep",
    Step.SKIP: "skip",
    Step.APPEND: "update",
    Step.NO_OP: "skip",
}
_MOVING = frozenset({"create", "update", "look"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """What would happen to one path, or to `count` unchanged ones of a folder."""

    path: str
    verb: str
    size: int = 0
    code: str = ""
    count: int = 1

    @property
    def moves(self) -> bool:
        """Whether bytes may travel."""
        return self.verb in _MOVING


def planned(definition: Definition, *, recheck: Callable[[str], bool] = never) -> Iterator[PlanLine]:
    """Yield a line for each path of the source; `recheck` says which folders are listed although they are known."""
    definition = handler_store.named(definition)
    name = definition.name or jobs.default_name(definition)
    job = Job.objects.filter(name=name).first()
    rules = assembly.rules_of(definition)
    scan = Scan(
        ranges=[Range()],
        source=assembly.source_of(definition),
        session_of=assembly.destination_of(definition, Unlimited()).session,
        snapshots=assembly.snapshots_of(definition, job.pk if job else 0),
        rules=rules,
        budget=Budget(2**62, float("inf")),
        clock=SystemClock(),
        token=Unlimited(),
        hooks=hooking.hooks_of(definition, Unlimited(), handler_store.fresh_handler_of(definition)),
        about=Event(job=name),
        recheck=recheck,
    )
    for part in scan.run():
        yield from _lines(part)


def _lines(part: FolderPart) -> Iterator[PlanLine]:
    if part.make_collection and part.folder:
        yield PlanLine(path=shown(part.folder) + "/", verb="collection")
    for action in (*part.actions, *part.skips):
        yield _line(part.folder, action)
    for failure in part.failures:
        yield PlanLine(path=shown(failure.path) or ".", verb="fail", code=failure.code)
    kept = len(part.kept) + sum(head.count for head in part.unchanged)
    if kept:
        yield PlanLine(path=(shown(part.folder) or ".") + "/", verb="keep", count=kept)


def _line(folder: str, action: Action) -> PlanLine:
    return PlanLine(
        path=shown(join(folder, action.entry.name)),
        verb=_VERBS[action.step],
        size=action.entry.size,
        code=action.code,
    )
