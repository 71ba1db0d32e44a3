"""Administration of resources (part of 701): rows of the resource table and the tree they form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone import avus
from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.entities import find_resource
from lading.zone.registry import Call, IrodsError, Reply

if TYPE_CHECKING:
    from lading.zone.catalog import Database

_LOCALHOST = (
    "Warning, resource host address 'localhost' will not work properly as it maps to the local host from each client."
)

#: field of a request -> column; the first three say where files lie
_COLUMNS = {
    "host": "resc_net",
    "path": "resc_def_path",
    "type": "resc_type_name",
    "name": "resc_name",
    "class": "resc_class_name",
    "status": "resc_status",
    "comment": "r_comment",
    "info": "resc_info",
    "context": "resc_context",
    "free_space": "free_space",
    "freespace": "free_space",
}


def _need(database: Database, name: str, code: Code = Code.CAT_INVALID_RESOURCE) -> int:
    resc_id = find_resource(database, name)
    if resc_id is None:
        raise IrodsError(code)
    return resc_id


def add(call: Call, database: Database) -> Reply:
    """Add a resource that stands alone; its host and vault come as `host:path`."""
    name, kind, place, context = (call.pi.text(f"arg{number}") for number in range(2, 6))
    host, _, path = place.partition(":")
    warnings = ((0, _LOCALHOST),) if host == "localhost" else ()
    if not name or ";" in name:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if find_resource(database, name) is not None:
        return Reply(status=Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME, errors=warnings)
    now = now_text()
    database.execute(
        "INSERT INTO R_RESC_MAIN (resc_id, resc_name, zone_name, resc_type_name, resc_net, resc_def_path,"
        " resc_context, create_ts, modify_ts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (call.catalog.new_id(), name, call.zone.name, kind, host, path, context, now, now),
    )
    return Reply(errors=warnings)


def modify(call: Call, database: Database) -> Reply:
    """Change one field of a resource; what it already holds stays where it is."""
    name, field, value = (call.pi.text(f"arg{number}") for number in range(2, 5))
    resc_id = _need(database, name)
    if field == "rebalance":
        raise IrodsError(Code.SYS_NOT_SUPPORTED)
    column = _COLUMNS.get(field)
    if column is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if field == "name" and find_resource(database, value) is not None:
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    now = now_text()
    database.execute(f"UPDATE R_RESC_MAIN SET {column} = ?, modify_ts = ? WHERE resc_id = ?", (value, now, resc_id))
    if column == "free_space":
        database.execute("UPDATE R_RESC_MAIN SET free_space_ts = ? WHERE resc_id = ?", (now, resc_id))
    return Reply()


def remove(call: Call, database: Database) -> Reply:
    """Remove a resource that holds no replica and stands alone."""
    resc_id = _need(database, call.pi.text("arg2"))
    if database.execute("SELECT 1 FROM R_DATA_MAIN WHERE resc_id = ? LIMIT 1", (resc_id,)).fetchone():
        raise IrodsError(Code.CAT_RESOURCE_NOT_EMPTY)
    in_tree = database.execute(
        "SELECT 1 FROM R_RESC_MAIN WHERE resc_parent = ? OR (resc_id = ? AND resc_parent <> '') LIMIT 1",
        (str(resc_id), resc_id),
    ).fetchone()
    if in_tree:
        raise IrodsError(Code.CAT_RESOURCE_NOT_EMPTY)
    if call.pi.text("arg3") == "--dryrun":
        return Reply()
    avus.forget_object(database, resc_id)
    database.execute("DELETE FROM R_QUOTA_MAIN WHERE resc_id = ?", (resc_id,))
    database.execute("DELETE FROM R_RESC_MAIN WHERE resc_id = ?", (resc_id,))
    return Reply()


def _ancestors(database: Database, resc_id: int) -> set[int]:
    rows = database.execute(
        "WITH RECURSIVE up(id) AS (SELECT ? UNION SELECT CAST(r.resc_parent AS INTEGER) FROM R_RESC_MAIN r"
        " JOIN up ON r.resc_id = up.id WHERE r.resc_parent <> '') SELECT id FROM up",
        (resc_id,),
    )
    return {int(row[0]) for row in rows}


def add_child(call: Call, database: Database) -> Reply:
    """Put one resource below another; a child has one parent and the tree no circle."""
    parent_name, child_name, context = (call.pi.text(f"arg{number}") for number in range(2, 5))
    parent = _need(database, parent_name, Code.CHILD_NOT_FOUND)
    child = _need(database, child_name, Code.CHILD_NOT_FOUND)
    row = database.execute("SELECT resc_parent FROM R_RESC_MAIN WHERE resc_id = ?", (child,)).fetchone()
    if row[0]:
        raise IrodsError(Code.CHILD_HAS_PARENT)
    if child in _ancestors(database, parent):
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    database.execute(
        "UPDATE R_RESC_MAIN SET resc_parent = ?, resc_parent_context = ?, modify_ts = ? WHERE resc_id = ?",
        (str(parent), context, now_text(), child),
    )
    return Reply()


def remove_child(call: Call, database: Database) -> Reply:
    """Take a resource out from below another."""
    parent = _need(database, call.pi.text("arg2"), Code.CHILD_NOT_FOUND)
    child = _need(database, call.pi.text("arg3"), Code.CHILD_NOT_FOUND)
    freed = database.execute(
        "UPDATE R_RESC_MAIN SET resc_parent = '', resc_parent_context = '', modify_ts = ?"
        " WHERE resc_id = ? AND resc_parent = ?",
        (now_text(), child, str(parent)),
    )
    if not freed.rowcount:
        raise IrodsError(Code.CHILD_NOT_FOUND)
    return Reply()
