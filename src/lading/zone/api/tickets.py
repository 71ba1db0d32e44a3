"""Tickets (723): made, limited, deleted by their owner, and used for a connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lading.zone.acl import Level, require, require_admin
from lading.zone.api.metadata import ADMIN_KEYWORD
from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.entities import EntityKind, need_user
from lading.zone.grants import need_path
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

#: shortest and longest ticket string that may be asked for
MIN_LENGTH = 1
MAX_LENGTH = 100

_TYPES = frozenset({"read", "write"})

#: limit -> column
_LIMITS = {"uses": "uses_limit", "write-file": "write_file_limit", "write-bytes": "write_byte_limit"}

#: who may use a ticket -> table and column of the list
_LISTS = {
    "user": ("R_TICKET_ALLOWED_USERS", "user_name"),
    "group": ("R_TICKET_ALLOWED_GROUPS", "group_name"),
    "host": ("R_TICKET_ALLOWED_HOSTS", "host"),
}


def _create(call: Call, database: Database) -> None:
    ticket, kind, path = (call.pi.text(f"arg{number}") for number in range(2, 5))
    if kind not in _TYPES or not MIN_LENGTH <= len(ticket) <= MAX_LENGTH:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    entity = need_path(database, path)
    require(database, call.agent, entity.id, Level.OWN)
    if database.execute("SELECT 1 FROM R_TICKET_MAIN WHERE ticket_string = ?", (ticket,)).fetchone():
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    now = now_text()
    object_type = "collection" if entity.kind is EntityKind.COLLECTION else "data"
    database.execute(
        "INSERT INTO R_TICKET_MAIN (ticket_id, ticket_string, ticket_type, user_id, object_id, object_type, create_ts,"
        " modify_ts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (call.catalog.new_id(), ticket, kind, call.agent.me.user_id, entity.id, object_type, now, now),
    )


def _need_own(call: Call, database: Database) -> int:
    """Return the id of a ticket of who acts; an administrator may ask for anybody's."""
    row = database.execute(
        "SELECT ticket_id, user_id FROM R_TICKET_MAIN WHERE ticket_string = ?", (call.pi.text("arg2"),)
    ).fetchone()
    if ADMIN_KEYWORD in call.pi.keywords:
        require_admin(call.agent)
    elif row is not None and row[1] != call.agent.me.user_id:
        row = None
    if row is None:
        raise IrodsError(Code.CAT_TICKET_INVALID)
    return int(row[0])


def _delete(call: Call, database: Database) -> None:
    ticket_id = _need_own(call, database)
    for table, _ in _LISTS.values():
        database.execute(f"DELETE FROM {table} WHERE ticket_id = ?", (ticket_id,))
    database.execute("DELETE FROM R_TICKET_MAIN WHERE ticket_id = ?", (ticket_id,))


def expiry_text(text: str) -> str:
    """Return a time as the catalogue keeps it; `text` is seconds, or `YYYY-MM-DD.hh:mm:ss` in UTC; '0' is never."""
    if text.isdigit():
        return f"{int(text):011d}" if int(text) else ""
    try:
        moment = datetime.strptime(text, "%Y-%m-%d.%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT) from None
    return f"{int(moment.timestamp()):011d}"


def _modify_list(call: Call, database: Database, ticket_id: int) -> None:
    verb, kind, name = (call.pi.text(f"arg{number}") for number in range(3, 6))
    if kind not in _LISTS:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    table, column = _LISTS[kind]
    if kind != "host":
        need_user(database, name, call.zone.name)
    if verb == "remove":
        database.execute(f"DELETE FROM {table} WHERE ticket_id = ? AND {column} = ?", (ticket_id, name))
        return
    if database.execute(f"SELECT 1 FROM {table} WHERE ticket_id = ? AND {column} = ?", (ticket_id, name)).fetchone():
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    database.execute(f"INSERT INTO {table} VALUES (?, ?)", (ticket_id, name))


def _modify(call: Call, database: Database) -> None:
    ticket_id = _need_own(call, database)
    field, value = call.pi.text("arg3"), call.pi.text("arg4")
    if field in {"add", "remove"}:
        _modify_list(call, database, ticket_id)
    elif field == "expire":
        database.execute(
            "UPDATE R_TICKET_MAIN SET ticket_expiry_ts = ? WHERE ticket_id = ?", (expiry_text(value), ticket_id)
        )
    elif field in _LIMITS and value.isdigit():
        database.execute(f"UPDATE R_TICKET_MAIN SET {_LIMITS[field]} = ? WHERE ticket_id = ?", (int(value), ticket_id))
    else:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    database.execute("UPDATE R_TICKET_MAIN SET modify_ts = ? WHERE ticket_id = ?", (now_text(), ticket_id))


_ACTIONS: dict[str, Callable[[Call, Database], None]] = {"create": _create, "delete": _delete, "mod": _modify}


@api(723, "TICKET_ADMIN_AN")
def administer(call: Call) -> Reply:
    """Make, change or delete a ticket, or use one from now on: its rights are looked at with each request."""
    verb = call.pi.text("arg1")
    if verb == "session":
        call.agent.ticket = call.pi.text("arg2")
        return Reply()
    action = _ACTIONS.get(verb)
    if action is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    with call.catalog.write() as database:
        action(call, database)
    return Reply()
