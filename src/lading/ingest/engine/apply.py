"""Work carried out: collections are made, files sent or registered, and each file gets its result."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from lading.base.errors import Cancelled, ConnectionLost, LadingError, ObjectLocked, Remedy, SkipFile, SourceVanished
from lading.base.events import FileDone
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of, parent
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group, TransferWork
from lading.ingest.engine.registering import Registering
from lading.ingest.engine.sending import Sending
from lading.ingest.engine.snapshot import Known, doubted
from lading.ingest.engine.values import Listed, Operation

__all__ = ["ADOPTED", "FileResult", "apply"]

_LOG = logging.getLogger(__name__)
_REGISTERS = frozenset({Step.REGISTER, Step.UPDATE_REGISTERED})
T = TypeVar("T")


def apply(work: TransferWork, circumstances: Circumstances) -> Iterator[FileResult]:
    """
    Carry the work out and yield one result for each file, in the order they end.

    A folder without actions has a result only if its collection cannot be made. What concerns one file is its result;
    what concerns all (the zone is not reachable, the run was cancelled, the resource is full) is raised after the
    results that were ready. A later attempt looks before it sends, and so does PUT.
    """
    return _Applying(work, circumstances).run()


@dataclass(frozen=True, slots=True)
class _Task:
    """One file to be done."""

    group: Group
    action: Action
    found: Listed | None
    looked: bool


class _Applying:
    """Work in hand."""

    def __init__(self, work: TransferWork, circumstances: Circumstances) -> None:
        self._work = work
        self._with = circumstances
        #: what made the work stop, if anything did
        self._stopped: BaseException | None = None
        #: collections that could not be made
        self._refused: dict[str, LadingError] = {}
        #: objects that are there, by position of the group and name; groups for which nobody asked are not in it
        self._found: dict[int, dict[str, Listed]] = {}

    def run(self) -> Iterator[FileResult]:
        """Yield the results."""
        for result in self._results():
            self._with.emit(FileDone(path=join(result.folder, result.name), bytes=result.bytes_sent))
            yield result

    def _results(self) -> Iterator[FileResult]:
        self._prepare()
        for group in self._work.groups:
            if group.collection in self._refused:
                yield from _all_failed(group, self._refused[group.collection])
        for _, result in self._with.destination.each(self._tasks(), self._one):
            if result is not None:
                yield result
        if self._stopped is not None:
            raise self._stopped

    def _tasks(self) -> Iterator[_Task]:
        """Yield the files to be done, until something stops the work."""
        for position, group in enumerate(self._work.groups):
            found = self._found.get(position)
            for action in group.actions if group.collection not in self._refused else ():
                if self._stopped is not None:
                    return
                name = _logical_name(group, action, self._with)
                yield _Task(group, action, found.get(name) if found else None, found is not None)

    # --- before the files ----------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make the collections and look what is there, as far as need be."""
        to_make = _deepest_first({group.collection for group in self._work.groups if group.make_collection})
        to_look = [position for position, group in enumerate(self._work.groups) if self._looks(group)]
        if to_make or to_look:
            with self._with.destination.session() as session:
                self._make(session, to_make)
                for position in to_look:
                    self._look(session, position)

    def _make(self, session: Session, collections: Iterable[str]) -> None:
        """Make each collection once; its parents come with it."""
        made: set[str] = set()
        for collection in collections:
            if collection in made:
                continue
            try:
                self._patiently(partial(session.make_collection, collection))
            except SkipFile as error:
                self._refused[collection] = error
            else:
                made.update(_with_parents(collection))

    def _looks(self, group: Group) -> bool:
        """Say whether it is worth asking what is there: a file that is refused has been sent for nothing."""
        if self._with.attempt > 1:
            return bool(group.actions) and self._with.rules.operation is not Operation.REGISTER_SYNC
        creates = any(action.step is Step.CREATE for action in group.actions)
        return creates and self._with.rules.operation is Operation.PUT and not group.make_collection

    def _look(self, session: Session, position: int) -> None:
        """Ask for all names of a group; where that is refused, what is there shows when it is met."""
        group = self._work.groups[position]
        names = [_logical_name(group, action, self._with) for action in group.actions]
        with suppress(SkipFile):
            self._found[position] = self._patiently(partial(session.find_objects, group.collection, names))

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask, and again when the connection breaks."""
        tries = 0
        while True:
            try:
                return ask()
            except ConnectionLost as error:
                tries += 1
                self._with.may_retry(error, tries)

    # --- each file -----------------------------------------------------------------------------------------------

    def _one(self, session: Session, task: _Task) -> FileResult | None:
        """Do one file; None if the work is to stop."""
        if self._stopped is not None:
            return None
        try:
            return self._done(session, task)
        except (LadingError, Cancelled) as error:
            self._stopped = self._stopped or error
            return None

    def _done(self, session: Session, task: _Task) -> FileResult:
        """Do one file; raise only what concerns all of them."""
        sending: Sending | None = None
        try:
            if task.action.step in _REGISTERS:
                return Registering(session, task.group, task.action, self._with).run()
            sending = Sending(session, task.group, task.action, self._with)
            return sending.run(task.found, looked=task.looked)
        except LadingError as error:
            if error.remedy not in {Remedy.SKIP_FILE, Remedy.RETRY_NOW} and not isinstance(error, ObjectLocked):
                raise
            failed = _failed(task, error.code, str(error))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - one file never stops another, and it is logged
            _LOG.exception("%s could not be done", join(task.group.folder, task.action.entry.name))
            failed = _failed(task, LadingError.code, f"{type(error).__name__}: {error}")
        return replace(failed, known=_doubtful(task.action, sent=sending is not None and sending.has_sent))


def _doubtful(action: Action, *, sent: bool) -> Known | None:
    """
    Return what the snapshot says of a managed object that may be damaged: that no entry ever equals it.

    =======  ==============  ==================  =========
    managed  sent something  catalogue differed  says
    =======  ==============  ==================  =========
    no       any             any                 nothing
    yes      yes             any                 never same
    yes      no              yes                 never same
    yes      no              no                  nothing
    =======  ==============  ==================  =========
    """
    if action.known is None or not (sent or action.listed is not None):
        return None
    return doubted(action.known)


def _failed(task: _Task, code: str, reason: str) -> FileResult:
    """Return the result of a file that could not be done; one that vanished in time is skipped."""
    entry = task.action.entry
    return FileResult(
        folder=task.group.folder,
        name=entry.name,
        logical_path=f"{task.group.collection}/{entry.name}",
        outcome=Outcome.SKIPPED if code == SourceVanished.code else Outcome.FAILED,
        code=code,
        reason=reason,
        size=entry.size,
    )


def _all_failed(group: Group, error: LadingError) -> Iterator[FileResult]:
    """Yield the results of a group whose collection cannot be made; the folder's own if it has no files."""
    for action in group.actions:
        yield _failed(_Task(group, action, None, looked=False), error.code, str(error))
    if not group.actions:
        yield FileResult(
            folder=parent(group.folder),
            name=name_of(group.folder),
            logical_path=group.collection,
            outcome=Outcome.FAILED,
            code=error.code,
            reason=str(error),
        )


def _logical_name(group: Group, action: Action, circumstances: Circumstances) -> str:
    """Return the name at the destination; the plain name where that is refused (the file's own result says so)."""
    name = action.entry.name
    source_path = f"{circumstances.source.canonical}/{join(group.folder, name)}"
    try:
        path = circumstances.rules.naming.child(group.collection, name, source_path).path
    except SkipFile:
        return name
    return name_of(path)


def _deepest_first(collections: Iterable[str]) -> list[str]:
    """Return collections so that none comes after one that contains it."""
    return sorted(collections, key=lambda path: (-path.count("/"), path))


def _with_parents(collection: str) -> Iterator[str]:
    """Yield the collection and all that contain it."""
    while collection:
        yield collection
        collection = collection.rpartition("/")[0]
