"""What a job's handler and templates have to do with objects that go: hooks around them, and who removes them."""

from __future__ import annotations

from dataclasses import replace

from lading.base.errors import SkipFile
from lading.base.paths import join
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.hooks import Hooks
from lading.ingest.engine.removal_candidates import Candidate
from lading.ingest.engine.templates import Facts, Templates
from lading.ingest.engine.values import Entry, Kind
from lading.ingest.handlers import Event, Hook, Question, User

#: hooks that are called for single objects and collections: a tree does not go at once where there is one
OF_EACH = (
    Hook.PRE_DATA_OBJECT_DELETE,
    Hook.POST_DATA_OBJECT_DELETE,
    Hook.PRE_COLLECTION_DELETE,
    Hook.POST_COLLECTION_DELETE,
)


def looks_at_each(hooks: Hooks, templates: Templates) -> bool:
    """Say whether something is asked or called for each object that goes."""
    return hooks.defines(*OF_EACH, Question.ACT_AS, Question.TARGET_PATH) or bool(templates.act_as)


class Parting:
    """Handler and templates, asked about objects whose file vanished."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._with = circumstances

    def user(self, candidate: Candidate) -> User | None:
        """Return who removes an object, as far as its path says: there is no file any more that has an owner."""
        asked: User | None = self._with.hooks.ask(Question.ACT_AS, self._event(candidate, None))
        if asked is not None or not self._with.rules.templates.act_as:
            return asked
        entry = Entry(candidate.doomed.name, Kind.FILE, max(candidate.doomed.size, 0), 0, 0, 0)
        path = self._path(candidate)
        try:
            return self._with.rules.templates.user(
                Facts(path=path, entry=entry, owner=lambda: self._with.source.owner(path))
            )
        except SkipFile:
            return None

    def physical_path(self, candidate: Candidate) -> str:
        """Return the path under which the job registered a file."""
        asked: str | None = self._with.hooks.ask(Question.TARGET_PATH, self._event(candidate, None))
        return asked or self._with.source.physical_path(self._path(candidate))

    def before(self, candidate: Candidate) -> None:
        """Call what is called before an object goes; raise `HookFailed`."""
        self._with.hooks.call_hook(self._event(candidate, Hook.PRE_DATA_OBJECT_DELETE))

    def after(self, candidate: Candidate) -> None:
        """Call what is called once an object is gone; raise `HookFailed`."""
        self._with.hooks.call_hook(self._event(candidate, Hook.POST_DATA_OBJECT_DELETE))

    def _path(self, candidate: Candidate) -> str:
        return join(candidate.folder.folder, candidate.doomed.name)

    def _event(self, candidate: Candidate, hook: Hook | None) -> Event:
        return replace(
            self._with.about,
            hook=hook,
            path=self._path(candidate),
            logical_path=candidate.path,
            physical_path=self._with.source.physical_path(self._path(candidate)),
            operation=self._with.rules.operation,
            attempt=self._with.attempt,
        )


def collection_event(hook: Hook, folder: str, collection: str, circumstances: Circumstances) -> Event:
    """Return the event of a collection that goes."""
    return replace(circumstances.about, hook=hook, path=folder, logical_path=collection, attempt=circumstances.attempt)
