"""688: many objects entered or changed in the catalogue by one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone import copying, objects, paths, placing, replicas
from lading.zone.acl import Level, level_of
from lading.zone.api import register
from lading.zone.api.query import pack_rows
from lading.zone.api.register import Found
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from lading.zone.pi import Pi
    from lading.zone.replicas import Replica

DATA_ID = 401
#: width of an id as the answer to a bulk registration says it
_ID_WIDTH = 64

#: the operation that changes an object which is there; any other one registers
MODIFY = "modify"


class BulkColumn:
    """The columns of a bulk registration."""

    PATH = 403
    REPLICA = 404
    TYPE = 406
    SIZE = 407
    RESOURCE = 409
    PHYSICAL = 410
    CHECKSUM = 415
    MODE = 421
    RESC_ID = 423
    OPERATION = 999999


#: columns without which a server reads none of the others; only the checksum may be left out
_NEEDED = (
    BulkColumn.RESC_ID,
    BulkColumn.PATH,
    BulkColumn.TYPE,
    BulkColumn.SIZE,
    BulkColumn.RESOURCE,
    BulkColumn.PHYSICAL,
    BulkColumn.MODE,
    BulkColumn.OPERATION,
    BulkColumn.REPLICA,
)


def bulk_columns(pi: Pi) -> tuple[int, dict[int, list[str]]]:
    """Read the table of a bulk request: number of rows, and the values of each column."""
    columns = {}
    for part in pi.parts("SqlResult_PI"):
        number = part.number("attriInx")
        if number:
            columns[number] = part.texts("value")
    return pi.number("rowCnt"), columns


@api(688, "BULK_DATA_OBJ_REG_AN")
def bulk_register(call: Call) -> Reply:
    """Register or modify many objects in one transaction: all or none. Sizes and checksums are taken on trust."""
    count, columns = bulk_columns(call.pi)
    for number in _NEEDED:
        if len(columns.get(number, ())) != count:
            raise IrodsError(Code.UNMATCHED_KEY_OR_INDEX)
    rows = ({number: values[row] for number, values in columns.items() if values[row:]} for row in range(count))
    tell_resources(call, enter(call, rows))
    return Reply(0, pack_rows((DATA_ID,), [("",)] * count, continued=-1, width=_ID_WIDTH))


def enter(call: Call, rows: Iterable[dict[int, str]]) -> list[tuple[int, int]]:
    """Carry out all rows in one transaction; return object and replica of each."""
    with call.catalog.write() as database:
        return [_row(call, database, row) for row in rows]


def tell_resources(call: Call, entered: Iterable[tuple[int, int]]) -> None:
    """Let replication resources bring their other replicas up to date."""
    for data_id, number in entered:
        copying.fan_out_from(call.zone, data_id, number)


def _row(call: Call, database: sqlite3.Connection, row: dict[int, str]) -> tuple[int, int]:
    """Carry out one row; return object and replica."""
    size = row[BulkColumn.SIZE]
    file = Found(
        logical=paths.normal(row[BulkColumn.PATH]),
        physical=row[BulkColumn.PHYSICAL],
        size=int(size) if size.lstrip("-").isdigit() else 0,
        checksum=row.get(BulkColumn.CHECKSUM, ""),
        mode=row[BulkColumn.MODE],
    )
    if row[BulkColumn.OPERATION] == MODIFY:
        return _modify(call, database, file, row[BulkColumn.REPLICA])
    tree = call.zone.resources.tree()
    resc_id = row[BulkColumn.RESC_ID]
    leaf = tree.by_id.get(int(resc_id)) if resc_id.isdigit() else None
    if leaf is None:
        leaf = tree.leaf_for_create(tree.named(row[BulkColumn.RESOURCE]))
    if replicas.replicas(database, file.logical):
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    data_type = objects.data_type(database, {"dataType": row[BulkColumn.TYPE]})
    return register.insert(call, database, file, leaf, data_type), 0


def _modify(call: Call, database: sqlite3.Connection, file: Found, number: str) -> tuple[int, int]:
    """
    Set size and, where one is given, checksum of one replica: it is the good one now, any other is stale.

    The physical path of the row names the file for the resource only; the catalogue keeps the one it has.
    """
    there = replicas.replicas(database, file.logical)
    if not there:
        raise IrodsError(Code.CAT_UNKNOWN_FILE)
    _require_level(call, database, there)
    chosen = placing.by_number(there, number)
    database.execute(
        "UPDATE R_DATA_MAIN SET data_size = ?, data_checksum = ?, data_is_dirty = ?, modify_ts = ?"
        " WHERE data_id = ? AND data_repl_num = ?",
        (
            file.size,
            file.checksum or chosen.checksum,
            int(Status.GOOD),
            now_text(),
            chosen.data_id,
            chosen.number,
        ),
    )
    for other in there:
        if other.number != chosen.number:
            replicas.set_status(database, other, Status.STALE)
    return chosen.data_id, chosen.number


def _require_level(call: Call, database: sqlite3.Connection, there: list[Replica]) -> None:
    if level_of(database, call.agent.me.user_id, there[0].data_id) < Level.MODIFY_OBJECT:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
