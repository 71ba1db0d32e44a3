"""What has to happen to one file that is entered into the catalogue where it lies: a pure decision."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base.errors import WrongReplica
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.steps import UNLISTED, Catalogue, Difference, Step, difference
from lading.ingest.engine.values import Entry, Listed, Operation, ReplicaState


def register(entry: Entry, known: Known | None, listed: Catalogue, rules: Rules) -> tuple[Step, str]:
    """
    Answer for REGISTER_SYNC and REGISTER_AS_REPLICA_SYNC, which trust size and modification time.

    The catalogue's word is that of the object's best replica. If that is another one than the file's own, the update
    finds that out and may have nothing to do.

    ========  =====================================  ========================================
    known     catalogue                              answer
    ========  =====================================  ========================================
    any       nothing there                          REGISTER
    no        not asked                              REGISTER
    no        anything                               UPDATE_REGISTERED (looks whose replica it is)
    yes       as registered (`registered_as`)        KEEP if NONE or TOUCHED, else UPDATE_REGISTERED
    yes       not asked                              KEEP if NONE or TOUCHED, else UPDATE_REGISTERED
    yes       anything else                          UPDATE_REGISTERED
    ========  =====================================  ========================================
    """
    if listed is None or (known is None and listed is UNLISTED):
        return Step.REGISTER, ""
    if known is None or difference(entry, known) in {Difference.DATED, Difference.RETIMED, Difference.CONTENT}:
        return Step.UPDATE_REGISTERED, ""
    same = not isinstance(listed, Listed) or registered_as(entry, listed, leniently=rules.keeps_no_time)
    return (Step.KEEP if same else Step.UPDATE_REGISTERED), ""


def own_replica(replicas: Sequence[Listed], physical_path: str, rules: Rules) -> Listed | None:
    """
    Return the replica that stands for a file, None if one may be added beside the others; raise `WrongReplica`.

    The resource is the job's: a root or a leaf, with all that is below it; a job without one means every resource. The
    physical path is the one that is registered, which need not be the one that the file is read by.

    =========================  ======================================  ===============
    operation                  replicas under the resource             is
    =========================  ======================================  ===============
    any                        one has the file's physical path        that one
    register-as-replica-sync   none                                    None: add one
    any                        others, or none                         `WrongReplica`
    =========================  ======================================  ===============
    """
    here = [replica for replica in replicas if replica.is_under(rules.resource)]
    for replica in here:
        if replica.physical_path == physical_path:
            return replica
    if not here and rules.operation is Operation.REGISTER_AS_REPLICA_SYNC:
        return None
    places = ", ".join(f"{replica.physical_path} on {replica.resource}" for replica in here or replicas)
    where = f" on {rules.resource}" if rules.resource else ""
    raise WrongReplica(f"it is registered as {places}, not as {physical_path}{where}")


def registered_as(entry: Entry, listed: Listed, *, leniently: bool) -> bool:
    """
    Say whether a registered replica is as the entry is; leniently: where registrations are made without a time.

    =====  ======  =====================  =============================  ===
    state  size    time, whole seconds    comparison                     is
    =====  ======  =====================  =============================  ===
    good   same    same                   any                            yes
    good   same    later than the file's  lenient, and no checksum kept  yes
    else   any     any                    any                            no
    any    other   any                    any                            no
    any    any     else                   any                            no
    =====  ======  =====================  =============================  ===
    """
    if (listed.size, listed.state) != (entry.size, ReplicaState.GOOD):
        return False
    seconds = entry.mtime_ns // 1_000_000_000
    return listed.modified == seconds or (leniently and not listed.checksum and listed.modified > seconds)
