"""What can be told of a lock that somebody else has on an object."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from lading.base.errors import LadingError
from lading.base.paths import name_of, parent
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import Listed, ReplicaState

_WORDS = {
    ReplicaState.INTERMEDIATE: "is open for writing, or was left so",
    ReplicaState.READ_LOCKED: "is locked for writing while somebody reads",
    ReplicaState.WRITE_LOCKED: "is locked while another replica is written",
}


def reason(session: Session, path: str, error: LadingError) -> str:
    """Return the error's text with what the catalogue says of the lock: which replicas, since when. It names nobody."""
    with suppress(LadingError):
        found = [replica.listed for replica in session.replicas(parent(path), [name_of(path)])]
        told = [_told(listed) for listed in found if listed.state in _WORDS]
        if told:
            return f"{error}: {'; '.join(told)}"
    return str(error)


def _told(listed: Listed) -> str:
    since = datetime.fromtimestamp(listed.modified, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    where = f"replica {listed.replica_number} on {listed.resource}"
    return f"{where} {_WORDS[listed.state]}, last changed {since}"
