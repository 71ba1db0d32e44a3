"""Files that are entered into the catalogue many at a time: one request, one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lading.base.errors import ObjectExists, Refused
from lading.ingest.engine.destinations.irods import query
from lading.ingest.engine.destinations.irods.codes import CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME, nominal
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request, encoded, escaped
from lading.ingest.engine.destinations.irods.query import Column, Query
from lading.ingest.engine.destinations.resources import Resource, ResourceTree
from lading.ingest.engine.values import Registration

#: columns of a request's table, used or not
_WIDTH = 50
#: the number of each column and how wide servers make it
PATH, REPLICA, TYPE, SIZE, RESOURCE = (403, 1088), (404, 64), (406, 250), (407, 64), (409, 64)
PHYSICAL, CHECKSUM, MODE, RESOURCE_ID, OPERATION = (410, 1088), (415, 64), (421, 64), (423, 64), (999999, 64)
REGULAR_FILE = "33188"


def resources(line: Line) -> ResourceTree:
    """Return all storage resources."""
    columns = (Column.RESC_ID, Column.RESC_NAME, Column.RESC_PARENT)
    found = query.rows(line, Query(columns=columns, conditions=()))
    return ResourceTree(
        Resource(id=int(number), name=name, parent=int(parent) if parent else None) for number, name, parent in found
    )


def leaf_named(tree: ResourceTree, name: str | None) -> Resource:
    """Return the resource on which files lie; raise `Refused` where the request could not say which that is."""
    leaf = tree.named(name) if name else None
    if leaf is None or not tree.holds_files(leaf):
        raise Refused("many files at a time are registered only on a resource that is named and has no children")
    return leaf


def register(line: Line, files: Sequence[Registration], leaf: Resource) -> None:
    """Enter all files, or none."""
    reply = line.ask(Request(Api.BULK_REGISTER, _table(files, leaf)))
    subject = f"{files[0].target.path} and {len(files) - 1} more"
    if nominal(reply.status) == CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME:
        raise ObjectExists(f"{subject}: one of them is already there")
    reply.checked(subject)


def _table(files: Sequence[Registration], leaf: Resource) -> bytes:
    """Return the message: a table with a row for each file."""
    count = len(files)
    return table(
        {
            PATH: [file.target.path for file in files],
            TYPE: ["generic"] * count,
            SIZE: [str(file.size) for file in files],
            RESOURCE: [leaf.name] * count,
            PHYSICAL: [file.physical_path for file in files],
            MODE: [REGULAR_FILE] * count,
            OPERATION: ["register"] * count,
            REPLICA: ["0"] * count,
            CHECKSUM: [""] * count,
            RESOURCE_ID: [str(leaf.id)] * count,
        }
    )


def table(columns: Mapping[tuple[int, int], Sequence[str]]) -> bytes:
    """Return the message of a bulk request: all its columns, each with a value for each row."""
    count = len(next(iter(columns.values())))
    packed = [_column(kind, values) for kind, values in columns.items()]
    rest = _column((0, 0), []) * (_WIDTH - len(packed))
    return encoded(
        f"<GenQueryOut_PI><rowCnt>{count}</rowCnt><attriCnt>{len(packed)}</attriCnt><continueInx>-1</continueInx>"
        f"<totalRowCount>0</totalRowCount>{''.join(packed)}{rest}</GenQueryOut_PI>"
    )


def _column(kind: tuple[int, int], values: Sequence[str]) -> str:
    number, width = kind
    rows = "".join(f"<value>{escaped(value)}</value>" for value in values)
    return f"<SqlResult_PI><attriInx>{number}</attriInx><reslen>{width}</reslen>{rows}</SqlResult_PI>"
