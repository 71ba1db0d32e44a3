"""When a file may leave a landing zone: a pure decision."""

from __future__ import annotations

from enum import Enum

from lading.ingest.engine.compare import Difference, difference, scheme
from lading.ingest.engine.snapshot import Known, Proof
from lading.ingest.engine.values import Entry, Kind, Listed, ReplicaState


class After(Enum):
    """What becomes of a source file once its object is verified."""

    KEEP = "keep"
    MOVE = "move"  # into another folder of the same filesystem
    DELETE = "delete"


class EmptyFolders(Enum):
    """What becomes of folders that are empty once their files went."""

    KEEP = "keep"
    REMOVE = "remove"


class Verdict(Enum):
    """What is done with one source file."""

    TAKE = "take"  # it goes, if it is still the same at that moment
    READ = "read"  # it goes if its bytes are those of the object
    GONE = "gone"
    CHANGED = "changed"  # it stays: another run brings it
    NOT_VERIFIED = "not verified"  # it stays: the catalogue does not have it as it was sent


def verdict(known: Known, listed: Listed | None, now: Entry | None, *, sent: bool) -> Verdict:
    """
    Say whether a file may go that was `known` when the destination agreed with it.

    `listed` is what the catalogue has at this moment, `now` the file; `sent` says that this run read and sent it.

    =======================================  ====================  ====  ============
    catalogue                                file now              sent  answer
    =======================================  ====================  ====  ============
    nothing, not good, without checksum      any                   any   NOT_VERIFIED
    other size or checksum than known        any                   any   NOT_VERIFIED
    as known                                 nothing               any   GONE
    as known                                 no file, other size   any   CHANGED
    as known, checksum verified              exactly as known      yes   TAKE
    as known                                 else                  any   READ
    =======================================  ====================  ====  ============
    """
    if listed is None or not _vouches(listed, known):
        return Verdict.NOT_VERIFIED
    if now is None:
        return Verdict.GONE
    if now.kind is not Kind.FILE or now.size != listed.size:
        return Verdict.CHANGED
    proven = known.proof is Proof.VERIFIED and known.checksum == listed.checksum
    same = difference(now, known) is Difference.NONE
    return Verdict.TAKE if sent and proven and same else Verdict.READ


def _vouches(listed: Listed, known: Known) -> bool:
    """Say whether the catalogue has a good object of the known size and checksum."""
    if listed.state is not ReplicaState.GOOD or not listed.checksum or listed.size != known.size:
        return False
    comparable = known.checksum and scheme(known.checksum) == scheme(listed.checksum)
    return not comparable or known.checksum == listed.checksum
