"""
Objects that are files of the source, registered where they lie.

Whoever puts something over such an object writes to the source, and a server that empties it first destroys the file before
it was read.
"""

from __future__ import annotations

from collections.abc import Iterable

from lading.base.errors import SourceItself
from lading.base.paths import name_of, parent
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.engine.replicas import listed_by_name
from lading.ingest.engine.steps import Step
from lading.ingest.engine.values import Listed

Replicas = tuple[Listed, ...]


def refuse(path: str, physical_path: str, replicas: Iterable[Listed]) -> None:
    """Raise `SourceItself` if one of an object's replicas is the file that would be put over it, or be taken for a copy."""
    for replica in replicas:
        if replica.physical_path == physical_path:
            raise SourceItself(
                f"{path}: its replica {replica.replica_number} on {replica.resource} is the file itself, registered"
            )


def refuse_over(session: Session, path: str, physical_path: str, replicas: Replicas | None) -> None:
    """Do so for an object that is about to be written over; its replicas are asked for unless they are known."""
    if replicas is None:
        replicas = listed_by_name(session, parent(path), [name_of(path)]).get(name_of(path), ())
    refuse(path, physical_path, replicas)


def positions_over(groups: Iterable[Group]) -> list[int]:
    """Return which groups have files that are surely put over what is there."""
    return [position for position, group in enumerate(groups) if any(one.step is Step.REPLACE for one in group.actions)]
