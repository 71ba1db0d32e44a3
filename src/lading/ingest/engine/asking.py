"""What handler and templates say of the files of a piece of work, asked before anything is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lading.base.errors import SkipFile
from lading.base.paths import join, name_of
from lading.ingest.engine.around import event_of
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.compare import UNLISTED, Action, Step, decide
from lading.ingest.engine.debts import Made, Subject
from lading.ingest.engine.decorations import facts_of
from lading.ingest.engine.hooks import NOTHING, Asked
from lading.ingest.engine.plan import Group, TransferWork, nothing
from lading.ingest.handlers import Hook, Question, User

#: steps after which something is there that was not, as far as anybody knows
_MAKES = frozenset({Step.CREATE, Step.REGISTER})


class Asking:
    """The answers for one piece of work; without handler and templates it costs nothing."""

    def __init__(self, work: TransferWork, circumstances: Circumstances) -> None:
        self._with = circumstances
        self._asked: dict[str, Asked] = {}
        #: files that failed because nobody could say what to do with them
        self.failed: dict[str, SkipFile] = {}
        self._owed: frozenset[Subject] = frozenset()
        if circumstances.hooks.asks_of_files or circumstances.rules.templates.act_as:
            for group in work.groups:
                for action in group.actions:
                    self._ask(group, action)
        if circumstances.hooks.defines(Hook.POST_DATA_OBJECT_CREATE):
            self._owe(work)

    def of(self, path: str) -> Asked:
        """Return what was said of a file."""
        return self._asked.get(path, NOTHING)

    def action(self, action: Action, asked: Asked) -> Action:
        """Return what has to happen to a file: for an operation of its own that is decided again, without a snapshot."""
        rules = self._with.rules
        if asked.operation in {None, rules.operation}:
            return action
        own = replace(rules, operation=asked.operation, resource=asked.resource or rules.resource)
        return decide(action.entry, None, action.listed or UNLISTED, own)

    def is_owed(self, path: str) -> bool:
        """Say whether a post-create hook was owed for the file before this work."""
        return Subject(Made.OBJECT, path) in self._owed

    def users(self, paths: Iterable[str]) -> dict[User | None, list[str]]:
        """Return the files by the user who writes them; those of the job's own user under None."""
        found: dict[User | None, list[str]] = defaultdict(list)
        for path in paths:
            found[self.of(path).user].append(path)
        return found

    def user_of_folder(self, group: Group) -> User | None:
        """Return who makes the collection of a folder; raise `HookFailed`."""
        hooks, templates = self._with.hooks, self._with.rules.templates
        asked: User | None = None
        entry = nothing(name_of(group.folder))
        if hooks.defines(Question.ACT_AS):
            event = replace(
                self._with.about, path=group.folder, logical_path=group.collection, attempt=self._with.attempt
            )
            asked = hooks.ask(Question.ACT_AS, event)
        return asked or (templates.user(facts_of(group.folder, entry, self._with)) if templates.act_as else None)

    def _ask(self, group: Group, action: Action) -> None:
        path = join(group.folder, action.entry.name)
        templates = self._with.rules.templates
        try:
            asked = self._with.hooks.ask_of_file(event_of(group, action.entry, self._with))
            if asked.user is None and templates.act_as:
                asked = replace(asked, user=templates.user(facts_of(path, action.entry, self._with)))
        except SkipFile as error:
            self.failed[path] = error
        else:
            self._asked[path] = asked

    def _owe(self, work: TransferWork) -> None:
        """Write down what is going to be owed before anything is made."""
        steps = [
            (join(group.folder, action.entry.name), action.step) for group in work.groups for action in group.actions
        ]
        new = [Subject(Made.OBJECT, path) for path, step in steps if step in _MAKES and path not in self.failed]
        others = [Subject(Made.OBJECT, path) for path, step in steps if step not in _MAKES]
        self._owed = self._with.debts.owe(new, others)


def levels_above(collection: str, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the collection and all that contain it, each with the folder that it stands for; "" above the root."""
    while collection:
        yield collection, folder
        collection, folder = collection.rpartition("/")[0], folder.rpartition("/")[0]
