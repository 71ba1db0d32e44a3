"""The stored queries that every new zone has; clients know them by their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.catalog.db import now_text

if TYPE_CHECKING:
    from lading.zone.catalog.db import Database

_LIST = "SELECT alias, sqlStr FROM R_SPECIFIC_QUERY"

_ACCESS = (
    " JOIN R_USER_MAIN u ON u.user_id = a.user_id"
    " JOIN R_TOKN_MAIN t ON t.token_id = a.access_type_id AND t.token_namespace = 'access_type'"
)

STORED_QUERIES = {
    "ls": _LIST,
    "lsl": f"{_LIST} WHERE sqlStr LIKE ?",
    "listQueryByAliasLike": f"{_LIST} WHERE alias LIKE ?",
    "findQueryByAlias": f"{_LIST} WHERE alias = ?",
    "ShowCollAcls": (
        "SELECT u.user_name, u.zone_name, t.token_name, u.user_type_name FROM R_COLL_MAIN c"
        f" JOIN R_OBJT_ACCESS a ON a.object_id = c.coll_id{_ACCESS} WHERE c.coll_name = ?"
    ),
    "ilsLACollections": (
        "SELECT c.parent_coll_name, c.coll_name, c.create_ts, c.modify_ts, c.coll_id, c.coll_owner_name,"
        " c.coll_owner_zone, c.coll_type, u.user_name, u.zone_name, t.token_name FROM R_COLL_MAIN c"
        f" JOIN R_OBJT_ACCESS a ON a.object_id = c.coll_id{_ACCESS} WHERE c.parent_coll_name = ?"
        " ORDER BY c.coll_name, u.user_name LIMIT ? OFFSET ?"
    ),
    "ilsLADataObjects": (
        "SELECT c.coll_name, d.data_name, d.create_ts, d.modify_ts, d.data_id, d.data_size, d.data_type_name,"
        " d.data_owner_name, d.data_owner_zone, d.data_repl_num, u.user_name, u.zone_name, t.token_name"
        " FROM R_DATA_MAIN d JOIN R_COLL_MAIN c ON c.coll_id = d.coll_id"
        f" JOIN R_OBJT_ACCESS a ON a.object_id = d.data_id{_ACCESS} WHERE c.coll_name = ?"
        " ORDER BY d.data_name, d.data_repl_num, u.user_name LIMIT ? OFFSET ?"
    ),
}


def plant_stored_queries(database: Database) -> None:
    """Put the stored queries into a new catalogue."""
    now = now_text()
    database.executemany(
        "INSERT INTO R_SPECIFIC_QUERY VALUES (?, ?, ?)", [(alias, sql, now) for alias, sql in STORED_QUERIES.items()]
    )
