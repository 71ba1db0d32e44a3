"""
Deletions carried out: each object is looked at once more, at the source and in the catalogue, right before it goes.

iRODS has no removal under a condition. What somebody writes over an object between that look and the removal, some
milliseconds later, goes with it; in the trash it can be found.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from lading.base import crash
from lading.base.errors import (
    ConnectionLost,
    LadingError,
    ObjectLocked,
    ObjectMissing,
    Remedy,
    SkipFile,
    SourceVanished,
)
from lading.base.events import FileDone
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.deletion import AtSource, Verdict, verdict
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.parting import Parting, collection_event
from lading.ingest.engine.removal_candidates import (
    Candidate,
    best,
    failed,
    is_as_known,
    is_barred,
    look,
    not_there,
    refuse_outside,
    result_of,
)
from lading.ingest.engine.removal_work import (
    ALREADY_GONE,
    Doomed,
    DoomedFolder,
    DoomedTree,
    RemovalResult,
    RemovalWork,
)
from lading.ingest.engine.replicas import by_name
from lading.ingest.engine.trashing import Trashing
from lading.ingest.engine.values import DeleteMode, Kind, Replica
from lading.ingest.handlers import Hook, User

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

_REASONS = {
    Verdict.CAME_BACK: "the source has something under that name again",
    Verdict.NOT_SEEN: "the source does not say whether it is still there",
    Verdict.CHANGED_IN_IRODS: "it is not what was planned to go: somebody changed it in iRODS",
    Verdict.OTHER_REPLICA: "no replica of it is registered from this source",
}


class Removing:
    """Deletion work in hand."""

    def __init__(self, work: RemovalWork, circumstances: Circumstances) -> None:
        self._work = work
        self._with = circumstances
        self._mode = circumstances.rules.delete_mode
        self._parting = Parting(circumstances)
        #: folders whose whole collection went at once
        self.trashed: list[str] = []

    def run(self) -> Iterator[RemovalResult]:
        """
        Yield a result for each planned object, in the order they end.

        What concerns one object is its result; what concerns all is raised after the results that were ready.
        """
        for result in self._results():
            self._with.emit(FileDone(path=join(result.folder, result.name), bytes=0))
            yield result

    def _results(self) -> Iterator[RemovalResult]:
        for tree in self._work.trees:
            yield from self._tree(tree)
        for folder in self._work.folders:
            yield from self._folder(folder)

    # --- objects of one folder -----------------------------------------------------------------------------------

    def _folder(self, folder: DoomedFolder) -> Iterator[RemovalResult]:
        try:
            with self._with.destination.session() as session:
                candidates = list(self._candidates(session, folder))
        except SkipFile as error:  # the catalogue does not say what is there: nothing of it goes
            yield from (failed(folder, doomed, error) for doomed in folder.objects)
            return
        users: dict[User | None, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            try:
                users[self._parting.user(candidate)].append(candidate)
            except SkipFile as error:
                yield failed(folder, candidate.doomed, error)
        for user, theirs in users.items():
            destination = self._with.destination if user is None else self._with.destination.acting_as(*user)
            for _, result in destination.each(theirs, self._one):
                yield result if user is None else replace(result, user=user)

    def _candidates(self, session: Session, folder: DoomedFolder) -> Iterator[Candidate]:
        """Look at all objects of a folder: each at the source, and all in the catalogue at once."""
        names = [doomed.logical_name for doomed in folder.objects]
        there = self._with.patiently(partial(by_name, session, folder.collection, names))
        claimed = None if is_barred(self._with.source, folder.folder) else self._claimed(folder)
        for doomed in folder.objects:
            at_source = self._at_source(doomed, claimed)
            yield Candidate(folder, doomed, at_source, tuple(there.get(doomed.logical_name, ())))

    def _at_source(self, doomed: Doomed, claimed: Mapping[str, str] | None) -> AtSource:
        """Say whether another name at the source stands for the object; without `claimed` nobody knows."""
        if claimed is None:
            return AtSource.UNCLEAR
        by = claimed.get(doomed.logical_name)
        if by is not None and (doomed.is_foreign or by != doomed.name):
            return AtSource.PRESENT
        return AtSource.ABSENT

    def _claimed(self, folder: DoomedFolder) -> Mapping[str, str] | None:
        """
        Return which name of the source has which at the destination; None if that cannot be said.

        Where names are kept and the job brought the object itself, its own name is the only one that can.
        """
        naming = self._with.rules.naming
        if not naming.digest and not any(doomed.is_foreign for doomed in folder.objects):
            return {}
        source = self._with.source
        try:
            return {
                name_of(
                    naming.child(folder.collection, name, source.physical_path(join(folder.folder, name))).path
                ): name
                for name in source.names(folder.folder)
            }
        except SourceVanished:
            return {}
        except SkipFile:
            return None

    # --- one object ----------------------------------------------------------------------------------------------

    def _one(self, session: Session, candidate: Candidate) -> RemovalResult:
        """Remove one object, or say why not; raise only what concerns all."""
        try:
            return self._decided(session, candidate)
        except LadingError as error:
            if error.remedy not in {Remedy.SKIP_FILE, Remedy.RETRY_NOW} and not isinstance(error, ObjectLocked):
                raise
            return result_of(candidate, Outcome.FAILED, error.code, str(error))

    def _decided(self, session: Session, candidate: Candidate) -> RemovalResult:
        """Look once more, then remove it with its hooks, or say why not."""
        refuse_outside(candidate.path, self._with.rules.destination)
        decided, chosen = self._verdict(candidate)
        if decided is Verdict.GONE:
            return self._gone(candidate, ours=self._with.attempt > 1)
        if decided is not Verdict.REMOVE or chosen is None:
            return _stays(candidate, decided)
        self._parting.before(candidate)
        result = self._removed(session, candidate, chosen)
        try:
            self._parting.after(candidate)
        except LadingError as error:
            return replace(result, code=error.code, reason=f"it is deleted; then {error}")
        return result

    def _verdict(self, candidate: Candidate) -> tuple[Verdict, Replica | None]:
        """Say what to do with an object, asking the source once more, and by which replica."""
        chosen = self._chosen(candidate)
        at_source = candidate.at_source
        if at_source is AtSource.ABSENT:
            at_source = look(self._with.source, join(candidate.folder.folder, candidate.doomed.name), other=Kind.FOLDER)
        decided = verdict(
            at_source,
            is_there=bool(candidate.replicas),
            is_ours=chosen is not None,
            is_as_known=chosen is not None and is_as_known(chosen.listed, candidate.doomed),
        )
        return decided, chosen

    def _removed(self, session: Session, candidate: Candidate, chosen: Replica) -> RemovalResult:
        """Send the removal until its outcome is known; look again each time before it is sent again."""
        tries = 0
        while True:
            try:
                crash.point("before_remove")
                session.remove_object(candidate.path, self._mode, self._number(candidate, chosen))
                crash.point("after_remove")
            except ObjectMissing:
                if not tries:
                    return self._gone(candidate, ours=self._with.attempt > 1)
            except (ConnectionLost, ObjectLocked) as error:
                tries += 1
                self._with.may_retry(error, tries)
                candidate = self._seen_again(session, candidate)
                decided, now = self._verdict(candidate)
                if now is not None and now.object_id == chosen.object_id:
                    if decided is not Verdict.REMOVE:
                        return _stays(candidate, decided)
                    continue
            return result_of(candidate, Outcome.DELETED, replica=chosen)

    def _number(self, candidate: Candidate, chosen: Replica) -> int | None:
        """Return the number of the one replica that is forgotten; None: the whole object goes."""
        shared = len(candidate.replicas) > 1 and not candidate.doomed.is_foreign
        return chosen.listed.replica_number if shared and self._mode is DeleteMode.UNREGISTER else None

    def _seen_again(self, session: Session, candidate: Candidate) -> Candidate:
        """Return the candidate with what the catalogue has by now: who had it locked may have written it."""
        name, collection = candidate.doomed.logical_name, candidate.folder.collection
        there = self._with.patiently(partial(by_name, session, collection, [name]))
        return replace(candidate, replicas=tuple(there.get(name, ())))

    def _chosen(self, candidate: Candidate) -> Replica | None:
        """Return the replica that stands for the object: of registered ones only that of this source."""
        if self._mode is not DeleteMode.UNREGISTER or candidate.doomed.is_foreign:
            return best(candidate)
        physical = self._parting.physical_path(candidate)
        return next((one for one in candidate.replicas if one.listed.physical_path == physical), None)

    def _gone(self, candidate: Candidate, *, ours: bool) -> RemovalResult:
        """Return the result where nothing is there: an earlier attempt may have removed it."""
        if ours:
            return result_of(candidate, Outcome.DELETED)
        return result_of(candidate, Outcome.SKIPPED, ALREADY_GONE, "there is no such object any more")

    # --- trees ---------------------------------------------------------------------------------------------------

    def _tree(self, tree: DoomedTree) -> Iterator[RemovalResult]:
        """Move a whole collection to the trash if it holds just what was planned; else its objects one by one."""
        refuse_outside(tree.collection, self._with.rules.destination)
        content = Trashing(tree, self._with).content()
        if content is not None:
            self.trashed.append(tree.folder)
            yield from (result_of(candidate, Outcome.DELETED, replica=best(candidate)) for candidate in content)
            yield from (self._gone(candidate, ours=self._with.attempt > 1) for candidate in not_there(tree, content))
            return
        for folder in tree.folders:
            yield from self._folder(folder)


def _stays(candidate: Candidate, decided: Verdict) -> RemovalResult:
    """Return the result of an object that is not removed."""
    return result_of(candidate, Outcome.SKIPPED, decided.value, _REASONS.get(decided, ""))


def remove_empty(folder: str, collection: str, circumstances: Circumstances) -> bool:
    """Remove a collection if it is empty; say whether it is gone."""
    refuse_outside(collection, circumstances.rules.destination)
    hooks, tries = circumstances.hooks, 0
    with circumstances.destination.session() as session:
        while True:
            try:
                hooks.call_hook(collection_event(Hook.PRE_COLLECTION_DELETE, folder, collection, circumstances))
                with suppress(ObjectMissing):
                    session.remove_collection(collection)
                    hooks.call_hook(collection_event(Hook.POST_COLLECTION_DELETE, folder, collection, circumstances))
            except ConnectionLost as error:
                tries += 1
                circumstances.may_retry(error, tries)
                continue
            except SkipFile as error:
                _LOG.info("%s stays: %s", collection, error)
                return False
            return True
