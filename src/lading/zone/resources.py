"""The tree of storage resources, and which leaf takes a new replica."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.catalog import Catalog

_ROWS = "SELECT resc_id, resc_name, resc_type_name, resc_def_path, resc_status, resc_context, resc_parent FROM R_RESC_MAIN ORDER BY resc_id"
#: resources that hold files themselves
STORAGE = frozenset({"unixfilesystem", "unix file system"})
SEPARATOR = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One row of the resource table."""

    id: int
    name: str
    type: str
    vault: str
    status: str
    context: str
    parent: int | None

    @property
    def is_storage(self) -> bool:
        """Whether files lie in it, so that it can be a leaf."""
        return self.type in STORAGE

    @property
    def is_down(self) -> bool:
        """Whether an administrator took it out of service."""
        return self.status == "down"


@dataclass(frozen=True, slots=True)
class Tree:
    """All resources of a zone at one moment."""

    by_id: dict[int, Resource]
    by_name: dict[str, Resource] = field(init=False)
    hierarchies: dict[str, int] = field(init=False)  #: hierarchy text of each leaf, to its id
    leaf_names: dict[int, str] = field(init=False)  #: leaf id to its hierarchy text

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {resource.name: resource for resource in self.by_id.values()})
        names = {identity: self._hierarchy(identity) for identity in self.by_id}
        object.__setattr__(self, "leaf_names", names)
        object.__setattr__(self, "hierarchies", {text: identity for identity, text in names.items()})

    def _hierarchy(self, resc_id: int) -> str:
        names: list[str] = []
        step: int | None = resc_id
        while step is not None and step in self.by_id and len(names) <= len(self.by_id):
            resource = self.by_id[step]
            names.append(resource.name)
            step = resource.parent
        return SEPARATOR.join(reversed(names))

    def named(self, name: str) -> Resource:
        """Return a resource by name."""
        resource = self.by_name.get(name)
        if resource is None:
            raise IrodsError(Code.SYS_RESC_DOES_NOT_EXIST, f"resource [{name}] does not exist")
        return resource

    def root(self, name: str) -> Resource:
        """Return a resource that requests may name: one without a parent."""
        resource = self.named(name)
        if resource.parent is not None:
            raise IrodsError(Code.DIRECT_CHILD_ACCESS)
        return resource

    def children(self, resource: Resource) -> list[Resource]:
        """Return the direct children, oldest first."""
        return [child for child in self.by_id.values() if child.parent == resource.id]

    def leaves(self, resource: Resource) -> list[Resource]:
        """Return the storage resources at or below a resource."""
        if resource.is_storage:
            return [resource]
        return [leaf for child in self.children(resource) for leaf in self.leaves(child)]

    def root_of(self, resc_id: int) -> str:
        """Return the name of the root above a leaf."""
        return self.leaf_names.get(resc_id, "").partition(SEPARATOR)[0]

    def leaf_for_create(self, resource: Resource) -> Resource:
        """Return the leaf that takes a new replica: passthru hands down, random draws, replication takes the first."""
        if resource.is_down:
            raise IrodsError(Code.SYS_RESC_IS_DOWN, f"resource [{resource.name}] is down")
        if resource.is_storage:
            return resource
        children = [child for child in self.children(resource) if not child.is_down]
        if not children:
            raise IrodsError(Code.NO_NEXT_RESC_FOUND, f"resource [{resource.name}] has no child")
        if resource.type == "random":
            return self.leaf_for_create(random.choice(children))  # noqa: S311 - placement, not secrecy
        return self.leaf_for_create(children[0])

    def leaf_of_hierarchy(self, text: str) -> Resource:
        """Return the leaf that a hierarchy text names; the text must be a whole hierarchy."""
        leaf = self.hierarchies.get(text)
        if leaf is None:
            raise IrodsError(Code.SYS_RESC_DOES_NOT_EXIST, f"hierarchy [{text}] does not exist")
        return self.by_id[leaf]

    def replication_siblings(self, leaf_id: int) -> list[Resource]:
        """Return the leaves that have to receive a copy of what was written to a leaf."""
        found: list[Resource] = []
        inside, above = self.by_id[leaf_id], self._above(self.by_id[leaf_id])
        while above is not None:
            if above.type == "replication":
                others = (child for child in self.children(above) if child.id != inside.id and not child.is_down)
                found += [self.leaf_for_create(child) for child in others]
            inside, above = above, self._above(above)
        return found

    def _above(self, resource: Resource) -> Resource | None:
        return None if resource.parent is None else self.by_id.get(resource.parent)


class Resources:
    """The tree as the catalogue has it now; read again only after the table changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._seen = -1
        self._tree = Tree({})

    def tree(self, database: sqlite3.Connection | None = None) -> Tree:
        """Return the tree; inside a transaction that changes resources, pass its database."""
        if database is not None:
            return _load(database)
        generation = self._catalog.resource_generation
        if generation != self._seen:
            with self._lock:
                self._tree = _load(self._catalog.read())
                self._seen = generation
        return self._tree


def _load(database: sqlite3.Connection) -> Tree:
    resources = (
        Resource(
            id=row[0],
            name=row[1],
            type=row[2],
            vault=row[3],
            status=row[4] or "",
            context=row[5] or "",
            parent=int(row[6]) if row[6] else None,
        )
        for row in database.execute(_ROWS)
    )
    return Tree({resource.id: resource for resource in resources})
