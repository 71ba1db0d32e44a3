"""What becomes of the paths of a batch that nobody could carry out, and how one is cut in two."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base.outcomes import Outcome
from lading.base.paths import join, shown
from lading.ingest.app import payloads
from lading.ingest.engine import plan, removal_work
from lading.orchestration.kinds import NewOutcome

#: how outcomes name the root
ROOT_SHOWN = "."


def abandon_scan(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Fail what the batch was to look at; a folder stands for what is below it."""
    found = payloads.unpack(payload)
    subjects = [*found.paths, *(part.folder for part in found.ranges)]
    return [
        NewOutcome(subject=shown(path) or ROOT_SHOWN, outcome=Outcome.FAILED, code=code, reason=reason)
        for path in subjects
    ]


def abandon_compare(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Fail the folders that were not compared."""
    return [
        NewOutcome(subject=shown(part.folder) or ROOT_SHOWN, outcome=Outcome.FAILED, code=code, reason=reason)
        for part in payloads.unpack_stretches(payload)[0]
    ]


def abandon_transfer(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Fail each file of the batch."""
    work = plan.decode(payload)
    return [
        NewOutcome(
            subject=shown(join(group.folder, action.entry.name)), outcome=Outcome.FAILED, code=code, reason=reason
        )
        for group in work.groups
        for action in group.actions
    ]


def abandon_weigh(_payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """What waited was not read: the whole run has to be tried again."""
    return [NewOutcome(subject=ROOT_SHOWN, outcome=Outcome.FAILED, code=code, reason=reason)]


def abandon_recheck(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Correct the rows of the batch that could not be compared; there are no paths of its own."""
    from lading.ingest.app import rechecking  # it needs the iRODS client, which `lading runs` should not wait for

    rechecking.give_up(int(payload), code, reason)
    return ()


def abandon_deletion(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    """Fail each path that was to go."""
    return [
        NewOutcome(subject=shown(path), outcome=Outcome.FAILED, code=code, reason=reason)
        for path in removal_work.paths(removal_work.decode(payload))
    ]


def split_deletion(payload: bytes) -> Sequence[bytes]:
    """Return two halves; fewer than two if there is one path."""
    return [removal_work.encode(part) for part in removal_work.halves(removal_work.decode(payload))]


def split_transfer(payload: bytes) -> Sequence[bytes]:
    """Return two halves; fewer than two if there is one file."""
    return [plan.encode(part) for part in plan.halves(plan.decode(payload))]
