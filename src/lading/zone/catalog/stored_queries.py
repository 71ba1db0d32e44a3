"""The stored queries that every new zone has; clients know them by their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.catalog.db import now_text

if TYPE_CHECKING:
    from lading.zone.catalog.db import Database

_LIST = "SELECT alias, sqlStr FROM R_SPECIFIC_QUERY"

STORED_QUERIES = {
    "ls": _LIST,
    "lsl": f"{_LIST} WHERE sqlStr LIKE ?",
    "listQueryByAliasLike": f"{_LIST} WHERE alias LIKE ?",
    "findQueryByAlias": f"{_LIST} WHERE alias = ?",
    "ShowCollAcls": (
        "SELECT u.user_name, u.zone_name, t.token_name, u.user_type_name FROM R_COLL_MAIN c"
        " JOIN R_OBJT_ACCESS a ON a.object_id = c.coll_id JOIN R_USER_MAIN u ON u.user_id = a.user_id"
        " JOIN R_TOKN_MAIN t ON t.token_id = a.access_type_id AND t.token_namespace = 'access_type'"
        " WHERE c.coll_name = ?"
    ),
}


def plant_stored_queries(database: Database) -> None:
    """Put the stored queries into a new catalogue."""
    now = now_text()
    database.executemany(
        "INSERT INTO R_SPECIFIC_QUERY VALUES (?, ?, ?)", [(alias, sql, now) for alias, sql in STORED_QUERIES.items()]
    )
