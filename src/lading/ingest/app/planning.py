"""A dry run: the same scan and the same decisions as a run, as values; nothing is written anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from lading.base.cancellation import Token, Unlimited
from lading.base.clock import SystemClock
from lading.base.paths import join, name_of, shown
from lading.ingest.app import assembly, handler_store, hooking, jobs
from lading.ingest.app.automated_options import given_to
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.deletion import CLEAR, Count, Figures, worries
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


class DryRun:
    """What a run would do: its lines, and then why its deletions would be held."""

    def __init__(
        self,
        definition: Definition,
        *,
        recheck: Callable[[str], bool] = never,
        by: Submitter = SHELL,
        token: Token | None = None,
    ) -> None:
        """`recheck` says which folders are listed although they are known; `by` for whom the source is read."""
        definition = handler_store.named(definition)
        self._by = by
        self._token = token or Unlimited()
        self._definition = definition
        self._rules = assembly.rules_of(definition)
        self._name = definition.name or jobs.default_name(definition)
        job = Job.objects.filter(name=self._name).first()
        self._snapshots = assembly.snapshots_of(definition, job.pk if job else 0)
        self._recheck = recheck
        self._doomed: Counter[str] = Counter()
        self._foreign = 0
        self._root_gone = 0
        self._failed = 0

    def lines(self) -> Generator[PlanLine, None, None]:
        """Yield a line for each path of the source, and of the destination where something would be deleted."""
        definition = self._definition
        scan = Scan(
            ranges=[Range()],
            source=assembly.source_of(definition, self._by),
            session_of=assembly.destination_of(definition, self._token).session,
            snapshots=self._snapshots,
            rules=self._rules,
            budget=Budget(2**62, float("inf")),
            clock=SystemClock(),
            token=self._token,
            hooks=hooking.hooks_of(definition, self._token, handler_store.fresh_handler_of(definition)),
            about=Event(job=self._name, given=given_to(definition)),
            recheck=self._recheck,
        )
        for part in scan.run():
            yield from _lines(part)
            self._failed += sum(failure.code not in CLEAR for failure in part.failures)
            if self._rules.deletes:
                yield from self._deletions(part)

    def worries(self) -> list[str]:
        """Return why a person would be asked before anything is deleted; call after `lines`."""
        if self._failed and self._doomed:
            return [f"{self._failed:,} paths could not be looked at, so that nothing would be deleted"]
        figures = Figures(
            total=Count(doomed=self._doomed.total(), managed=self._snapshots.managed() + self._foreign),
            folders={
                name: Count(doomed=self._doomed[name], managed=self._snapshots.managed_in(name))
                for name in self._definition.delete_limits
            },
            root_known=self._snapshots.entries(""),
            root_gone=self._root_gone,
        )
        return [worry.reason for worry in worries(figures, self._definition.limits)]

    def _deletions(self, part: FolderPart) -> Iterator[PlanLine]:
        """Yield what the source does not have any more."""
        managed = {known.name for known in part.vanished} | {name_of(folder) for folder in part.vanished_folders}
        for known in part.vanished:
            yield self._gone(join(part.folder, known.name), "VANISHED")
        for folder in part.vanished_folders:
            yield self._gone(folder, "VANISHED", folder=True)
        for listed in part.foreign:
            if listed.name not in managed:
                yield self._gone(join(part.folder, listed.name), "FOREIGN")
        for name in part.foreign_collections:
            if name not in managed:
                yield self._gone(join(part.folder, name), "FOREIGN", folder=True)

    def _gone(self, path: str, code: str, *, folder: bool = False) -> PlanLine:
        count = self._snapshots.managed_in(path) if folder and code == "VANISHED" else 1
        self._doomed[path.partition("/")[0]] += count
        self._foreign += count * (code == "FOREIGN")
        self._root_gone += "/" not in path and code == "VANISHED"
        return PlanLine(path=shown(path) + "/" * folder, verb="delete", code=code, count=count)


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
