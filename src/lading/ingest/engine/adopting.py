"""Taking over what is there already: pure decisions on top of those of a scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lading.base.errors import NotSent
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.parts import FolderPart
from lading.ingest.engine.values import Entry

_SENDS = frozenset({Step.CREATE, Step.REPLACE, Step.APPEND, Step.HASH_THEN_REPLACE, Step.REGISTER})


def without_sending(part: FolderPart) -> FolderPart:
    """
    Return the part less everything that would write to the zone.

    ==================  ==================================================
    action              becomes
    ==================  ==================================================
    adopts, keeps       itself
    UPDATE_REGISTERED   itself: it looks first, and changes nothing
    sends, registers    SKIP NOT_SENT
    makes a collection  nothing
    ==================  ==================================================
    """
    taken = [action for action in part.actions if action.step not in _SENDS]
    left = [replace(action, step=Step.SKIP, code=NotSent.code) for action in part.actions if action.step in _SENDS]
    return replace(part, actions=taken, skips=[*part.skips, *left], make_collection=False)


def by_sync_time(part: FolderPart, times: Mapping[str, float]) -> FolderPart:
    """
    Return the part in which files that another tool synced since they changed need not be read.

    `times` has seconds since the epoch by name: when the tool last brought the file.

    ==================  =====================  =============
    action              mtime and ctime        becomes
    ==================  =====================  =============
    ADOPT_BY_CHECKSUM   both before the sync   ADOPT_BY_SIZE
    ADOPT_BY_CHECKSUM   else, or never synced  itself
    another             any                    itself
    ==================  =====================  =============
    """
    return replace(part, actions=[_trusting(action, times.get(action.entry.name)) for action in part.actions])


def _trusting(action: Action, synced: float | None) -> Action:
    if action.step is not Step.ADOPT_BY_CHECKSUM or synced is None or not _is_older(action.entry, synced):
        return action
    return replace(action, step=Step.ADOPT_BY_SIZE)


def _is_older(entry: Entry, synced: float) -> bool:
    """Say whether nothing of the file changed at or after a moment in seconds."""
    moment = int(synced * 1_000_000_000)
    return entry.mtime_ns < moment and entry.ctime_ns < moment
