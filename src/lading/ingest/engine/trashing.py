"""A whole collection that goes to the trash at once, if it holds just what was planned to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from lading.base.errors import ConnectionLost, ObjectLocked, ObjectMissing, SkipFile
from lading.base.paths import join
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.deletion import AtSource
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.removal_candidates import (
    Candidate,
    children,
    is_barred,
    look,
    matched,
    refuse_outside,
)
from lading.ingest.engine.removal_work import DoomedTree
from lading.ingest.engine.replicas import by_name
from lading.ingest.engine.values import Kind


class Trashing:
    """One tree on its way to the trash."""

    def __init__(self, tree: DoomedTree, circumstances: Circumstances) -> None:
        self._tree = tree
        self._with = circumstances

    def content(self) -> list[Candidate] | None:
        """Move the tree and return the objects that were in it; None if it cannot go at once, and nothing was done."""
        refuse_outside(self._tree.collection, self._with.rules.destination)
        with self._with.destination.session() as session:
            content = self._content_if_exact(session)
            return content if content is not None and self._trashed(session, content) else None

    def _content_if_exact(self, session: Session) -> list[Candidate] | None:
        """Return all objects of the tree; None if it cannot go at once."""
        try:
            return self._exact_content(session)
        except SkipFile:
            return None

    def _exact_content(self, session: Session) -> list[Candidate] | None:
        """Return all objects of the tree; None if it is not gone at the source, or holds anything unexpected."""
        source, top = self._with.source, self._tree.folder
        if is_barred(source, top) or look(source, top, other=Kind.FILE) is not AtSource.ABSENT:
            return None
        if not all(look(source, path, other=Kind.FOLDER) is AtSource.ABSENT for path in self._some()):
            return None
        planned = {one.collection: one for one in self._tree.folders}
        content: list[Candidate] = []
        waiting = [self._tree.collection]
        while waiting:
            collection = waiting.pop()
            folder = planned.get(collection)
            if folder is None:
                return None
            found = matched(folder, self._with.patiently(partial(by_name, session, collection, None)))
            if found is None:
                return None
            content += found
            below = self._with.patiently(partial(children, session, collection))
            waiting += [f"{collection}/{name}" for name in below]
        return content or None

    def _some(self) -> Iterator[str]:
        """Yield the first object of the tree: a source may show nothing in a folder, and still have what was in it."""
        first = next((folder for folder in self._tree.folders if folder.objects), None)
        if first is not None:
            yield join(first.folder, first.objects[0].name)

    def _trashed(self, session: Session, content: Sequence[Candidate]) -> bool:
        """Send the removal of the tree until its outcome is known; False if it was refused, or is not as it was."""
        tries = 0
        while True:
            try:
                session.trash_tree(self._tree.collection, self._tree.objects)
            except ObjectMissing:
                return tries > 0
            except SkipFile:
                return False
            except (ConnectionLost, ObjectLocked) as error:
                tries += 1
                self._with.may_retry(error, tries)
                if not self._is_there(session, content):
                    return True
                if self._content_if_exact(session) is None:
                    return False
                continue
            return True

    def _is_there(self, session: Session, content: Sequence[Candidate]) -> bool:
        """Say whether any of the objects is still where it was."""
        numbers = {replica.object_id for candidate in content for replica in candidate.replicas}
        places = self._with.patiently(partial(session.locate, numbers))
        return any(place.startswith(f"{self._tree.collection}/") for place in places.values())
