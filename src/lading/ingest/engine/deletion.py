"""
What may be deleted at the destination: pure decisions.

Which delete mode goes with which operation (anything else is refused before a run begins):

==========================  =============  ==========  =====  ========
operation                   do-not-delete  unregister  trash  no-trash
==========================  =============  ==========  =====  ========
no-op                       yes            no          no     no
register-sync               yes            yes         no     no
register-as-replica-sync    yes            yes         no     no
put                         yes            no          no     no
put-sync                    yes            no          yes    yes
put-append                  yes            no          yes    yes
==========================  =============  ==========  =====  ========
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from lading.base.errors import NameRefused
from lading.ingest.engine.values import DeleteMode

#: code of a failure where the source has a file and the destination a collection, or the other way round
TYPE_CHANGED = "TYPE_CHANGED"

_BYTES = frozenset({DeleteMode.DO_NOT_DELETE, DeleteMode.TRASH, DeleteMode.NO_TRASH})
_ROWS = frozenset({DeleteMode.DO_NOT_DELETE, DeleteMode.UNREGISTER})
_NONE = frozenset({DeleteMode.DO_NOT_DELETE})

#: delete modes that may go with an operation, by its value; an operation that is not named here deletes nothing
ALLOWED: Mapping[str, frozenset[DeleteMode]] = {
    "no-op": _NONE,
    "register-sync": _ROWS,
    "register-as-replica-sync": _ROWS,
    "put": _NONE,
    "put-sync": _BYTES,
    "put-append": _BYTES,
}


_LIMIT = re.compile(r"(\d+)(%?)")
_ALL = 100


class DeleteScope(Enum):
    """Which objects a run may delete."""

    MANAGED = "managed"  # those that the job created or adopted
    MIRROR = "mirror"  # whatever is in the collections of the destination and not at the source


class Concern(Enum):
    """Why deletions are not carried out without a person."""

    SCAN_INCOMPLETE = "SCAN_INCOMPLETE"
    OTHER_SOURCE = "OTHER_SOURCE"
    SENTINEL_MISSING = "SENTINEL_MISSING"
    ROOT_SHRUNKEN = "ROOT_SHRUNKEN"
    TOO_MANY = "TOO_MANY"
    TOO_LARGE_A_SHARE = "TOO_LARGE_A_SHARE"
    TOO_MANY_IN_FOLDER = "TOO_MANY_IN_FOLDER"
    OTHER_CONTENT = "OTHER_CONTENT"
    LEDGER_WENT_BACK = "LEDGER_WENT_BACK"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many objects a run may delete unasked: a number, a share of those it manages, or both."""

    objects: int | None = None
    #: 0 to 1
    share: float | None = None


#: what a run may delete unasked unless it was told otherwise
USUAL = Limit(1_000, 0.2)


def limit_of(text: str, usual: Limit) -> Limit:
    """
    Return the limit that a text says: `500`, `10%`, `500,10%`, `none`; what it does not say is as `usual`.

    Raise `ValueError` for anything else.
    """
    if text.strip() == "none":
        return Limit()
    objects, share = usual.objects, usual.share
    for part in text.split(","):
        found = _LIMIT.fullmatch(part.strip())
        if found is None or (found[2] and int(found[1]) > _ALL):
            raise ValueError(f"{text!r} is no limit: a number of objects, a percentage, both with a comma, or none")
        if found[2]:
            share = int(found[1]) / _ALL
        else:
            objects = int(found[1])
    return Limit(objects, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may delete without asking."""

    run: Limit = USUAL
    #: a share is only looked at beyond so many objects
    share_above: int = 10
    #: limits of single folders right below the root, by name
    folders: Mapping[str, Limit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Objects below the root or one folder: those that are to go, and all that are managed, these included."""

    doomed: int = 0
    managed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run found out before it deletes anything."""

    total: Count
    #: by name of the folder right below the root
    folders: Mapping[str, Count]
    #: entries right below the root that were there in the last run: all, and those that are gone
    root_known: int
    root_gone: int


@dataclass(frozen=True, slots=True)
class Worry:
    """One reason not to delete."""

    concern: Concern
    reason: str


#: codes of failures of a scan that leave no doubt about what else the source has: a name that cannot be mapped, and one
#: whose place at the destination something else has
CLEAR = frozenset({NameRefused.code, TYPE_CHANGED})

#: a root that lost so much of what was right below it may be another one, or not mounted
SHRUNKEN = 0.9


def worries(figures: Figures, limits: Limits) -> list[Worry]:
    """
    Return why a person has to look at the deletions first; nothing if they are within the limits.

    ================================================  ===================
    figures                                           worry
    ================================================  ===================
    nothing is to go                                  none
    all, or 90 % of what was right below the root     ROOT_SHRUNKEN
    more objects than the limit                       TOO_MANY
    a larger share, and more than `share_above`       TOO_LARGE_A_SHARE
    a folder's own limit is passed                    TOO_MANY_IN_FOLDER
    ================================================  ===================
    """
    if not figures.total.doomed and not figures.root_gone:
        return []
    found = [*_of_root(figures), *_of_run(figures.total, limits)]
    for name, limit in limits.folders.items():
        count = figures.folders.get(name, Count())
        if _exceeds(count, limit, limits.share_above):
            found.append(Worry(Concern.TOO_MANY_IN_FOLDER, f"{name}: {_told(count)}; its limit is {shown(limit)}"))
    return found


def _of_root(figures: Figures) -> Iterable[Worry]:
    gone, known = figures.root_gone, figures.root_known
    if gone and gone >= SHRUNKEN * known:
        which = "is empty now" if gone == known else f"lost {gone:,} of {known:,} entries"
        yield Worry(Concern.ROOT_SHRUNKEN, f"the root of the source {which}: is it mounted?")


def _of_run(count: Count, limits: Limits) -> Iterable[Worry]:
    limit = limits.run
    if limit.objects is not None and count.doomed > limit.objects:
        yield Worry(Concern.TOO_MANY, f"{_told(count)}; the limit is {limit.objects:,}")
    if _share_exceeded(count, limit, limits.share_above):
        yield Worry(Concern.TOO_LARGE_A_SHARE, f"{_told(count)}; the limit is {limit.share:.0%}")


def _exceeds(count: Count, limit: Limit, share_above: int) -> bool:
    over = limit.objects is not None and count.doomed > limit.objects
    return over or _share_exceeded(count, limit, share_above)


def _share_exceeded(count: Count, limit: Limit, share_above: int) -> bool:
    return limit.share is not None and count.doomed > share_above and count.doomed > limit.share * count.managed


def _told(count: Count) -> str:
    return f"{count.doomed:,} of {count.managed:,} objects would go"


def shown(limit: Limit) -> str:
    """Return a limit as it is written: `100`, `5%`, or both."""
    number = "" if limit.objects is None else f"{limit.objects:,}"
    share = "" if limit.share is None else f"{limit.share:.0%}"
    return " or ".join(part for part in (number, share) if part) or "none"


# --- one object, right before it goes ------------------------------------------------------------------------------


class Verdict(Enum):
    """What is done with one object that was planned to go."""

    REMOVE = "remove"
    GONE = "gone"  # nothing is there any more
    CAME_BACK = "CAME_BACK"  # the source has something under its name again
    NOT_SEEN = "NOT_SEEN"  # the source does not say whether it has it
    CHANGED_IN_IRODS = "CHANGED_IN_IRODS"  # somebody replaced it since
    OTHER_REPLICA = "OTHER_REPLICA"  # a registration that is not this job's


class AtSource(Enum):
    """What the source says of a path."""

    ABSENT = "absent"
    PRESENT = "present"
    UNCLEAR = "unclear"


def verdict(at_source: AtSource, *, is_there: bool, is_ours: bool, is_as_known: bool) -> Verdict:
    """
    Say what to do with one object: only what is surely the same object, and surely gone at the source, is removed.

    =========  =====  ====  ========  ================
    source     there  ours  as known  verdict
    =========  =====  ====  ========  ================
    PRESENT    any    any   any       CAME_BACK
    UNCLEAR    any    any   any       NOT_SEEN
    ABSENT     no     any   any       GONE
    ABSENT     yes    no    any       OTHER_REPLICA
    ABSENT     yes    yes   no        CHANGED_IN_IRODS
    ABSENT     yes    yes   yes       REMOVE
    =========  =====  ====  ========  ================
    """
    if at_source is not AtSource.ABSENT:
        return Verdict.CAME_BACK if at_source is AtSource.PRESENT else Verdict.NOT_SEEN
    if not is_there:
        return Verdict.GONE
    if not is_ours:
        return Verdict.OTHER_REPLICA
    return Verdict.REMOVE if is_as_known else Verdict.CHANGED_IN_IRODS
