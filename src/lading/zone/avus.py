"""Attributes, values and units: rows that objects share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.catalog import Catalog, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Avu:
    """One triple; only the unit may be empty."""

    attribute: str
    value: str
    unit: str = ""

    def checked(self) -> Avu:
        """Return itself; refuse an empty attribute or value."""
        if not self.attribute or not self.value:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT)
        return self


def _meta_id(database: Database, avu: Avu) -> int | None:
    row = database.execute(
        "SELECT meta_id FROM R_META_MAIN WHERE meta_attr_name = ? AND meta_attr_value = ? AND meta_attr_unit = ?",
        (avu.attribute, avu.value, avu.unit),
    ).fetchone()
    return int(row[0]) if row else None


def attach(catalog: Catalog, database: Database, object_id: int, avu: Avu) -> bool:
    """Attach an AVU; return False where it was attached already. Call inside a write transaction."""
    now = now_text()
    meta_id = _meta_id(database, avu)
    if meta_id is None:
        meta_id = catalog.new_id()
        database.execute(
            "INSERT INTO R_META_MAIN (meta_id, meta_attr_name, meta_attr_value, meta_attr_unit, create_ts, modify_ts)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (meta_id, avu.attribute, avu.value, avu.unit, now, now),
        )
    added = database.execute("INSERT OR IGNORE INTO R_OBJT_METAMAP VALUES (?, ?, ?, ?)", (object_id, meta_id, now, now))
    return added.rowcount == 1


def detach(database: Database, object_id: int, avu: Avu) -> bool:
    """Detach an AVU; return False where it was not attached."""
    meta_id = _meta_id(database, avu)
    removed = database.execute("DELETE FROM R_OBJT_METAMAP WHERE object_id = ? AND meta_id = ?", (object_id, meta_id))
    return removed.rowcount > 0


def detach_id(database: Database, object_id: int, meta_id: int) -> bool:
    """Detach the AVU with a known id; return False where it was not attached."""
    removed = database.execute("DELETE FROM R_OBJT_METAMAP WHERE object_id = ? AND meta_id = ?", (object_id, meta_id))
    return removed.rowcount > 0


_SINGLE_USE = (
    "SELECT m.meta_id FROM R_OBJT_METAMAP o JOIN R_META_MAIN m ON m.meta_id = o.meta_id"
    " WHERE o.object_id = ? AND m.meta_attr_name = ?"
    " AND NOT EXISTS (SELECT 1 FROM R_OBJT_METAMAP p WHERE p.meta_id = m.meta_id AND p.object_id <> o.object_id)"
)
_ATTRIBUTE = "meta_id IN (SELECT meta_id FROM R_META_MAIN WHERE meta_attr_name = ?)"


def set_attribute(catalog: Catalog, database: Database, object_id: int, avu: Avu) -> None:
    """Make `avu` the only value of its attribute; a row that nothing else carries keeps its id."""
    attached_ids = database.execute(
        f"SELECT meta_id FROM R_OBJT_METAMAP WHERE object_id = ? AND {_ATTRIBUTE}", (object_id, avu.attribute)
    ).fetchall()
    own = database.execute(_SINGLE_USE, (object_id, avu.attribute)).fetchall()
    if len(attached_ids) == 1 and attached_ids == own and _meta_id(database, avu) is None:
        database.execute(
            "UPDATE R_META_MAIN SET meta_attr_value = ?, meta_attr_unit = ?, modify_ts = ? WHERE meta_id = ?",
            (avu.value, avu.unit, now_text(), own[0][0]),
        )
        return
    database.execute(f"DELETE FROM R_OBJT_METAMAP WHERE object_id = ? AND {_ATTRIBUTE}", (object_id, avu.attribute))
    attach(catalog, database, object_id, avu)


def detach_matching(database: Database, object_id: int, pattern: Avu) -> int:
    """Detach the AVUs whose parts are LIKE those of `pattern`; return how many there were."""
    removed = database.execute(
        "DELETE FROM R_OBJT_METAMAP WHERE object_id = ? AND meta_id IN (SELECT meta_id FROM R_META_MAIN"
        " WHERE meta_attr_name LIKE ? AND meta_attr_value LIKE ? AND meta_attr_unit LIKE ?)",
        (object_id, pattern.attribute, pattern.value, pattern.unit or "%"),
    )
    return removed.rowcount


def attached(database: Database, object_id: int) -> list[Avu]:
    """Return the AVUs of an object in the order they were first known."""
    rows = database.execute(
        "SELECT m.meta_attr_name, m.meta_attr_value, m.meta_attr_unit FROM R_OBJT_METAMAP o"
        " JOIN R_META_MAIN m ON m.meta_id = o.meta_id WHERE o.object_id = ? ORDER BY m.meta_id",
        (object_id,),
    )
    return [Avu(attribute=name, value=value, unit=unit) for name, value, unit in rows]


def forget_object(database: Database, object_id: int) -> None:
    """Detach everything from an object that goes away."""
    database.execute("DELETE FROM R_OBJT_METAMAP WHERE object_id = ?", (object_id,))


def drop_unused(database: Database) -> None:
    """Delete the triples that nothing carries any more."""
    database.execute("DELETE FROM R_META_MAIN WHERE meta_id NOT IN (SELECT meta_id FROM R_OBJT_METAMAP)")
