"""
What a comparison of source, catalogue and content finds: pure decisions.

Every path gets one mark: `=` the same, `+` only at the source, `-` only in iRODS, `*` differs, `!` could not be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from hashlib import blake2b

from lading.base.paths import to_bytes
from lading.ingest.engine.compare import Action, Step, decide
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState


class Mark(Enum):
    """How a path is listed."""

    SAME = "="
    ONLY_AT_SOURCE = "+"
    ONLY_IN_ZONE = "-"
    DIFFERS = "*"
    ERROR = "!"


class Code(Enum):
    """What is found of a path; codes are promised."""

    SAME = ""
    ONLY_AT_SOURCE = "ONLY_AT_SOURCE"
    ONLY_IN_ZONE = "ONLY_IN_ZONE"
    TYPE_DIFFERS = "TYPE_DIFFERS"
    SIZE_DIFFERS = "SIZE_DIFFERS"
    TIME_DIFFERS = "TIME_DIFFERS"  # of a registered file
    CONTENT_DIFFERS = "CONTENT_DIFFERS"  # the file is not what the catalogue's checksum says
    STORED_SIZE_DIFFERS = "STORED_SIZE_DIFFERS"  # what is stored is not what the catalogue says
    STORED_DIFFERS = "STORED_DIFFERS"
    REPLICA_STALE = "REPLICA_STALE"
    REPLICA_INTERMEDIATE = "REPLICA_INTERMEDIATE"
    REPLICA_LOCKED = "REPLICA_LOCKED"
    OTHER_REPLICA_NOT_GOOD = "OTHER_REPLICA_NOT_GOOD"
    NO_CHECKSUM = "NO_CHECKSUM"  # the catalogue has none to compare with
    NOT_VERIFIED = "NOT_VERIFIED"  # the zone could not read what is stored


_MARKS = {
    Code.SAME: Mark.SAME,
    Code.ONLY_AT_SOURCE: Mark.ONLY_AT_SOURCE,
    Code.ONLY_IN_ZONE: Mark.ONLY_IN_ZONE,
    Code.NO_CHECKSUM: Mark.ERROR,
    Code.NOT_VERIFIED: Mark.ERROR,
}
_CODES = {code.value: code for code in Code}
_STATES = {
    ReplicaState.STALE: Code.REPLICA_STALE,
    ReplicaState.INTERMEDIATE: Code.REPLICA_INTERMEDIATE,
    ReplicaState.READ_LOCKED: Code.REPLICA_LOCKED,
    ReplicaState.WRITE_LOCKED: Code.REPLICA_LOCKED,
}
#: mended by whatever a run would do that knows nothing of the object
_AS_NEW = frozenset(
    {
        Code.SIZE_DIFFERS,
        Code.TIME_DIFFERS,
        Code.REPLICA_STALE,
        Code.REPLICA_INTERMEDIATE,
        Code.REPLICA_LOCKED,
    }
)
#: the object is not what its own catalogue entry says
_DAMAGED = frozenset({Code.STORED_DIFFERS, Code.STORED_SIZE_DIFFERS})


class Content(Enum):
    """Which content is read."""

    NONE = "none"
    LOCAL = "local"  # the file, against the catalogue's checksum
    SERVER = "server"  # what is stored, by the zone, against the catalogue's checksum
    BOTH = "both"

    @property
    def reads_files(self) -> bool:
        """Whether files are read."""
        return self in {Content.LOCAL, Content.BOTH}

    @property
    def reads_replicas(self) -> bool:
        """Whether the zone reads what it has stored."""
        return self in {Content.SERVER, Content.BOTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A share of all paths, another one each turn: `share` of `of`, so that all were taken after of / share turns."""

    share: int = 1
    of: int = 1
    turn: int = 0

    def takes(self, path: str) -> bool:
        """Say whether it is this path's turn."""
        if self.share >= self.of:
            return True
        place = int.from_bytes(blake2b(to_bytes(path), digest_size=8).digest()) % self.of
        return (place - self.turn * self.share) % self.of < self.share


@dataclass(frozen=True, slots=True)
class Judged:
    """One path and what was found of it; without an entry it is not at the source, without a listing not in iRODS."""

    name: str
    code: Code
    entry: Entry | None = None
    listed: Listed | None = None


def mark_of(code: str) -> Mark:
    """Return the mark for a code; what is not ours is the code of an error."""
    known = _CODES.get(code)
    return Mark.ERROR if known is None else _MARKS.get(known, Mark.DIFFERS)


def judge(entry: Entry | None, listed: Listed | None, operation: Operation) -> Code:
    """
    Say what listing and catalogue alone show of one path.

    ========  ===========================  ===========================
    source    catalogue                    answer
    ========  ===========================  ===========================
    a file    nothing                      ONLY_AT_SOURCE
    nothing   an object                    ONLY_IN_ZONE
    a file    best replica stale           REPLICA_STALE
    a file    intermediate                 REPLICA_INTERMEDIATE
    a file    locked                       REPLICA_LOCKED
    a file    good, other size             SIZE_DIFFERS
    a file    registered, other seconds    TIME_DIFFERS
    a file    good, another replica not    OTHER_REPLICA_NOT_GOOD
    a file    good, without checksum       NO_CHECKSUM
    a file    good, equal size             SAME
    ========  ===========================  ===========================

    The first line that fits counts. Neither side having anything is no question.
    """
    if listed is None or entry is None:
        return Code.ONLY_AT_SOURCE if listed is None else Code.ONLY_IN_ZONE
    if listed.state is not ReplicaState.GOOD:
        return _STATES[listed.state]
    if listed.size != entry.size:
        return Code.SIZE_DIFFERS
    if operation is Operation.REGISTER_SYNC and listed.modified != entry.mtime_ns // 1_000_000_000:
        return Code.TIME_DIFFERS
    if listed.unsound:
        return Code.OTHER_REPLICA_NOT_GOOD
    return Code.SAME if listed.checksum else Code.NO_CHECKSUM


def mending(found: Judged, known: Known | None, rules: Rules) -> Action | None:
    """
    Say what mends a path; nothing is ever deleted.

    =============================================  =========================================================
    found                                          mended by
    =============================================  =========================================================
    ONLY_AT_SOURCE                                 what is done with a new file
    SIZE_DIFFERS, TIME_DIFFERS, REPLICA_*          what is done with a foreign object (`put` leaves good ones)
    CONTENT_DIFFERS                                REPLACE; not under `put`
    STORED_DIFFERS, STORED_SIZE_DIFFERS            REPLACE
    NO_CHECKSUM                                    ADOPT_BY_CHECKSUM: the zone makes one, the file is compared
    the last three, where files are registered     nothing: there is nothing that could be sent
    ONLY_IN_ZONE, OTHER_REPLICA_NOT_GOOD, errors   nothing
    =============================================  =========================================================
    """
    entry = found.entry
    if entry is None or entry.kind is not Kind.FILE:
        return None
    step = _mends(found, entry, rules)
    if step in {None, Step.SKIP, Step.KEEP, Step.NO_OP}:
        return None
    assert step is not None
    return Action(step, entry, known, found.listed)


def _mends(found: Judged, entry: Entry, rules: Rules) -> Step | None:
    """Return the step of `mending`, also one that does nothing."""
    as_new = decide(entry, None, None, rules).step
    if found.code is Code.ONLY_AT_SOURCE:
        return as_new
    if found.code in _AS_NEW:
        return decide(entry, None, found.listed, replace(rules, adopt=Adopt.CHECKSUM)).step
    if as_new is not Step.CREATE:
        return None
    if found.code in _DAMAGED or (found.code is Code.CONTENT_DIFFERS and not rules.operation.spares):
        return Step.REPLACE
    return Step.ADOPT_BY_CHECKSUM if found.code is Code.NO_CHECKSUM else None
