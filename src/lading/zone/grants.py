"""Changes of access lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.acl import Level
from lading.zone.catalog.seed import grant
from lading.zone.codes import Code
from lading.zone.entities import Entity, EntityKind, find_collection, find_data_object
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.catalog import Database


def need_path(database: Database, path: str) -> Entity:
    """Return the data object or collection at `path`; refuse with CAT_UNKNOWN_COLLECTION."""
    coll_id = find_collection(database, path)
    if coll_id is not None:
        return Entity(kind=EntityKind.COLLECTION, id=coll_id)
    data_id = find_data_object(database, path)
    if data_id is not None:
        return Entity(kind=EntityKind.DATA_OBJECT, id=data_id)
    raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)


def set_access(database: Database, object_id: int, user_id: int, level: Level) -> None:
    """Give `user_id` exactly `level`; NULL takes the access away."""
    if level is Level.NULL:
        database.execute("DELETE FROM R_OBJT_ACCESS WHERE object_id = ? AND user_id = ?", (object_id, user_id))
    else:
        grant(database, object_id, user_id, level)


def below(path: str) -> tuple[str, str, int]:
    """Return the parameters that select a collection and everything below it; see `IN_TREE`."""
    prefix = path.rstrip("/") + "/"
    return path, prefix, len(prefix)


#: condition on `coll_name` that takes the parameters of `below`; LIKE would need escaping
IN_TREE = "(coll_name = ?1 OR substr(coll_name, 1, ?3) = ?2)"


def objects_in_tree(database: Database, path: str) -> list[int]:
    """Return the ids of a collection, its collections and their data objects."""
    rows = database.execute(
        f"SELECT coll_id FROM R_COLL_MAIN WHERE {IN_TREE} UNION SELECT data_id FROM R_DATA_MAIN WHERE coll_id IN"
        f" (SELECT coll_id FROM R_COLL_MAIN WHERE {IN_TREE})",
        below(path),
    )
    return [int(row[0]) for row in rows]


def set_inheritance(database: Database, path: str, *, flag: str, whole_tree: bool) -> None:
    """Say whether new children of a collection copy its access list ('1') or not ('0')."""
    if whole_tree:
        database.execute(f"UPDATE R_COLL_MAIN SET coll_inheritance = ?4 WHERE {IN_TREE}", (*below(path), flag))
    else:
        database.execute("UPDATE R_COLL_MAIN SET coll_inheritance = ? WHERE coll_name = ?", (flag, path))
