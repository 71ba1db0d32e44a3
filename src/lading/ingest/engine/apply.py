"""Work carried out: collections are made, files sent or registered, and each file gets its result."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lading.base.errors import Cancelled, ConnectionLost, LadingError, ObjectLocked, Remedy, SkipFile
from lading.base.events import FileDone
from lading.base.outcomes import Outcome
from lading.base.paths import join
from lading.ingest.engine import bulk_registering, failing, itself, locked, timekeeping
from lading.ingest.engine.around import Around
from lading.ingest.engine.asking import Asking
from lading.ingest.engine.bundle_sending import BundleSending
from lading.ingest.engine.bundling import Bundle
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.collecting import Collecting, deepest_first, with_parents
from lading.ingest.engine.compare import Step
from lading.ingest.engine.destinations.base import Destination, Session
from lading.ingest.engine.plan import Group, TransferWork
from lading.ingest.engine.reaching import require_answer
from lading.ingest.engine.registering import Registering
from lading.ingest.engine.replicas import best_of, listed_by_name
from lading.ingest.engine.sending import Sending
from lading.ingest.engine.sharing_out import SharingOut
from lading.ingest.engine.tasks import Task, logical_name
from lading.ingest.engine.values import Listed
from lading.ingest.engine.watched import Watched
from lading.ingest.handlers import Hook, Question, User

__all__ = ["ADOPTED", "FileResult", "apply"]

_LOG = logging.getLogger(__name__)
_REGISTERS = frozenset({Step.REGISTER, Step.UPDATE_REGISTERED})
#: steps for which it is worth asking what is there, all at once
_LOOKS = frozenset({Step.APPEND, Step.UPDATE_REGISTERED})


def apply(work: TransferWork, circumstances: Circumstances) -> Iterator[FileResult]:
    """
    Carry the work out and yield one result for each file, in the order they end.

    A folder without actions has a result only if its collection cannot be made. What concerns one file is its result;
    what concerns all (the zone is not reachable, the run was cancelled, the resource is full) is raised after the
    results that were ready. A later attempt looks before it sends, and so does PUT, and whoever doubts the snapshot.
    """
    return _Applying(work, circumstances).run()


class _Applying:
    """Work in hand."""

    def __init__(self, work: TransferWork, circumstances: Circumstances) -> None:
        self._work = work
        self._with = circumstances
        #: what made the work stop, if anything did
        self._stopped: BaseException | None = None
        #: collections that could not be made
        self._refused: dict[str, LadingError] = {}
        #: who made collections, or would have
        self._made_by: dict[str, User | None] = {}
        #: objects that are there, by position of the group and name; groups for which nobody asked are not in it
        self._found: dict[int, dict[str, Listed]] = {}
        #: the same with all replicas: for registrations, and where something is put over what is there
        self._replicas: dict[int, dict[str, tuple[Listed, ...]]] = {}
        self._asking = Asking(work, circumstances)
        self._collecting = Collecting(circumstances)
        self._sharing = SharingOut(circumstances)

    def run(self) -> Iterator[FileResult]:
        """Yield the results."""
        for result in self._results():
            self._with.emit(FileDone(path=join(result.folder, result.name), bytes=result.bytes_sent))
            yield result

    def _results(self) -> Iterator[FileResult]:
        self._prepare()
        for group in self._work.groups:
            if group.collection in self._refused:
                yield from failing.of_group(group, self._with, self._refused[group.collection])
        for user in self._users():
            tasks = bulk_registering.together(self._tasks(user), bulk=self._registers_many())
            for _, results in self._as(user).each(self._sharing.pieces(tasks, self._refused), self._some):
                yield from results
        yield from self._told_of_changes()
        if self._stopped is not None:
            raise self._stopped

    def _users(self) -> Iterable[User | None]:
        """Return those who write files of this work; None is the job's own user."""
        paths = [join(group.folder, action.entry.name) for group in self._work.groups for action in group.actions]
        return self._asking.users(paths)

    def _as(self, user: User | None) -> Destination:
        """Return the destination as a user has it."""
        return self._with.destination if user is None else self._with.destination.acting_as(*user)

    def _tasks(self, user: User | None) -> Iterator[Task]:
        """Yield the files that a user writes, until something stops the work."""
        for position, group in enumerate(self._work.groups):
            found, replicas = self._found.get(position), self._replicas.get(position)
            for action in group.actions if group.collection not in self._refused else ():
                if self._stopped is not None:
                    return
                path = join(group.folder, action.entry.name)
                asked = self._asking.of(path)
                if asked.user != user:
                    continue
                name = logical_name(group, action, self._with)
                there = found.get(name) if found else None
                yield Task(
                    group=group,
                    action=self._asking.action(action, asked),
                    asked=asked,
                    owed=self._asking.is_owed(path),
                    found=there,
                    looked=found is not None,
                    replicas=None if replicas is None else replicas.get(name, ()),
                )

    # --- before the files ----------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Look what is there and make the collections, as far as need be; say what goes together."""
        to_make = deepest_first([group for group in self._work.groups if self._makes(group)])
        to_look = [position for position, group in enumerate(self._work.groups) if self._looks(group)]
        if self._with.rules.templates.act_as or self._with.hooks.defines(Question.ACT_AS):
            to_make = self._make_as_users(to_make)
        over = itself.positions_over(self._work.groups) if self._with.rules.operation.puts else []
        if to_make or to_look or over or self._sharing.is_wanted:
            with self._with.destination.session() as session:
                for position in over:
                    self._ask(session, position)
                for position in to_look:
                    self._look(session, position)
                self._sharing.run(session, self._tasks(None))
                self._make(session, self._sharing.to_make(to_make))

    def _makes(self, group: Group) -> bool:
        """Say whether a collection is made, or its hooks called, for a group."""
        return group.make_collection or (self._collecting.tells_of_changes and bool(group.actions))

    def _make(self, session: Session, groups: Iterable[Group], user: User | None = None) -> None:
        """Make each collection once; its parents come with it."""
        made: set[str] = set()
        for group in groups:
            if group.collection in made:
                continue
            try:
                self._with.patiently(partial(self._collecting.make, session, group, user))
                self._made_by[group.collection] = user
                self._tell_of_change(Hook.PRE_COLLECTION_MODIFY, group)
            except SkipFile as error:
                self._refused[group.collection] = error
            else:
                made.update(with_parents(group.collection))

    def _make_as_users(self, groups: Iterable[Group]) -> list[Group]:
        """Make each collection as its user, the highest first so that each level has its own; nothing is left."""
        for group in reversed(list(groups)):
            try:
                user = self._asking.user_of_folder(group)
            except SkipFile as error:
                self._refused[group.collection] = error
                continue
            with self._as(user).session() as session:
                self._make(session, [group], user)
        return []

    def _tell_of_change(self, hook: Hook, group: Group) -> None:
        """Call a hook of a collection that was there and in which files arrive."""
        if group.actions and group.collection not in self._collecting.made:
            self._collecting.call(hook, group.collection, group.folder, self._made_by.get(group.collection))

    def _told_of_changes(self) -> Iterator[FileResult]:
        """Call what is called once the files of each group are there; yield a result for a folder where that fails."""
        if self._stopped is not None or not self._with.hooks.defines(Hook.POST_COLLECTION_MODIFY):
            return
        for group in self._work.groups:
            try:
                if group.collection not in self._refused:
                    self._tell_of_change(Hook.POST_COLLECTION_MODIFY, group)
            except SkipFile as error:
                yield failing.of_folder(group, error)

    def _registers_many(self) -> bool:
        """Say whether files are registered together: nobody is called or asked for each of them."""
        return self._with.rules.bulk_register and not self._with.hooks.defines(*Hook, *Question)

    def _looks(self, group: Group) -> bool:
        """Say whether it is worth asking what is there: a file that is refused has been sent for nothing."""
        if any(self._asking.is_owed(join(group.folder, action.entry.name)) for action in group.actions):
            return True
        operation, steps = self._with.rules.operation, {action.step for action in group.actions}
        if self._with.attempt > 1 or self._with.looks_first:
            return bool(steps)
        if not operation.writes:  # hooks are told whether the object is there
            return bool(steps) and self._with.hooks.defines(*Hook)
        return (Step.CREATE in steps and operation.spares and not group.make_collection) or bool(steps & _LOOKS)

    def _look(self, session: Session, position: int) -> None:
        """Ask for all names of a group; where that is refused, what is there shows when it is met."""
        if self._with.rules.operation.registers:
            self._ask(session, position)
        elif position in self._replicas:
            self._found[position] = best_of(self._replicas[position])
        else:
            with suppress(SkipFile):
                self._found[position] = self._with.patiently(partial(session.find_objects, *self._names(position)))

    def _ask(self, session: Session, position: int) -> None:
        """Ask for all replicas of the objects of a group."""
        with suppress(SkipFile):
            self._replicas[position] = self._with.patiently(partial(listed_by_name, session, *self._names(position)))

    def _names(self, position: int) -> tuple[str, list[str]]:
        """Return the collection of a group, and the names of its files there."""
        of = self._work.groups[position]
        return of.collection, [logical_name(of, action, self._with) for action in of.actions]

    # --- each file -----------------------------------------------------------------------------------------------

    def _some(self, session: Session, piece: list[Task] | Bundle) -> list[FileResult]:
        """Do one file, or some that are done together; nothing if the work is to stop."""
        done: list[FileResult] = []
        try:
            for result in self._each_of(session, piece) if self._stopped is None else ():
                done.append(result)  # noqa: PERF402 - what was done before an error counts
        except (LadingError, Cancelled) as error:
            self._stopped = self._stopped or error
        return done

    def _each_of(self, session: Session, piece: list[Task] | Bundle) -> Iterator[FileResult]:
        if isinstance(piece, Bundle):
            sending = BundleSending(session, piece, self._with)
            yield from sending.run()
            piece = list(sending.left.values())
        elif len(piece) > 1:
            yield from bulk_registering.register(session, piece, partial(self._done, session), self._with)
            return
        for task in piece:
            if self._stopped is None:
                yield self._done(session, task, perhaps_ours=task.perhaps_ours)

    def _done(self, session: Session, task: Task, *, perhaps_ours: bool = False) -> FileResult:
        """Do one file with its hooks and retries; raise only what concerns all files."""
        refused = self._asking.failed.get(task.path)
        if refused is not None:
            return failing.of_file(task, self._with, refused.code, str(refused))
        if task.asked.skip is not None:
            return replace(
                failing.of_file(task, self._with, "HANDLER_SKIPPED", task.asked.skip), outcome=Outcome.SKIPPED
            )
        around = Around(task, self._with)

        def attempt(watched: Watched, now: Circumstances) -> tuple[FileResult, LadingError | None]:
            return self._tried(around, watched, replace(task, perhaps_ours=perhaps_ours), now)

        result = failing.told(task.action, around.run(session, attempt))
        if result.code == ConnectionLost.code:
            require_answer(session, self._with.rules.destination)
        return result

    def _tried(
        self, around: Around, session: Watched, task: Task, now: Circumstances
    ) -> tuple[FileResult, LadingError | None]:
        """Try once; return the result, and the error that it failed for."""
        sending: Sending | None = None
        try:
            if not now.rules.operation.writes:
                return around.idle(session, failing.untouched(task, now), there=task.found is not None), None
            if task.action.step is Step.DECORATE:
                result = failing.kept(task, now)
            elif task.action.step in _REGISTERS:
                registering = Registering(session.as_session, task.group, task.action, now)
                result = registering.run(task.replicas, perhaps_ours=task.perhaps_ours)
            else:
                sending = Sending(session.as_session, task, now)
                result = sending.run()
                if now.rules.keep_mtime:
                    result = timekeeping.kept(session.as_session, task.action, result, now)
            return around.decorated(session, result), None
        except LadingError as error:
            if error.remedy not in {Remedy.SKIP_FILE, Remedy.RETRY_NOW} and not isinstance(error, ObjectLocked):
                raise
            met, failed = error, failing.of_file(task, self._with, error.code, str(error))
            if isinstance(error, ObjectLocked):
                failed = replace(failed, reason=locked.reason(session.as_session, failed.logical_path, error))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - one file never stops another, and it is logged
            _LOG.exception("%s could not be done", task.path)
            met = LadingError(str(error))
            failed = failing.of_file(task, self._with, LadingError.code, f"{type(error).__name__}: {error}")
        sent = sending is not None and sending.has_sent
        return replace(failed, known=failing.doubtful(task.action, sent=sent)), met
