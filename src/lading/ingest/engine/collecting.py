"""
Collections and their hooks.

=====================================  ==============================================
the collection                         hooks
=====================================  ==============================================
is missing, with levels above it       pre and post create for each level, highest first
is there, post-create hook was owed    post create
is there, files arrive in it           pre and post modify, once for each piece of work
=====================================  ==============================================

Without hooks a collection is made in one request with all that is missing above it, and nobody asks what was there. A
server that meets a level which somebody else makes at that moment stops there and says that all is well: a file that misses
its collection lets it be made again, and one in which no file arrives is looked for, unless the one above it is known to be
there: with one level missing nobody stops early.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lading.base.paths import parent, upwards
from lading.ingest.engine.asking import levels_above
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.debts import Made, Subject
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.handlers import Hook, User


class Collecting:
    """Makes collections."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._with = circumstances
        hooks = circumstances.hooks
        self._creates = hooks.defines(Hook.PRE_COLLECTION_CREATE, Hook.POST_COLLECTION_CREATE)
        #: collections that are there for sure
        self._there: set[str] = set()
        #: collections that this work made
        self.made: set[str] = set()
        #: whether anything is called when files arrive in a collection
        self.tells_of_changes = hooks.defines(Hook.PRE_COLLECTION_MODIFY, Hook.POST_COLLECTION_MODIFY)

    def make(self, session: Session, group: Group, user: User | None = None) -> None:
        """Make the collection and what is missing above it; raise `HookFailed` and what the session raises."""
        if not self._creates and not self.tells_of_changes:
            session.make_collection(group.collection)
            if not group.actions and parent(group.collection) not in self._there:  # files would miss it
                self._make_sure(session, group.collection)
                self._there |= {group.collection, parent(group.collection)}
            return
        missing = self._missing(session, group)
        subjects = [Subject(Made.COLLECTION, collection) for collection, _ in missing]
        mine = Subject(Made.COLLECTION, group.collection)
        owes = self._with.hooks.defines(Hook.POST_COLLECTION_CREATE)
        owed = self._with.debts.owe(subjects, [mine]) if owes else frozenset()
        for collection, folder in missing:
            self.call(Hook.PRE_COLLECTION_CREATE, collection, folder, user)
            session.make_collection(collection)
            self.made.add(collection)
            self._created(collection, folder, user)
        if mine in owed and not missing:
            self._created(group.collection, group.folder, user)
        self._there.update(collection for collection, _ in levels_above(group.collection, group.folder))

    def _make_sure(self, session: Session, collection: str) -> None:
        """Look whether it is there, and make it again, one level at least each time, as long as it is not."""
        for _ in upwards(collection):
            if session.has_collection(collection):
                return
            session.make_collection(collection)

    def call(self, hook: Hook, collection: str, folder: str, user: User | None) -> None:
        """Call one hook of a collection."""
        told = replace(
            self._with.about,
            hook=hook,
            path=folder,
            logical_path=collection,
            physical_path=self._with.source.physical_path(folder),
            operation=self._with.rules.operation,
            attempt=self._with.attempt,
            user=user,
        )
        self._with.hooks.call_hook(told)

    def _created(self, collection: str, folder: str, user: User | None) -> None:
        self.call(Hook.POST_COLLECTION_CREATE, collection, folder, user)
        self._with.debts.settle(Subject(Made.COLLECTION, collection))

    def _missing(self, session: Session, group: Group) -> list[tuple[str, str]]:
        """Return the levels that are not there, highest first."""
        missing = []
        for collection, folder in levels_above(group.collection, group.folder):
            if collection in self._there or session.has_collection(collection):
                break
            missing.append((collection, folder))
        return missing[::-1]


def deepest_first(groups: Iterable[Group]) -> list[Group]:
    """Return groups so that none comes after one whose collection contains its own."""
    return sorted(groups, key=lambda group: (-group.collection.count("/"), group.collection))


def with_parents(collection: str) -> Iterator[str]:
    """Yield the collection and all that contain it."""
    while collection:
        yield collection
        collection = collection.rpartition("/")[0]
