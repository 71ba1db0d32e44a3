"""The content of files and of what is stored, read and compared with the catalogue. Nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lading.base.errors import ConnectionLost, LadingError, ObjectLocked, Remedy
from lading.base.events import FileDone
from lading.base.paths import join
from lading.ingest.engine import reading
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.compare import Action
from lading.ingest.engine.destinations.base import Fault, FaultKind, Session
from lading.ingest.engine.plan import Group, TransferWork
from lading.ingest.engine.verifying import Code, Content

_CODES = {
    FaultKind.SIZE: Code.STORED_SIZE_DIFFERS,
    FaultKind.CHECKSUM: Code.STORED_DIFFERS,
    FaultKind.NO_CHECKSUM: Code.NO_CHECKSUM,
    FaultKind.OTHER: Code.NOT_VERIFIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found of one file."""

    group: Group
    action: Action
    #: a value of `Code`, or the code of what kept it from being read; "": the same
    code: str = ""
    reason: str = ""


def check(work: TransferWork, content: Content, circumstances: Circumstances) -> Iterator[Checked]:
    """
    Read what the actions name and yield what was found of each, in the order they end.

    What concerns one file is its result; what concerns all is raised. An entry of an action is what the file has to be
    like before and after it is read; its listing has the checksum.
    """
    tasks = ((group, action) for group in work.groups for action in group.actions)
    checking = _Checking(content, circumstances)
    for (group, action), found in circumstances.destination.each(tasks, checking.one):
        circumstances.emit(FileDone(path=join(group.folder, action.entry.name), bytes=0))
        yield found


class _Checking:
    """Content in hand."""

    def __init__(self, content: Content, circumstances: Circumstances) -> None:
        self._content = content
        self._with = circumstances

    def one(self, session: Session, task: tuple[Group, Action]) -> Checked:
        """Check one file; raise only what concerns all of them."""
        group, action = task
        try:
            code, reason = self._found(session, group, action)
        except LadingError as error:
            if error.remedy not in {Remedy.SKIP_FILE, Remedy.RETRY_NOW} and not isinstance(error, ObjectLocked):
                raise
            code, reason = error.code, str(error)
        return Checked(group=group, action=action, code=code, reason=reason)

    def _found(self, session: Session, group: Group, action: Action) -> tuple[str, str]:
        """
        Say what is wrong, the first of these.

        ==========================  =============
        what is read                code
        ==========================  =============
        replicas, a fault           that fault's
        the file, other checksum    CONTENT_DIFFERS
        either, no checksum         NO_CHECKSUM
        ==========================  =============
        """
        listed = action.listed
        assert listed is not None
        if not listed.checksum:
            return Code.NO_CHECKSUM.value, "the catalogue has no checksum to compare with"
        path = join(group.folder, action.entry.name)
        if self._content.reads_replicas:
            faults = self._faults(session, group, action)
            if faults:
                return _CODES[faults[0].kind].value, "; ".join(fault.message for fault in faults)
        if self._content.reads_files:
            self._with.token.check()
            made = reading.checksum_of(self._with.source, path, action.entry, reading.hash_of(listed.checksum))
            if made != listed.checksum:
                return Code.CONTENT_DIFFERS.value, f"the file has {made}, the catalogue {listed.checksum}"
        return Code.SAME.value, ""

    def _faults(self, session: Session, group: Group, action: Action) -> list[Fault]:
        """Ask the zone, and again when the connection breaks."""
        path = self._with.logical_path(group.collection, join(group.folder, action.entry.name))
        tries = 0
        while True:
            try:
                return session.faults(path, action.entry.size)
            except ConnectionLost as error:
                tries += 1
                self._with.may_retry(error, tries)
