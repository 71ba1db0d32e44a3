"""
What is done around one file: hooks before and after, metadata, and further tries.

===========================================  ==================================================
became of the file                           hooks
===========================================  ==================================================
created, registered                          pre and post create
updated                                      pre and post modify
unchanged, skipped                           none
skipped because the operation is no-op       as if it had been created, or updated if it is there
made by an earlier attempt that owed hooks   post create; the outcome is created, `HOOK_OWED`
failed before anything was sent              pre, if it came so far
===========================================  ==================================================

`pre` is called right before the first request that has an effect, so that a file whose bytes turn out to be the same
has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lading.base.errors import HookFailed, HookTimedOut, LadingError, ObjectLocked, Remedy
from lading.base.outcomes import Outcome
from lading.base.paths import join
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.debts import Made, Subject
from lading.ingest.engine.decorations import facts_of
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.hooks import NOTHING, Asked
from lading.ingest.engine.labels import avus_of
from lading.ingest.engine.object_metadata import owned
from lading.ingest.engine.plan import Group
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.templates import Avu, Facts
from lading.ingest.engine.values import Entry, Kind, PutMode, Target
from lading.ingest.engine.watched import Watched
from lading.ingest.handlers import Event, Hook, Question

#: code of a file that was there already, and whose post-create hook was still owed
HOOK_OWED = "HOOK_OWED"
#: code of a file of which only metadata and permissions were renewed
METADATA = "METADATA"

_ARRIVED = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.REGISTERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTask:
    """One file to be done, and what its handler says of it."""

    group: Group
    action: Action
    asked: Asked = NOTHING
    #: its post-create hook is owed from before
    owed: bool = False

    @property
    def path(self) -> str:
        """The relative path."""
        return join(self.group.folder, self.action.entry.name)


Attempt = Callable[[Watched, Circumstances], tuple[FileResult, LadingError | None]]


class Around:
    """One file with its hooks, metadata and retries."""

    def __init__(self, task: FileTask, circumstances: Circumstances) -> None:
        self._task = task
        self._with = _for_file(task.asked, circumstances)
        self._told: set[Hook] = set()
        #: what is called after a file of which nothing was made
        self._idle: Hook | None = None

    def run(self, session: Session, attempt: Attempt) -> FileResult:
        """Let `attempt` do the file, as often as its errors and the job allow, then call what is called after it."""
        tries, doubt, now = 0, None, self._with
        while True:
            watched = Watched(session, self._before)
            result, error = attempt(watched, now)
            if error is None:
                return self._after(result)
            doubt = doubt or result.known
            if watched.has_acted:  # what is there by now may be ours
                now = replace(self._with, attempt=self._with.attempt + 1)
            tries += 1
            if not self._may_try_again(error, tries):
                return replace(result, known=doubt)

    # --- before and after ----------------------------------------------------------------------------------------

    def event(self, hook: Hook | None, entry: Entry, retries: int = 0) -> Event:
        """Return what a hook is told of the file."""
        return event_of(self._task.group, entry, self._with, hook=hook, retries=retries, user=self._task.asked.user)

    def _before(self, hook: Hook) -> None:
        """Call a pre-hook, once."""
        if hook not in self._told:
            self._with.hooks.call_hook(self.event(hook, self._task.action.entry))
            self._told.add(hook)

    def _after(self, result: FileResult) -> FileResult:
        """Call the post-hook, as often as it may be tried; what it was owed for is settled."""
        hook = self._hook_after(result)
        if hook is not None:
            failed = self._called(hook, result)
            if failed is not None:
                return failed
        if result.outcome is not Outcome.FAILED:
            self._with.debts.settle(Subject(Made.OBJECT, self._task.path))
        if self._task.owed and result.outcome is Outcome.UNCHANGED:
            registered = self._task.action.step in {Step.REGISTER, Step.UPDATE_REGISTERED}
            outcome = Outcome.REGISTERED if registered else Outcome.CREATED
            return replace(result, outcome=outcome, code=HOOK_OWED)
        return result

    def _called(self, hook: Hook, result: FileResult) -> FileResult | None:
        """Call a post-hook; return the failure if it fails."""
        tries = 0
        while True:
            try:
                self._with.hooks.call_hook(self.event(hook, _entry_of(result.known) or self._task.action.entry))
            except HookFailed as error:
                tries += 1
                if not self._may_try_again(error, tries):
                    return replace(result, outcome=Outcome.FAILED, code=error.code, reason=str(error), known=None)
            else:
                return None

    def _hook_after(self, result: FileResult) -> Hook | None:
        """Return the hook that follows (see the table of the module)."""
        if self._idle is not None:
            return self._idle
        if self._task.owed and result.outcome in {*_ARRIVED, Outcome.UNCHANGED}:
            return Hook.POST_DATA_OBJECT_CREATE
        if result.outcome in {Outcome.CREATED, Outcome.REGISTERED}:
            return Hook.POST_DATA_OBJECT_CREATE
        return Hook.POST_DATA_OBJECT_MODIFY if result.outcome is Outcome.UPDATED else None

    def idle(self, session: Watched, result: FileResult, *, there: bool) -> FileResult:
        """Call the hooks of a file of which nothing is made as if it was made, or changed if it is there."""
        session.tell(Hook.PRE_DATA_OBJECT_MODIFY if there else Hook.PRE_DATA_OBJECT_CREATE)
        self._idle = Hook.POST_DATA_OBJECT_MODIFY if there else Hook.POST_DATA_OBJECT_CREATE
        return result

    # --- metadata ------------------------------------------------------------------------------------------------

    def decorated(self, session: Watched, result: FileResult) -> FileResult:
        """
        Return the result once the object has the metadata that the templates say, and what a link or a socket says.

        ===============================  ===========================================================
        the object                       gets
        ===============================  ===========================================================
        was sent or registered anew      nothing more: they went with it; older ones of ours are taken away
        was there, is adopted or ours    all of them
        was there, is unchanged          those that changed, if any did: then it is updated, `METADATA`
        ===============================  ===========================================================
        """
        templates = self._with.rules.templates
        entry = _entry_of(result.known)
        avus, old, known = self._avus(entry), self._old_avus(session, result), self._task.action.known
        if entry is None or not (templates.decorates or avus or old):
            return result
        acls = templates.acls(self._facts(entry))
        stale = tuple(avu for avu in old if avu not in avus)
        unchanged = result.outcome is Outcome.UNCHANGED and result.code != ADOPTED and known is not None
        as_before = set(avus) == set(old) and not (acls and known is not None and known.is_plain)
        if (session.is_decorated and not stale) or (unchanged and as_before):
            return result
        if unchanged:
            self._before(Hook.PRE_DATA_OBJECT_MODIFY)
        target = Target(path=result.logical_path, mode=PutMode.REPLACE)
        if not session.is_decorated:
            target = replace(target, avus=avus, acls=acls)
        session.decorate(target, stale)
        return replace(result, outcome=Outcome.UPDATED, code=METADATA) if unchanged else result

    def _old_avus(self, session: Watched, result: FileResult) -> tuple[Avu, ...]:
        """Return what was said of the file as the snapshot knows it; what other templates said is not known."""
        known, templates = self._task.action.known, self._with.rules.templates
        entry = _entry_of(known)
        said = self._own_avus(entry)
        if entry is not None and known is not None and not known.is_plain:
            said += templates.avus_of_path(self._facts(entry))
        if not templates.objects or result.outcome in {Outcome.CREATED, Outcome.REGISTERED}:
            return said
        # the store says nothing of the version that was there before, and the catalogue does
        return (*said, *owned(templates.objects, session.as_session.avus(result.logical_path)))

    def _avus(self, entry: Entry | None) -> tuple[Avu, ...]:
        """Return the metadata of an entry: what it is itself, and what the templates say."""
        said = self._with.rules.templates.avus(self._facts(entry)) if entry is not None else ()
        return (*self._own_avus(entry), *said)

    def _own_avus(self, entry: Entry | None) -> tuple[Avu, ...]:
        """Return the metadata that an entry has because of what it is."""
        if entry is None or not entry.tag:
            return ()
        return avus_of(self._with.source.physical_path(self._task.path), entry)

    def _facts(self, entry: Entry) -> Facts:
        return facts_of(self._task.path, entry, self._with)

    # --- trying again --------------------------------------------------------------------------------------------

    def _may_try_again(self, error: LadingError, tries: int) -> bool:
        """Wait until the try that follows `tries` failed ones is due; say whether there is one."""
        most = self._task.asked.max_retries
        if tries > (self._with.rules.retries if most is None else most) or not _may_pass(error):
            return False
        try:
            asked = self._with.hooks.ask(Question.DELAY, self.event(None, self._task.action.entry, tries))
        except HookFailed:
            return False
        left = self._with.rules.delay if asked is None else asked
        while left > 0:
            self._with.token.check()
            self._with.sleep(min(left, 1.0))
            left -= 1.0
        return True


def _may_pass(error: LadingError) -> bool:
    """Say whether another try of the file may go better."""
    if isinstance(error, HookFailed):
        return not isinstance(error, HookTimedOut)
    return error.remedy is Remedy.RETRY_NOW or isinstance(error, ObjectLocked)


def _for_file(asked: Asked, circumstances: Circumstances) -> Circumstances:
    """Return the circumstances with what the handler says of one file."""
    rules = circumstances.rules
    if asked.operation is not None:
        rules = replace(rules, operation=asked.operation)
    if asked.resource is not None:
        rules = replace(rules, resource=asked.resource)
    if rules is circumstances.rules and asked.target_path is None:
        return circumstances
    return replace(circumstances, rules=rules, registered_as=asked.target_path)


def _entry_of(known: Known | None) -> Entry | None:
    """Return the entry that something known was made from."""
    if known is None or known.is_doubtful:
        return None
    return Entry(known.name, Kind.FILE, known.size, known.mtime_ns, known.ctime_ns, known.inode, known.tag)


def event_of(group: Group, entry: Entry, circumstances: Circumstances, **more: Any) -> Event:  # noqa: ANN401 - fields of the event
    """Return the event of one file."""
    path = join(group.folder, entry.name)
    return replace(
        circumstances.about,
        path=path,
        logical_path=circumstances.logical_path(group.collection, path),
        physical_path=circumstances.source.physical_path(path),
        entry=entry,
        operation=circumstances.rules.operation,
        attempt=circumstances.attempt,
        **more,
    )
