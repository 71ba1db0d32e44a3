"""The results of what could not be done, or needed no doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lading.base.errors import LadingError, LeftOut, NotSent, SourceVanished
from lading.base.outcomes import Outcome
from lading.base.paths import name_of, parent
from lading.ingest.engine import twins
from lading.ingest.engine.around import FileTask
from lading.ingest.engine.circumstances import Circumstances, FileResult
from lading.ingest.engine.compare import Action
from lading.ingest.engine.plan import Group
from lading.ingest.engine.snapshot import Known, Proof, doubted, known_from
from lading.ingest.engine.sources.errors import ObjectArchived
from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.steps import NO_OP, Step
from lading.ingest.engine.twins import TWIN

#: codes of what could not be done and is no failure
_SKIPPED = frozenset({SourceVanished.code, LeftOut.code, NotSent.code, ObjectArchived.code})


def doubtful(action: Action, *, sent: bool) -> Known | None:
    """
    Return what the snapshot says of a managed object that may be damaged: that no entry ever equals it.

    =======  ==============  ==================  =========
    managed  sent something  catalogue differed  says
    =======  ==============  ==================  =========
    no       any             any                 nothing (nor of one whose metadata only are renewed)
    yes      yes             any                 never same
    yes      no              yes                 never same
    yes      no              no                  nothing
    =======  ==============  ==================  =========
    """
    differed = action.listed is not None and action.step not in {Step.ADOPT_BY_CHECKSUM, Step.DECORATE}
    if action.known is None or not (sent or differed):
        return None
    return doubted(action.known)


def of_file(task: FileTask, circumstances: Circumstances, code: str, reason: str) -> FileResult:
    """Return the result of a file that could not be done; one that vanished in time, or is left out, is skipped."""
    entry = task.action.entry
    return FileResult(
        folder=task.group.folder,
        name=entry.name,
        logical_path=circumstances.logical_path(task.group.collection, task.path),
        outcome=Outcome.SKIPPED if code in _SKIPPED else Outcome.FAILED,
        code=code,
        reason=reason,
        size=entry.size,
    )


def untouched(task: FileTask, circumstances: Circumstances) -> FileResult:
    """Return the result of a file of which nothing was made on purpose; the snapshot knows it as it is now."""
    result = of_file(task, circumstances, NO_OP, "the operation changes nothing")
    known = known_from(task.action.entry, "", Proof.UNVERIFIED)
    return replace(result, outcome=Outcome.SKIPPED, known=known)


def kept(task: FileTask, circumstances: Circumstances) -> FileResult:
    """Return the result of a file whose object has its content."""
    entry, known = task.action.entry, task.action.known
    result = replace(of_file(task, circumstances, "", ""), outcome=Outcome.UNCHANGED)
    return replace(result, known=known_from(entry, known.checksum, known.proof)) if known is not None else result


def of_group(group: Group, circumstances: Circumstances, error: LadingError) -> Iterator[FileResult]:
    """Yield the results of a group whose collection cannot be made; the folder's own if it has no files."""
    for action in group.actions:
        yield of_file(FileTask(group=group, action=action), circumstances, error.code, str(error))
    if not group.actions:
        yield of_folder(group, error)


def of_folder(group: Group, error: LadingError) -> FileResult:
    """Return the result of a folder as such."""
    return FileResult(
        folder=parent(group.folder),
        name=name_of(group.folder),
        logical_path=group.collection,
        outcome=Outcome.SKIPPED if error.code in _SKIPPED else Outcome.FAILED,
        code=error.code,
        reason=str(error),
    )


def told(action: Action, result: FileResult) -> FileResult:
    """Return the result, which tells of what is odd about the name unless there is something else to tell."""
    if result.code or action.code not in {TWIN, keys.MAPPED}:
        return result
    reason = twins.reason(result.name, "") if action.code == TWIN else f"{result.name!a} {keys.MAPPED_REASON}"
    return replace(result, code=action.code, reason=reason)
