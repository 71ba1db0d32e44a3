"""What takes objects and collections away, and what brings them back."""

from __future__ import annotations

from lading.base.errors import ObjectExists
from lading.ingest.engine.destinations.irods import packing
from lading.ingest.engine.destinations.irods.codes import (
    CAT_NAME_EXISTS_AS_COLLECTION,
    CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME,
    nominal,
)
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.values import DeleteMode

#: seconds that a server may take for each object of a tree: its file moves, too
_SECONDS_FOR_EACH = 0.05


def remove_object(line: Line, path: str, mode: DeleteMode, replica_number: int | None) -> None:
    """Remove one object as the mode says."""
    pairs = {"forceFlag": ""} if mode is DeleteMode.NO_TRASH else {}
    if replica_number is not None:
        pairs["replNum"] = str(replica_number)
    operation = packing.UNREGISTER if mode is DeleteMode.UNREGISTER else 0
    message = packing.data_object(path, pairs, operation=operation)
    line.ask(Request(Api.DATA_OBJ_UNLINK, message)).checked(path)


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
