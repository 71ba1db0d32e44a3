"""Which files of a piece of work go together, and the place for their tar files."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from functools import partial

from lading.base.errors import SkipFile
from lading.ingest.engine.bundling import Bundle, bundles, goes_along
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.decorations import decorations
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.engine.tasks import Task
from lading.ingest.engine.values import DeleteMode


class SharingOut:
    """The bundles of one piece of work; none where they are not wanted."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._with = circumstances
        self._bundles: list[Bundle] = []
        #: whether anything is to be done before the first file
        self.is_wanted = circumstances.may_bundle or circumstances.may_have_left_tars

    def run(self, session: Session, tasks: Iterable[Task]) -> None:
        """Say which of the files go together, and make the place for their tars."""
        if self._with.may_have_left_tars:
            self._discard_left_tars(session)
        if self._with.may_bundle:
            self._bundles = bundles(list(self._going_along(tasks)), self._with.rules.bundles)
            self._make_place(session)

    def to_make(self, groups: Iterable[Group]) -> list[Group]:
        """Return the groups without those whose collections bundles make, as all of their files are in some."""
        held: dict[int, int] = {}
        for bundle in self._bundles:
            for _, task in bundle.tasks:
                held[id(task.group)] = held.get(id(task.group), 0) + 1
        return [group for group in groups if not group.actions or held.get(id(group), 0) < len(group.actions)]

    def pieces(self, tasks: Iterable[list[Task]], refused: Container[str]) -> Iterator[list[Task] | Bundle]:
        """Yield the bundles, but for those with files in `refused` collections, then the tasks that are in none."""
        whole = [
            bundle for bundle in self._bundles if not any(task.group.collection in refused for _, task in bundle.tasks)
        ]
        yield from whole
        along = {task.path for bundle in whole for _, task in bundle.tasks}
        for some in tasks:
            if len(some) > 1 or some[0].path not in along:
                yield some

    def _going_along(self, tasks: Iterable[Task]) -> Iterator[tuple[str, Task]]:
        """Yield the files that may go together, with their logical paths."""
        naming, source = self._with.rules.naming, self._with.source
        for task in tasks:
            with suppress(SkipFile):  # its own result says what is wrong
                name = naming.data_object(task.group.collection, task.path, source.physical_path(task.path))
                more = decorations(name, task.path, task.action.entry, self._with)
                if goes_along(task, self._with.rules.bundles, bare=not (more["avus"] or more["acls"])):
                    yield name.path, task

    def _make_place(self, session: Session) -> None:
        place = self._with.bundle_place
        if not self._bundles or place is None:
            return
        try:
            self._with.patiently(partial(session.make_collection, place.collection))
        except SkipFile:
            self._with.refuse_bundles()

    def _discard_left_tars(self, session: Session) -> None:
        """Delete the tar files that an earlier attempt left behind."""
        place = self._with.bundle_place
        with suppress(SkipFile):
            for listed in list(session.list_objects(place.collection)) if place else ():
                if place and listed.name.startswith(f"{place.label}-"):
                    session.remove_object(f"{place.collection}/{listed.name}", DeleteMode.NO_TRASH)
