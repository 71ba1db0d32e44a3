"""What takes objects and collections away, and what brings them back."""

from __future__ import annotations

from lading.base.errors import ObjectExists, ObjectLocked, ObjectMissing, Refused
from lading.ingest.engine.destinations.irods import packing
from lading.ingest.engine.destinations.irods.codes import (
    CAT_NAME_EXISTS_AS_COLLECTION,
    CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME,
    SYS_REPLICA_DOES_NOT_EXIST,
    USER_INCOMPATIBLE_PARAMS,
    nominal,
)
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.values import DeleteMode

#: seconds that a server may take for each object of a tree: its file moves, too
_SECONDS_FOR_EACH = 0.05


def remove_object(line: Line, path: str, mode: DeleteMode, replica_number: int | None) -> None:
    """Remove one object as the mode says; with a number, forget that replica only."""
    if replica_number is not None:
        _forget_replica(line, path, replica_number)
        return
    pairs = {"forceFlag": ""} if mode is DeleteMode.NO_TRASH else {}
    operation = packing.UNREGISTER if mode is DeleteMode.UNREGISTER else 0
    message = packing.data_object(path, pairs, operation=operation)
    line.ask(Request(Api.DATA_OBJ_UNLINK, message)).checked(path)


def _forget_replica(line: Line, path: str, number: int) -> None:
    """
    Forget one of several replicas; its file stays.

    A trim, because from 4.3 on servers do not read the number of a replica where an object is removed: they would forget
    all its replicas. A trim leaves one replica at least, and the last one that is good.
    """
    pairs = {"replNum": str(number), "copies": "1"}
    message = packing.data_object(path, pairs, operation=packing.UNREGISTER)
    reply = line.ask(Request(Api.DATA_OBJ_TRIM, message))
    if nominal(reply.status) == SYS_REPLICA_DOES_NOT_EXIST:
        raise ObjectMissing(f"{path} has no replica {number} any more")
    if nominal(reply.status) == USER_INCOMPATIBLE_PARAMS:
        raise Refused(
            f"{path}: replica {number} is the last one that is good, and is not forgotten",
            irods_code=reply.status,
            hint="Replicate it, or remove the object by hand",
        )
    if not reply.checked(path).status:  # somebody removed the others meanwhile: what is left has to be looked at again
        raise ObjectLocked(f"{path}: replica {number} is its only one now")


def remove_collection(line: Line, path: str) -> None:
    """Remove an empty collection: without the keyword for recursion a server refuses any other."""
    line.ask(Request(Api.RM_COLL, packing.collection(path, {}))).checked(path)


def trash_tree(line: Line, path: str, objects: int) -> None:
    """Move a collection to the trash: the server gives the whole tree another name."""
    message = packing.collection(path, {"recursiveOpr": ""})
    line.ask(Request(Api.RM_COLL, message), line.settings.time_for(0) + objects * _SECONDS_FOR_EACH).checked(path)


def move_object(line: Line, path: str, target: str) -> None:
    """Give an object another path."""
    reply = line.ask(Request(Api.DATA_OBJ_RENAME, packing.moved(path, target)))
    if nominal(reply.status) in {CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME, CAT_NAME_EXISTS_AS_COLLECTION}:
        raise ObjectExists(f"{target} is already there")
    reply.checked(path)
