"""The storage resources of a zone as a tree, and which of them an operation may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from lading.base.errors import DestinationRefused
from lading.ingest.engine.values import Operation


class Position(Enum):
    """Where a resource stands in its tree; one that stands alone is a root."""

    ROOT = "root"
    MIDDLE = "middle"
    LEAF = "leaf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the catalogue."""

    id: int
    name: str
    #: id of the resource above; None for a root
    parent: int | None = None


#: operation -> where a resource may stand for it; what is not named here names no resource at all
ALLOWED: Mapping[Operation, frozenset[Position]] = {
    operation: frozenset({Position.ROOT} if operation.puts else {Position.ROOT, Position.LEAF})
    for operation in Operation
    if operation.writes
}


class ResourceTree:
    """All resources of a zone at one moment."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_id = {resource.id: resource for resource in resources}
        self._by_name = {resource.name: resource for resource in self._by_id.values()}
        self._parents = {resource.parent for resource in self._by_id.values()}

    def named(self, name: str) -> Resource | None:
        """Return the resource of that name."""
        return self._by_name.get(name)

    def position(self, resource: Resource) -> Position:
        """
        Say where a resource stands.

        ======  ========  ========
        parent  children  is
        ======  ========  ========
        no      any       ROOT
        yes     yes       MIDDLE
        yes     no        LEAF
        ======  ========  ========
        """
        if resource.parent is None:
            return Position.ROOT
        return Position.MIDDLE if resource.id in self._parents else Position.LEAF

    def holds_files(self, resource: Resource) -> bool:
        """Say whether files can lie on it: it has no children that would hold them."""
        return resource.id not in self._parents

    def root_of(self, resource: Resource) -> Resource:
        """Return the root above a resource, itself if it is one."""
        seen: set[int] = set()
        while resource.parent in self._by_id and resource.id not in seen:
            seen.add(resource.id)
            resource = self._by_id[resource.parent]
        return resource

    def refuse(self, name: str, operation: Operation) -> None:
        """
        Raise `DestinationRefused` if the operation may not name that resource.

        =========================  ====  ====  ======
        operation                  root  leaf  middle
        =========================  ====  ====  ======
        put, put-sync, put-append  yes   no    no
        register-sync              yes   yes   no
        register-as-replica-sync   yes   yes   no
        no-op                      any   any   any
        =========================  ====  ====  ======
        """
        resource = self.named(name)
        if resource is None:
            raise DestinationRefused(f"There is no resource {name} in this zone")
        position, allowed = self.position(resource), ALLOWED.get(operation, frozenset(Position))
        if position not in allowed:
            root = self.root_of(resource).name
            takes = "a root or a leaf" if Position.LEAF in allowed else "a root"
            raise DestinationRefused(
                f"{name} is a {position.value} of a hierarchy; {operation.value} takes {takes}",
                hint=f"The root of {name} is {root}",
            )
