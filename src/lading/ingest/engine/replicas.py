"""All replicas of objects, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import Listed, Replica, ReplicaState


def by_name(session: Session, collection: str, names: Iterable[str] | None) -> dict[str, list[Replica]]:
    """Return the replicas of the named objects, or of all objects of a collection, in order of their numbers."""
    found: dict[str, list[Replica]] = defaultdict(list)
    for replica in session.replicas(collection, names):
        found[replica.listed.name].append(replica)
    for replicas in found.values():
        replicas.sort(key=lambda one: one.listed.replica_number)
    return found


def listed_by_name(session: Session, collection: str, names: Iterable[str]) -> dict[str, tuple[Listed, ...]]:
    """Return what the catalogue says of each replica of the named objects."""
    found = by_name(session, collection, names)
    return {name: tuple(replica.listed for replica in replicas) for name, replicas in found.items()}


def best_of(found: Mapping[str, Sequence[Listed]]) -> dict[str, Listed]:
    """Return the best replica of each object: a good one, of these the one that has the lowest number, as `find_objects` does."""
    return {
        name: min(replicas, key=lambda one: (one.state is not ReplicaState.GOOD, one.replica_number))
        for name, replicas in found.items()
    }
