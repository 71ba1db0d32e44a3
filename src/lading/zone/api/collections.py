"""Collections: create, remove, and what lies at a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone import paths, replicas, trash
from lading.zone.acl import Level, level_of
from lading.zone.catalog.seed import add_collection
from lading.zone.codes import Code
from lading.zone.moving import Relocation
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Replica

if TYPE_CHECKING:
    import sqlite3


def create(call: Call, database: sqlite3.Connection, path: str) -> int:
    """Create one collection under an existing one; return its id."""
    parent_path, name = paths.split(path)
    parent = replicas.require_collection(database, parent_path)
    if replicas.collection(database, path) is not None:
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    if level_of(database, call.agent.me.user_id, parent.id) < Level.MODIFY_OBJECT:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
    if replicas.replicas_in(database, parent.id, name):
        raise IrodsError(Code.CAT_NAME_EXISTS_AS_DATAOBJ)
    me = call.agent.me
    coll_id = add_collection(call.catalog, database, path, owner=me.name, owner_zone=me.zone)
    if parent.inherits:
        database.execute("UPDATE R_COLL_MAIN SET coll_inheritance = '1' WHERE coll_id = ?", (coll_id,))
    replicas.give_first_access(database, coll_id, call.agent, parent)
    replicas.touch_collection(database, parent.id)
    return coll_id


def create_parents(call: Call, database: sqlite3.Connection, path: str) -> None:
    """Create a collection and what is missing above it; what is there stays."""
    missing = []
    while replicas.collection(database, path) is None:
        missing.append(path)
        path = paths.split(path)[0]
    for step in reversed(missing):
        create(call, database, step)


@api(681, "COLL_CREATE_AN")
def coll_create(call: Call) -> Reply:
    """Create a collection, with parents if asked."""
    path = paths.normal(call.pi.text("collName"))
    keywords = call.pi.keywords
    if keywords.get("collectionType"):
        raise IrodsError(Code.SYS_NOT_SUPPORTED, "mounted collections are not made")
    with call.catalog.write() as database:
        if "recursiveOpr" in keywords:
            create_parents(call, database, path)
        else:
            create(call, database, path)
    return Reply(0)


#: a server tells how many files it removed since its last word on progress, which comes every ten files
_PROGRESS_EVERY = 10


@api(679, "RM_COLL_AN")
def rm_coll(call: Call) -> Reply:
    """Remove a collection: into the trash, for good with force, or only its rows with unregister."""
    path = paths.normal(call.pi.text("collName"))
    keywords = call.pi.keywords
    actor = trash.Actor(zone=call.zone, agent=call.agent)
    unregister = call.pi.number("oprType") == trash.UNREGISTER
    gone: list[Replica] = []
    relocation = Relocation(call.zone)
    with call.catalog.write() as database, relocation:
        coll = replicas.collection(database, path)
        if coll is None:
            raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)
        trash.require_collection_removable(actor, database, coll, recursive="recursiveOpr" in keywords)
        # an empty collection that is removed alone is forgotten at once: only trees go to the trash
        if "recursiveOpr" not in keywords or "forceFlag" in keywords or unregister or actor.is_in_trash(path):
            gone = trash.drop_tree(database, coll)
        else:
            trash.tree_to_trash(actor, relocation, database, coll)
    relocation.finish()
    if not unregister:
        trash.remove_files(call.zone, gone)
    return Reply(0, _stat(len({replica.data_id for replica in gone}) % _PROGRESS_EVERY))


def _stat(files: int) -> str:
    return pack("CollOprStat_PI", ("filesCnt", files), ("totalFileCnt", 0), ("bytesWritten", 0), ("lastObjPath", ""))
