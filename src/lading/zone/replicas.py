"""Data objects and their replicas: rows, states, locks and what a finished write leaves behind."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from lading.zone import paths
from lading.zone.acl import Level
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.agent import Agent
    from lading.zone.catalog import Catalog


class Status(IntEnum):
    """State of one replica."""

    STALE = 0
    GOOD = 1
    INTERMEDIATE = 2  #: being written
    READ_LOCKED = 3
    WRITE_LOCKED = 4  #: another replica is being written


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What operations need to know of a collection."""

    id: int
    path: str
    inherits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One replica of one data object."""

    data_id: int
    coll_id: int
    name: str
    number: int
    size: int
    physical: str
    resc_id: int
    status: int
    checksum: str
    type: str
    owner: str
    owner_zone: str
    create_ts: str
    modify_ts: str


_REPLICA = (
    "SELECT data_id, coll_id, data_name, data_repl_num, data_size, data_path, resc_id, data_is_dirty, data_checksum,"
    " data_type_name, data_owner_name, data_owner_zone, create_ts, modify_ts FROM R_DATA_MAIN"
)
_BY_NAME = _REPLICA + " WHERE coll_id = ? AND data_name = ? ORDER BY data_repl_num"
_BY_ID = _REPLICA + " WHERE data_id = ? ORDER BY data_repl_num"
_COLLECTION = "SELECT coll_id, coll_name, coll_inheritance FROM R_COLL_MAIN WHERE coll_name = ?"
_INSERT = (
    "INSERT INTO R_DATA_MAIN (data_id, coll_id, data_name, data_repl_num, data_type_name, data_size, data_path,"
    " data_owner_name, data_owner_zone, data_is_dirty, data_checksum, data_mode, create_ts, modify_ts, access_ts,"
    " resc_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _replica(row: tuple[object, ...]) -> Replica:
    return Replica(**dict(zip(Replica.__slots__, row, strict=True)))  # type: ignore[arg-type]


def collection(database: sqlite3.Connection, path: str) -> Collection | None:
    """Return a collection by path, or None."""
    row = database.execute(_COLLECTION, (path,)).fetchone()
    return None if row is None else Collection(id=row[0], path=row[1], inherits=row[2] == "1")


def require_collection(database: sqlite3.Connection, path: str) -> Collection:
    """Return a collection by path, or refuse with CAT_UNKNOWN_COLLECTION."""
    found = collection(database, path)
    if found is None:
        raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)
    return found


def replicas(database: sqlite3.Connection, path: str) -> list[Replica]:
    """Return all replicas of a data object by path, lowest number first; none if there is no such object."""
    parent, name = paths.split(path)
    row = database.execute(_COLLECTION, (parent,)).fetchone()
    return [] if row is None else replicas_in(database, row[0], name)


def replicas_in(database: sqlite3.Connection, coll_id: int, name: str) -> list[Replica]:
    """Return all replicas of one object of a collection."""
    return [_replica(row) for row in database.execute(_BY_NAME, (coll_id, name))]


def replicas_of(database: sqlite3.Connection, data_id: int) -> list[Replica]:
    """Return all replicas of a data object by id."""
    return [_replica(row) for row in database.execute(_BY_ID, (data_id,))]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReplica:
    """What a new row says."""

    coll_id: int
    name: str
    physical: str
    resc_id: int
    owner: str
    owner_zone: str
    number: int = 0
    data_id: int | None = None  #: None: a new object
    type: str = "generic"
    size: int = 0
    status: Status = Status.INTERMEDIATE
    checksum: str = ""
    mode: str = ""
    modified: str = ""  #: eleven digits; empty: now


def insert(catalog: Catalog, database: sqlite3.Connection, new: NewReplica) -> int:
    """Insert one replica row without any access; return the id of the object."""
    data_id = catalog.new_id() if new.data_id is None else new.data_id
    now = now_text()
    row = (
        data_id, new.coll_id, new.name, new.number, new.type, new.size, new.physical, new.owner, new.owner_zone,
        int(new.status), new.checksum, new.mode, now, new.modified or now, now, new.resc_id,
    )  # fmt: skip
    database.execute(_INSERT, row)
    return data_id


def set_status(database: sqlite3.Connection, replica: Replica, status: int) -> None:
    """Change the state of one replica and nothing else."""
    database.execute(
        "UPDATE R_DATA_MAIN SET data_is_dirty = ? WHERE coll_id = ? AND data_name = ? AND data_repl_num = ?",
        (int(status), replica.coll_id, replica.name, replica.number),
    )


def forget(database: sqlite3.Connection, data_id: int) -> None:
    """Remove what hangs on an object whose last row is gone: access, AVUs, tickets."""
    database.execute("DELETE FROM R_OBJT_ACCESS WHERE object_id = ?", (data_id,))
    metas = database.execute("SELECT meta_id FROM R_OBJT_METAMAP WHERE object_id = ?", (data_id,)).fetchall()
    if metas:
        database.execute("DELETE FROM R_OBJT_METAMAP WHERE object_id = ?", (data_id,))
        database.executemany(
            "DELETE FROM R_META_MAIN WHERE meta_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM R_OBJT_METAMAP m WHERE m.meta_id = R_META_MAIN.meta_id)",
            metas,
        )
    database.execute("DELETE FROM R_TICKET_MAIN WHERE object_id = ?", (data_id,))


def touch_collection(database: sqlite3.Connection, coll_id: int) -> None:
    """Set the modification time of a collection."""
    database.execute("UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ?", (now_text(), coll_id))


def give_first_access(database: sqlite3.Connection, object_id: int, agent: Agent, parent: Collection) -> None:
    """Give a new object its access: own for its maker, and what an inheriting collection hands down."""
    now = now_text()
    if parent.inherits:
        database.execute(
            "INSERT OR IGNORE INTO R_OBJT_ACCESS SELECT ?, user_id, access_type_id, ?, ? FROM R_OBJT_ACCESS"
            " WHERE object_id = ?",
            (object_id, now, now, parent.id),
        )
    database.execute(
        "INSERT INTO R_OBJT_ACCESS VALUES (?, ?, ?, ?, ?) ON CONFLICT (object_id, user_id)"
        " DO UPDATE SET access_type_id = excluded.access_type_id",
        (object_id, agent.me.user_id, int(Level.OWN), now, now),
    )


def require_unlocked(found: list[Replica]) -> None:
    """Refuse while any replica is being written or is locked."""
    states = {replica.status for replica in found}
    if Status.INTERMEDIATE in states:
        raise IrodsError(Code.INTERMEDIATE_REPLICA_ACCESS)
    if states & {Status.READ_LOCKED, Status.WRITE_LOCKED}:
        raise IrodsError(Code.LOCKED_DATA_OBJECT_ACCESS)


class ReplicaAccess:
    """The tokens that let further opens join one replica that is being written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[int, int], tuple[str, int]] = {}

    def grant(self, data_id: int, number: int) -> str:
        """Return the token of a replica, made on first use."""
        with self._lock:
            token, holders = self._tokens.get((data_id, number), (secrets.token_hex(18), 0))
            self._tokens[data_id, number] = (token, holders + 1)
            return token

    def join(self, data_id: int, number: int, token: str) -> bool:
        """Take a further hold if the token is the replica's; say whether it was."""
        with self._lock:
            known, holders = self._tokens.get((data_id, number), ("", 0))
            if not token or known != token:
                return False
            self._tokens[data_id, number] = (known, holders + 1)
            return True

    def token_of(self, data_id: int, number: int) -> str:
        """Return the token of a replica that is open, or an empty text."""
        with self._lock:
            return self._tokens.get((data_id, number), ("", 0))[0]

    def drop(self, data_id: int, number: int) -> None:
        """Give one hold back; the token dies with the last."""
        with self._lock:
            token, holders = self._tokens.get((data_id, number), ("", 0))
            if holders > 1:
                self._tokens[data_id, number] = (token, holders - 1)
            else:
                self._tokens.pop((data_id, number), None)
