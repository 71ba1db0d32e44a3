"""New files that are registered many at a time, each with a result of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from lading.base.errors import ConnectionLost, LadingError, ObjectLocked, Remedy
from lading.ingest.engine.circumstances import Circumstances, FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.engine.registering import Registering
from lading.ingest.engine.values import Listed

#: files of one request: servers make room for that many in their answer
MOST_AT_ONCE = 50


class Task(Protocol):
    """One file to be done."""

    @property
    def group(self) -> Group:
        """The folder it is in."""

    @property
    def action(self) -> Action:
        """What has to happen."""

    @property
    def replicas(self) -> tuple[Listed, ...] | None:
        """What is there, if somebody looked."""


T = TypeVar("T", bound=Task)
T_contra = TypeVar("T_contra", bound=Task, contravariant=True)


class One(Protocol[T_contra]):
    """Does one task alone; `perhaps_ours`: what is there may be what this run registered."""

    def __call__(self, task: T_contra, /, *, perhaps_ours: bool = False) -> FileResult:
        """Return its result."""


def together(tasks: Iterable[T], *, bulk: bool) -> Iterator[list[T]]:
    """
    Yield tasks that are done by one thread, one after the other or in one request.

    ==========================  ====================================
    task                        goes
    ==========================  ====================================
    any, no bulk wanted         alone
    registers what is not there, with others, up to `MOST_AT_ONCE`
    anything else               alone
    ==========================  ====================================
    """
    waiting: list[T] = []
    for task in tasks:
        if not (bulk and task.action.step is Step.REGISTER and not (task.replicas or task.action.code)):
            yield [task]
            continue
        waiting.append(task)
        if len(waiting) == MOST_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def register(session: Session, tasks: Sequence[T], one: One[T], circumstances: Circumstances) -> list[FileResult]:
    """
    Register the files in one request if the zone lets it, else each by `one`.

    What cannot be looked at, and what needs AVUs, goes by `one`; and so do all if the request fails, be it that the
    server does not know it, that the user may not, that one of the objects is there, or that nobody knows what became
    of it: whoever registers a file alone finds what is there.
    """
    fit: list[tuple[T, Registering]] = []
    results: list[FileResult] = []
    files = []
    for task in tasks:
        try:
            registering = Registering(session, task.group, task.action, circumstances)
            file = registering.for_many()
        except LadingError as error:
            if error.remedy is not Remedy.SKIP_FILE:
                raise
            results.append(one(task))
            continue
        if file.target.avus or file.target.acls:
            results.append(one(task))
            continue
        fit.append((task, registering))
        files.append(file)
    if not fit:
        return results
    try:
        session.register_many(files)
    except LadingError as error:
        if error.remedy is not Remedy.SKIP_FILE and not isinstance(error, ConnectionLost | ObjectLocked):
            raise
        lost = isinstance(error, ConnectionLost)
        return results + [one(task, perhaps_ours=lost) for task, _ in fit]
    return results + [registering.entered() for _, registering in fit]
