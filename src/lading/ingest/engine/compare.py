"""What has to happen to one file: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from lading.ingest.engine.links import LINK_SKIPPED
from lading.ingest.engine.rules import Adopt, Rules, Touched
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState


class Step(Enum):
    """What is done with one file."""

    CREATE = "create"  # send; nothing may be there
    REPLACE = "replace"  # send over what is there
    HASH_THEN_REPLACE = "hash-then-replace"  # read; send only if the bytes are not those of the snapshot
    ADOPT_BY_CHECKSUM = "adopt-by-checksum"  # read; compare with the catalogue; send only if the bytes differ
    ADOPT_BY_SIZE = "adopt-by-size"  # take what is there for the same, unverified
    REGISTER = "register"
    UPDATE_REGISTERED = "update-registered"
    KEEP = "keep"
    SKIP = "skip"


class Unlisted(Enum):
    """Says that the catalogue was not asked, because the snapshot speaks."""

    UNLISTED = auto()


UNLISTED: Final = Unlisted.UNLISTED

#: what the catalogue has: an object, nothing, or it was not asked
Catalogue = Listed | Unlisted | None


class Difference(Enum):
    """How an entry differs from what the snapshot knows."""

    NONE = auto()
    TOUCHED = auto()  # only ctime or inode: a tool that restores times may have replaced the content
    RETIMED = auto()  # mtime, not the size
    CONTENT = auto()  # size or tag


@dataclass(frozen=True, slots=True)
class Action:
    """What has to happen to one file, and what it was decided from."""

    step: Step
    entry: Entry
    known: Known | None = None
    #: what the catalogue had, if it was asked
    listed: Listed | None = None
    code: str = ""

    @property
    def renews(self) -> bool:
        """Whether the file is kept but the snapshot has to say something new of it."""
        if self.step is not Step.KEEP or self.known is None:
            return False
        return self.known.gone or difference(self.entry, self.known) is not Difference.NONE


def difference(entry: Entry, known: Known) -> Difference:
    """
    Say how an entry differs from what is known.

    ======  ======  ======  =============  =========
    size    tag     mtime   ctime, inode   is
    ======  ======  ======  =============  =========
    other   any     any     any            CONTENT
    same    other   any     any            CONTENT
    same    same    other   any            RETIMED
    same    same    same    one is other   TOUCHED
    same    same    same    same           NONE
    ======  ======  ======  =============  =========
    """
    if (entry.size, entry.tag) != (known.size, known.tag):
        return Difference.CONTENT
    if entry.mtime_ns != known.mtime_ns:
        return Difference.RETIMED
    if (entry.ctime_ns, entry.inode) != (known.ctime_ns, known.inode):
        return Difference.TOUCHED
    return Difference.NONE


def decide(entry: Entry, known: Known | None, listed: Catalogue, rules: Rules) -> Action:
    """
    Say what has to happen to one entry that is no folder.

    =======  ======================
    kind     is
    =======  ======================
    LINK     SKIP with what its tag says, else LINK_SKIPPED
    OTHER    SKIP NOT_A_FILE
    FILE     the operation's answer
    =======  ======================
    """
    if entry.kind is not Kind.FILE:
        code = entry.tag or LINK_SKIPPED if entry.kind is Kind.LINK else "NOT_A_FILE"
        return Action(Step.SKIP, entry, known, code=code)
    answer = {Operation.PUT: _put, Operation.PUT_SYNC: _put_sync, Operation.REGISTER_SYNC: _register}[rules.operation]
    step, code = answer(entry, known, listed, rules)
    return Action(step, entry, known, listed if isinstance(listed, Listed) else None, code)


def _put_sync(entry: Entry, known: Known | None, listed: Catalogue, rules: Rules) -> tuple[Step, str]:
    """
    Answer for PUT_SYNC.

    ========  ==========================  ==================================================
    known     catalogue                   answer
    ========  ==========================  ==================================================
    any       nothing there               CREATE
    no        not asked                   CREATE (an object that is there is looked at then)
    no        not good, or other size     REPLACE
    no        equal size                  see `_adopt`; never: REPLACE
    yes       not asked                   see `_by_difference`
    yes       as known                    see `_by_difference`
    yes       not good, or not as known   REPLACE
    ========  ==========================  ==================================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.CREATE, ""
    if known is not None:
        sound = not isinstance(listed, Listed) or _as_known(listed, known)
        return _by_difference(entry, known, rules) if sound else (Step.REPLACE, "")
    assert isinstance(listed, Listed)
    if listed.state is not ReplicaState.GOOD or listed.size != entry.size:
        return Step.REPLACE, ""
    return _adopt(listed, rules) or Step.REPLACE, ""


def _put(entry: Entry, known: Known | None, listed: Catalogue, rules: Rules) -> tuple[Step, str]:
    """
    Answer for PUT, which never touches a good object.

    ========  ==================================  ============================================
    known     catalogue                           answer
    ========  ==================================  ============================================
    any       nothing there                       CREATE
    no        not asked                           CREATE
    no        good, equal size                    see `_adopt`; never: SKIP OBJECT_EXISTS
    no        good, other size                    SKIP OBJECT_EXISTS
    no        stale or intermediate, not larger   REPLACE (a put of ours that was interrupted)
    no        other state, or larger              SKIP OBJECT_EXISTS
    yes       not good, or doubtful               REPLACE
    yes       good or not asked                   KEEP if NONE or TOUCHED, else SKIP OBJECT_EXISTS
    ========  ==================================  ============================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.CREATE, ""
    if known is not None:
        if known.is_doubtful or (isinstance(listed, Listed) and listed.state is not ReplicaState.GOOD):
            return Step.REPLACE, ""
        same = difference(entry, known) in {Difference.NONE, Difference.TOUCHED}
        return (Step.KEEP, "") if same else (Step.SKIP, "OBJECT_EXISTS")
    assert isinstance(listed, Listed)
    step = _adopt(listed, rules) if listed.state is ReplicaState.GOOD and listed.size == entry.size else None
    if step is None and _interrupted(entry, listed):
        step = Step.REPLACE
    return (step, "") if step else (Step.SKIP, "OBJECT_EXISTS")


def _register(entry: Entry, known: Known | None, listed: Catalogue, _rules: Rules) -> tuple[Step, str]:
    """
    Answer for REGISTER_SYNC, which trusts size and modification time.

    ========  =====================================  ========================================
    known     catalogue                              answer
    ========  =====================================  ========================================
    any       nothing there                          REGISTER
    no        not asked                              REGISTER
    no        anything                               UPDATE_REGISTERED (checks whose replica it is)
    yes       good with entry's size and seconds     KEEP if NONE or TOUCHED, else UPDATE_REGISTERED
    yes       not asked                              KEEP if NONE or TOUCHED, else UPDATE_REGISTERED
    yes       anything else                          UPDATE_REGISTERED
    ========  =====================================  ========================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.REGISTER, ""
    if known is None or difference(entry, known) in {Difference.RETIMED, Difference.CONTENT}:
        return Step.UPDATE_REGISTERED, ""
    return Step.KEEP if not isinstance(listed, Listed) or registered_as(entry, listed) else Step.UPDATE_REGISTERED, ""


def registered_as(entry: Entry, listed: Listed) -> bool:
    """Say whether a registered replica has the entry's size and time (whole seconds) and is good."""
    now = (entry.size, entry.mtime_ns // 1_000_000_000, ReplicaState.GOOD)
    return (listed.size, listed.modified, listed.state) == now


def _by_difference(entry: Entry, known: Known, rules: Rules) -> tuple[Step, str]:
    """
    Answer for a managed object that is as it should be.

    ==========  ==========  =================  =================
    difference  touched     checksum known     not known
    ==========  ==========  =================  =================
    NONE        any         KEEP               KEEP
    TOUCHED     IGNORE      KEEP               KEEP
    TOUCHED     METADATA    KEEP, TOUCHED      KEEP, TOUCHED
    TOUCHED     REHASH      HASH_THEN_REPLACE  REPLACE
    RETIMED     any         HASH_THEN_REPLACE  REPLACE
    CONTENT     any         REPLACE            REPLACE
    ==========  ==========  =================  =================
    """
    differs = difference(entry, known)
    if differs is Difference.NONE:
        return Step.KEEP, ""
    if differs is Difference.TOUCHED and rules.touched is not Touched.REHASH:
        return Step.KEEP, "TOUCHED" if rules.touched is Touched.METADATA else ""
    hashable = differs is not Difference.CONTENT and known.checksum
    return Step.HASH_THEN_REPLACE if hashable else Step.REPLACE, ""


def _adopt(listed: Listed, rules: Rules) -> Step | None:
    """
    Say how a good foreign object of equal size is adopted.

    ==================  ========  =================
    catalogue checksum  adopt     is
    ==================  ========  =================
    yes                 any       ADOPT_BY_CHECKSUM
    no                  CHECKSUM  ADOPT_BY_CHECKSUM
    no                  SIZE      ADOPT_BY_SIZE
    no                  NEVER     None: not adopted
    ==================  ========  =================
    """
    if listed.checksum or rules.adopt is Adopt.CHECKSUM:
        return Step.ADOPT_BY_CHECKSUM
    return Step.ADOPT_BY_SIZE if rules.adopt is Adopt.SIZE else None


def _as_known(listed: Listed, known: Known) -> bool:
    """Say whether the catalogue still has what the snapshot knows; checksums of two schemes say nothing."""
    if (listed.state, listed.size) != (ReplicaState.GOOD, known.size):
        return False
    comparable = listed.checksum and known.checksum and scheme(listed.checksum) == scheme(known.checksum)
    return not comparable or listed.checksum == known.checksum


def scheme(checksum: str) -> str:
    """Return what a catalogue checksum begins with: `sha2:`, or "" for MD5."""
    return checksum[: checksum.find(":") + 1]


def _interrupted(entry: Entry, listed: Listed) -> bool:
    """Say whether this may be the rest of a put that was broken off: it never grows beyond the file."""
    return listed.state in {ReplicaState.STALE, ReplicaState.INTERMEDIATE} and listed.size <= entry.size
