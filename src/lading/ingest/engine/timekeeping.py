"""Modification times that the catalogue has from the files: a request of its own after each put, which carries none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lading.base.errors import ConnectionLost, ObjectLocked, SkipFile
from lading.base.outcomes import Outcome
from lading.ingest.engine.circumstances import Circumstances, FileResult
from lading.ingest.engine.compare import Action
from lading.ingest.engine.destinations.base import Session

#: code of a file of which only the time was brought
MTIME: Final = "MTIME"
#: code of a file that is there, with a time of its own
MTIME_NOT_KEPT: Final = "MTIME_NOT_KEPT"
_SENT = frozenset({Outcome.CREATED, Outcome.UPDATED})


def kept(session: Session, action: Action, result: FileResult, circumstances: Circumstances) -> FileResult:
    """
    Give the object the time of its file, and return the result as it is now.

    =================  =========================================  ============================
    result             time that the catalogue had                then
    =================  =========================================  ============================
    created, updated   any                                        set
    unchanged          other than the file's, or the snapshot's   set; it is `updated`, MTIME
                       was
    unchanged          the file's                                 nothing
    anything else      any                                        nothing
    =================  =========================================  ============================

    Where the zone refuses the time the file is there all the same, and the code says so.
    """
    if result.known is None or not (result.outcome in _SENT or _had_another(action, result.known.mtime_ns)):
        return result
    try:
        _set(session, result.logical_path, result.known.mtime_ns // 1_000_000_000, circumstances)
    except SkipFile as error:
        return replace(result, code=MTIME_NOT_KEPT, reason=str(error))
    if result.outcome is Outcome.UNCHANGED:
        return replace(result, outcome=Outcome.UPDATED, code=MTIME)
    return result


def _had_another(action: Action, mtime_ns: int) -> bool:
    """Say whether the catalogue, or else the snapshot, had another time than the file has, in whole seconds."""
    if action.listed is not None:
        return action.listed.modified != mtime_ns // 1_000_000_000
    return action.known is not None and action.known.mtime_ns // 1_000_000_000 != mtime_ns // 1_000_000_000


def _set(session: Session, path: str, seconds: int, circumstances: Circumstances) -> None:
    """Set the time, again as often as the errors allow: twice is as good as once."""
    tries = 0
    while True:
        try:
            session.set_mtime(path, seconds)
        except (ConnectionLost, ObjectLocked) as error:
            tries += 1
            circumstances.may_retry(error, tries)
        else:
            return
