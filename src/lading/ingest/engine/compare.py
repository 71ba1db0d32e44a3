"""What has to happen to one file: a pure decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lading.ingest.engine.links import LINK_SKIPPED
from lading.ingest.engine.registered import register
from lading.ingest.engine.rules import Adopt, Rules, Touched
from lading.ingest.engine.snapshot import Known, Proof
from lading.ingest.engine.steps import NO_OP, UNLISTED, Catalogue, Difference, Step, difference
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState

__all__ = [
    "UNLISTED",
    "Action",
    "Catalogue",
    "Difference",
    "Step",
    "appendable",
    "contradicts",
    "decide",
    "difference",
    "is_touched",
    "scheme",
]


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

    What the operation keeps is decorated (DECORATE) where other templates made its metadata, and an object that was dated
    again: what its store says of it may be other.
    """
    if entry.kind is not Kind.FILE:
        code = entry.tag or LINK_SKIPPED if entry.kind is Kind.LINK else "NOT_A_FILE"
        return Action(Step.SKIP, entry, known, code=code)
    step, code = _ANSWERS[rules.operation](entry, known, listed, rules)
    if step is Step.KEEP and known is not None and rules.templates.decorates and _needs_decoration(entry, known):
        step = Step.DECORATE
    return Action(step, entry, known, listed if isinstance(listed, Listed) else None, code)


def _needs_decoration(entry: Entry, known: Known) -> bool:
    return known.is_plain or difference(entry, known) is Difference.DATED


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
    yes       as known, unverified        ADOPT_BY_CHECKSUM, unless the content differs
    yes       as known                    see `_by_difference`
    yes       not good, or not as known   REPLACE
    ========  ==========================  ==================================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.CREATE, ""
    if known is not None:
        if contradicts(listed, known):
            return Step.REPLACE, ""
        if _is_unproven(entry, known, listed):
            return Step.ADOPT_BY_CHECKSUM, ""
        return _by_difference(entry, known, rules)
    assert isinstance(listed, Listed)
    if listed.state is not ReplicaState.GOOD or listed.size != entry.size:
        return Step.REPLACE, ""
    return _adopt(listed, rules) or Step.REPLACE, ""


def _put_append(entry: Entry, known: Known | None, listed: Catalogue, rules: Rules) -> tuple[Step, str]:
    """
    Answer for PUT_APPEND: that of PUT_SYNC, but for files that grew.

    ==============  =========================================================  =======
    PUT_SYNC says   what is there                                              answer
    ==============  =========================================================  =======
    REPLACE         good and shorter, in the catalogue: see `appendable`       APPEND
    REPLACE         not asked; the snapshot knows it shorter, of the same tag  APPEND
    REPLACE         anything else                                              REPLACE
    else            anything                                                   as it is
    ==============  =========================================================  =======
    """
    step, code = _put_sync(entry, known, listed, rules)
    if step is not Step.REPLACE:
        return step, code
    if isinstance(listed, Listed):
        return (Step.APPEND if appendable(entry, listed, rules) else step), code
    grew = known is not None and not known.is_doubtful and known.tag == entry.tag and 0 < known.size < entry.size
    return (Step.APPEND if grew else step), code


def appendable(entry: Entry, listed: Listed, rules: Rules) -> bool:
    """
    Say whether an object may be the beginning of the file, so that it is worth comparing.

    =====  ==================  ====================  ========  ======
    state  size                resource              checksum  is
    =====  ==================  ====================  ========  ======
    good   above 0, below      the job's, or it has  yes       yes
           the file's          none
    good   as above            as above              no        only if checksums prove (adopt)
    else   any                 any                   any       no
    any    else                any                   any       no
    any    any                 another root's        any       no
    =====  ==================  ====================  ========  ======
    """
    if listed.state is not ReplicaState.GOOD or not 0 < listed.size < entry.size:
        return False
    if not listed.is_under(rules.resource):
        return False
    return bool(listed.checksum) or rules.adopt is Adopt.CHECKSUM


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
    yes       as known, unverified                ADOPT_BY_CHECKSUM, unless the content differs
    yes       good or not asked                   KEEP if NONE, DATED or TOUCHED, else SKIP OBJECT_EXISTS
    ========  ==================================  ============================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.CREATE, ""
    if known is not None:
        if known.is_doubtful or (isinstance(listed, Listed) and listed.state is not ReplicaState.GOOD):
            return Step.REPLACE, ""
        if _is_unproven(entry, known, listed):
            return Step.ADOPT_BY_CHECKSUM, ""
        same = difference(entry, known) in {Difference.NONE, Difference.DATED, Difference.TOUCHED}
        return (Step.KEEP, "") if same else (Step.SKIP, "OBJECT_EXISTS")
    assert isinstance(listed, Listed)
    step = _adopt(listed, rules) if listed.state is ReplicaState.GOOD and listed.size == entry.size else None
    if step is None and _interrupted(entry, listed):
        step = Step.REPLACE
    return (step, "") if step else (Step.SKIP, "OBJECT_EXISTS")


def _no_op(entry: Entry, known: Known | None, _listed: Catalogue, rules: Rules) -> tuple[Step, str]:
    """
    Answer for NO_OP, which changes nothing wherever it looks.

    =======  ==========  ========  ============
    known    difference  touched   answer
    =======  ==========  ========  ============
    no       -           any       NO_OP
    yes      NONE        any       KEEP
    yes      DATED       any       KEEP
    yes      TOUCHED     IGNORE    KEEP
    yes      else        any       NO_OP
    =======  ==========  ========  ============
    """
    if known is None:
        return Step.NO_OP, NO_OP
    differs = difference(entry, known)
    ignored = differs is Difference.TOUCHED and rules.touched is Touched.IGNORE
    return (Step.KEEP, "") if ignored or differs in {Difference.NONE, Difference.DATED} else (Step.NO_OP, NO_OP)


def _by_difference(entry: Entry, known: Known, rules: Rules) -> tuple[Step, str]:
    """
    Answer for a managed object that is as it should be.

    ==========  ==========  =================  =================
    difference  touched     checksum known     not known
    ==========  ==========  =================  =================
    NONE        any         KEEP               KEEP
    DATED       any         KEEP               KEEP
    TOUCHED     IGNORE      KEEP               KEEP
    TOUCHED     METADATA    KEEP, TOUCHED      KEEP, TOUCHED
    TOUCHED     REHASH      HASH_THEN_REPLACE  REPLACE
    RETIMED     any         HASH_THEN_REPLACE  REPLACE
    CONTENT     any         REPLACE            REPLACE
    ==========  ==========  =================  =================
    """
    differs = difference(entry, known)
    if differs in {Difference.NONE, Difference.DATED}:
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


def is_touched(action: Action) -> bool:
    """Say whether a file is read again for no other reason than that ctime or inode differ."""
    if action.known is None or action.step not in {Step.HASH_THEN_REPLACE, Step.REPLACE, Step.ADOPT_BY_CHECKSUM}:
        return False
    if action.listed is not None and contradicts(action.listed, action.known):
        return False
    return difference(action.entry, action.known) is Difference.TOUCHED


def contradicts(listed: Catalogue, known: Known) -> bool:
    """Say whether the catalogue was asked and has not what the snapshot knows."""
    return listed is None or (isinstance(listed, Listed) and not _as_known(listed, known))


def _is_unproven(entry: Entry, known: Known, listed: Catalogue) -> bool:
    """Say whether it is time to prove by checksum what was taken for the same: its object was just listed as known."""
    if known.proof is Proof.VERIFIED or not isinstance(listed, Listed) or contradicts(listed, known):
        return False
    return difference(entry, known) is not Difference.CONTENT


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


_ANSWERS: Mapping[Operation, Callable[[Entry, Known | None, Catalogue, Rules], tuple[Step, str]]] = {
    Operation.PUT: _put,
    Operation.PUT_SYNC: _put_sync,
    Operation.PUT_APPEND: _put_append,
    Operation.REGISTER_SYNC: register,
    Operation.REGISTER_AS_REPLICA_SYNC: register,
    Operation.NO_OP: _no_op,
}
