"""Quotas of groups: limits, and what their members use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.entities import find_resource
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.catalog import Database

#: in place of a resource: the sum over all
TOTAL = "total"
TOTAL_ID = 0


def set_limit(database: Database, group_id: int, resource: str, limit: int) -> None:
    """Limit the bytes of a group on one resource or in total; 0 takes the limit away."""
    resc_id = TOTAL_ID if resource == TOTAL else find_resource(database, resource)
    if resc_id is None:
        raise IrodsError(Code.CAT_INVALID_RESOURCE)
    database.execute("DELETE FROM R_QUOTA_MAIN WHERE user_id = ? AND resc_id = ?", (group_id, resc_id))
    if limit > 0:
        database.execute(
            "INSERT INTO R_QUOTA_MAIN VALUES (?, ?, ?, ?, ?)", (group_id, resc_id, limit, -limit, now_text())
        )
        _compare(database)


def calculate(database: Database) -> None:
    """Count what each user owns on each resource, and compare it with the limits."""
    database.execute("DELETE FROM R_QUOTA_USAGE")
    database.execute(
        "INSERT INTO R_QUOTA_USAGE SELECT u.user_id, d.resc_id, sum(d.data_size), ? FROM R_DATA_MAIN d"
        " JOIN R_USER_MAIN u ON u.user_name = d.data_owner_name AND u.zone_name = d.data_owner_zone"
        " GROUP BY u.user_id, d.resc_id",
        (now_text(),),
    )
    _compare(database)


def require_within(database: sqlite3.Connection, user_id: int, resc_id: int, size: int) -> None:
    """Refuse a new object that takes a group of the user over a limit, by the usage that was counted last."""
    over = database.execute(
        "SELECT max(m.quota_over) FROM R_QUOTA_MAIN m JOIN R_USER_GROUP g ON g.group_user_id = m.user_id"
        " WHERE g.user_id = ? AND m.resc_id IN (?, ?)",
        (user_id, resc_id, TOTAL_ID),
    ).fetchone()[0]
    if over is not None and over + max(size, 0) > 0:
        raise IrodsError(Code.SYS_RESC_QUOTA_EXCEEDED)


def _compare(database: Database) -> None:
    """Write by how much each group is over its limits; a negative number is what is left."""
    database.execute(
        "UPDATE R_QUOTA_MAIN SET modify_ts = ?, quota_over = coalesce((SELECT sum(q.quota_usage) FROM R_QUOTA_USAGE q"
        " JOIN R_USER_GROUP g ON g.user_id = q.user_id WHERE g.group_user_id = R_QUOTA_MAIN.user_id"
        f" AND (R_QUOTA_MAIN.resc_id = {TOTAL_ID} OR q.resc_id = R_QUOTA_MAIN.resc_id)), 0) - quota_limit",
        (now_text(),),
    )
