"""AVUs: shared rows, attached to objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.catalog.db import Catalog, Database, now_text

if TYPE_CHECKING:
    from collections.abc import Iterable

Avu = tuple[str, str, str]

_FIND = "SELECT meta_id FROM R_META_MAIN WHERE meta_attr_name = ? AND meta_attr_value = ? AND meta_attr_unit = ?"


def attach(catalog: Catalog, database: Database, object_id: int, avu: Avu) -> bool:
    """Attach an AVU; return whether it was new on the object. Attaching twice changes nothing."""
    now = now_text()
    row = database.execute(_FIND, avu).fetchone()
    if row is None:
        meta_id = catalog.new_id()
        database.execute(
            "INSERT INTO R_META_MAIN (meta_id, meta_attr_name, meta_attr_value, meta_attr_unit, create_ts, modify_ts)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (meta_id, *avu, now, now),
        )
    else:
        meta_id = row[0]
    cursor = database.execute("INSERT OR IGNORE INTO R_OBJT_METAMAP VALUES (?, ?, ?, ?)", (object_id, meta_id, now, now))
    return cursor.rowcount == 1


def attach_all(catalog: Catalog, database: Database, object_id: int, avus: Iterable[Avu]) -> None:
    """Attach several AVUs."""
    for avu in avus:
        attach(catalog, database, object_id, avu)
