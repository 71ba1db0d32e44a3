"""What requests name: data objects, collections, resources and users, and how they are found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.paths import normal, split
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.catalog import Database


class EntityKind(Enum):
    """The things that carry AVUs; the value is how an atomic request spells it."""

    DATA_OBJECT = "data_object"
    COLLECTION = "collection"
    RESOURCE = "resource"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing in the catalogue."""

    kind: EntityKind
    id: int

    @property
    def has_access_list(self) -> bool:
        """Whether rights are kept per user; resources and users belong to administrators."""
        return self.kind in (EntityKind.DATA_OBJECT, EntityKind.COLLECTION)


_MISSING = {
    EntityKind.DATA_OBJECT: Code.CAT_UNKNOWN_FILE,
    EntityKind.COLLECTION: Code.CAT_UNKNOWN_COLLECTION,
    EntityKind.RESOURCE: Code.CAT_INVALID_RESOURCE,
    EntityKind.USER: Code.CAT_INVALID_USER,
}


def find_data_object(database: Database, path: str) -> int | None:
    """Return the id of a data object, or None."""
    parent, name = split(normal(path))
    row = database.execute(
        "SELECT d.data_id FROM R_DATA_MAIN d JOIN R_COLL_MAIN c ON c.coll_id = d.coll_id"
        " WHERE c.coll_name = ? AND d.data_name = ? LIMIT 1",
        (parent, name),
    ).fetchone()
    return int(row[0]) if row else None


def find_collection(database: Database, path: str) -> int | None:
    """Return the id of a collection, or None."""
    row = database.execute("SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = ?", (normal(path),)).fetchone()
    return int(row[0]) if row else None


def find_resource(database: Database, name: str) -> int | None:
    """Return the id of a resource, or None."""
    row = database.execute("SELECT resc_id FROM R_RESC_MAIN WHERE resc_name = ?", (name,)).fetchone()
    return int(row[0]) if row else None


def split_user(name: str, zone: str) -> tuple[str, str]:
    """Read `user#zone`; without a zone the user belongs to `zone`."""
    user, _, other = name.partition("#")
    return user, other or zone


def find_user(database: Database, name: str, zone: str) -> int | None:
    """Return the id of a user or group, or None; `name` may carry its zone."""
    row = database.execute(
        "SELECT user_id FROM R_USER_MAIN WHERE user_name = ? AND zone_name = ?", split_user(name, zone)
    ).fetchone()
    return int(row[0]) if row else None


def find_entity(database: Database, kind: EntityKind, name: str, zone: str) -> Entity | None:
    """Return what `name` means, or None."""
    if kind is EntityKind.USER:
        found = find_user(database, name, zone)
    else:
        lookup = {
            EntityKind.DATA_OBJECT: find_data_object,
            EntityKind.COLLECTION: find_collection,
            EntityKind.RESOURCE: find_resource,
        }[kind]
        found = lookup(database, name)
    return None if found is None else Entity(kind=kind, id=found)


def need_entity(database: Database, kind: EntityKind, name: str, zone: str) -> Entity:
    """Return what `name` means; refuse with the code of its kind where it is not there."""
    entity = find_entity(database, kind, name, zone)
    if entity is None:
        raise IrodsError(_MISSING[kind])
    return entity


def need_user(database: Database, name: str, zone: str) -> int:
    """Return the id of a user or group; refuse with CAT_INVALID_USER."""
    return need_entity(database, EntityKind.USER, name, zone).id
