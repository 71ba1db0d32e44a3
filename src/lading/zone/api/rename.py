"""Renaming and copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone import copying, moving, opening, paths, placing, replicas, trash
from lading.zone.acl import Level, level_of
from lading.zone.codes import Code
from lading.zone.moving import Relocation
from lading.zone.opening import Opening
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.pi import Pi

_CREATE_FLAGS = 0o1102  # O_RDWR | O_CREAT | O_TRUNC


def _require(call: Call, database: sqlite3.Connection, object_id: int, level: Level) -> None:
    if level_of(database, call.agent.me.user_id, object_id) < level:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)


@api(627, "DATA_OBJ_RENAME_AN")
def rename(call: Call) -> Reply:
    """Give a data object or a collection a new path; nothing is ever overwritten."""
    source, target = (paths.normal(part.text("objPath")) for part in call.pi.parts("DataObjInp_PI"))
    if source == target:
        raise IrodsError(Code.SAME_SRC_DEST_PATHS_ERR)
    relocation = Relocation(call.zone)
    with call.catalog.write() as database, relocation:
        coll = replicas.collection(database, source)
        if coll is None:
            found = _movable_object(call, database, source)
            _require_free(call, database, target)
            moving.rename_object(relocation, database, found, target)
        else:
            _require_movable(call, database, coll, target)
            _require_free(call, database, target)
            moving.rename_collection(relocation, database, coll, target)
    relocation.finish()
    return Reply(0)


def _require_free(call: Call, database: sqlite3.Connection, target: str) -> None:
    """Refuse where the new path is taken, or its parent is not there or not open to who acts."""
    if replicas.collection(database, target) is not None:
        raise IrodsError(Code.CAT_NAME_EXISTS_AS_COLLECTION)
    if replicas.replicas(database, target):
        raise IrodsError(Code.CAT_NAME_EXISTS_AS_DATAOBJ)
    parent = replicas.require_collection(database, paths.split(target)[0])
    _require(call, database, parent.id, Level.MODIFY_OBJECT)


def _movable_object(call: Call, database: sqlite3.Connection, source: str) -> list[replicas.Replica]:
    found = replicas.replicas(database, source)
    if not found:
        raise IrodsError(Code.CAT_UNKNOWN_FILE)
    _require(call, database, found[0].data_id, Level.DELETE_OBJECT)
    replicas.require_unlocked(found)
    return found


def _require_movable(call: Call, database: sqlite3.Connection, coll: replicas.Collection, target: str) -> None:
    if coll.path in trash.protected(call.zone.name) or coll.path == "/":
        raise IrodsError(Code.SYS_NOT_ALLOWED)
    if paths.is_inside(target, coll.path):
        raise IrodsError(Code.CAT_RECURSIVE_MOVE)
    _require(call, database, coll.id, Level.DELETE_OBJECT)
    for member in trash.tree_of(database, coll.path):
        for found in trash.objects_of(database, member):
            replicas.require_unlocked(found)


def _absolute(part: Pi) -> str:
    path = part.text("objPath")
    if not path.startswith("/"):
        raise IrodsError(Code.USER_INPUT_PATH_ERR)
    return paths.normal(path)


def transfer_stat(size: int) -> str:
    """Pack what a copy or replication moved."""
    return pack("TransferStat_PI", ("numThreads", 0), ("flags", 0), ("bytesWritten", size))


@api(696, "DATA_OBJ_COPY_AN")
def copy(call: Call) -> Reply:
    """Make a new object from an old one; an existing target needs force."""
    first, second = call.pi.parts("DataObjInp_PI")
    source, target = _absolute(first), _absolute(second)
    keywords = second.keywords
    database = call.catalog.read()
    found = replicas.replicas(database, source)
    if not found or replicas.collection(database, target) is not None:
        raise IrodsError(Code.USER_INPUT_PATH_ERR)
    if source == target:
        raise IrodsError(Code.SAME_SRC_DEST_PATHS_ERR)
    opening.require_readable(call, found[0], paths.split(source)[0])
    if "forceFlag" not in keywords and replicas.replicas(database, target):
        raise IrodsError(Code.OVERWRITE_WITHOUT_FORCE_FLAG)
    chosen = placing.choose(call.zone.resources.tree(), found, first.keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    replicas.require_unlocked([chosen])
    wanted = Opening(path=target, flags=_CREATE_FLAGS, keywords=keywords, size=chosen.size)
    descriptor = opening.open_replica(call, wanted)
    descriptor.written = copying.copy_bytes(chosen.physical, descriptor.file)
    descriptor.changed = True
    register = {"regChksum": ""} if chosen.checksum else {}
    opening.close_replica(call, descriptor, {**keywords, **register})
    return Reply(0, transfer_stat(descriptor.written))
