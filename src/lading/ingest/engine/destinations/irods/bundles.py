"""Many small files at once: unpacked by the server, looked at together, their checksums set in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lading.ingest.engine.destinations.base import NotOffered
from lading.ingest.engine.destinations.irods import bulk, packing, query
from lading.ingest.engine.destinations.irods.codes import SYS_NO_API_PRIV, SYS_UNMATCHED_API_NUM, name_of, nominal
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request, escaped
from lading.ingest.engine.destinations.irods.query import Column, Query
from lading.ingest.engine.destinations.irods.wire import Reply
from lading.ingest.engine.values import Listed, Packed

#: rows of one bulk request; servers have room for no more in their answer, and do not check
_ROWS = 50
_NOT_OFFERED = frozenset({SYS_UNMATCHED_API_NUM, SYS_NO_API_PRIV})


def unpack(line: Line, packed: Packed) -> None:
    """Let the server unpack a tar file below a collection and register what is in it, all in bulk."""
    pairs = {"dataType": "tar file", "bulkOpr": ""}
    if packed.resource is not None:
        pairs["destRescName"] = packed.resource
    message = packing.encoded(
        f"<StructFileExtAndRegInp_PI><objPath>{escaped(packed.path)}</objPath>"
        f"<collection>{escaped(packed.collection)}</collection><oprType>0</oprType><flags>0</flags>"
        f"{packing.keywords(pairs)}</StructFileExtAndRegInp_PI>"
    )
    request = Request(Api.STRUCT_FILE_EXT_AND_REG, message)
    _offered(line.ask(request, line.settings.time_for(packed.size)), packed.collection)


def set_checksums(line: Line, objects: Mapping[str, Listed]) -> None:
    """Enter the checksums of objects, taken on trust; each request enters all of its rows or none."""
    ids = _resource_ids(line, {_leaf(listed) for listed in objects.values()})
    for rows in _pages(list(objects.items()), _ROWS):
        request = Request(Api.BULK_REGISTER, _table(rows, ids))
        _offered(line.ask(request), rows[0][0])


def _offered(reply: Reply, subject: str) -> None:
    """Raise `NotOffered` where the zone does not let this user ask at all, else what the status stands for."""
    if nominal(reply.status) in _NOT_OFFERED:
        raise NotOffered(f"{subject}: {name_of(reply.status)} ({reply.status})")
    reply.checked(subject)


def _table(rows: Sequence[tuple[str, Listed]], ids: Mapping[str, str]) -> bytes:
    """Return the message that changes these objects."""
    return bulk.table(
        {
            bulk.PATH: [path for path, _ in rows],
            bulk.TYPE: ["generic"] * len(rows),
            bulk.SIZE: [str(listed.size) for _, listed in rows],
            bulk.RESOURCE: [_leaf(listed) for _, listed in rows],
            bulk.PHYSICAL: [listed.physical_path for _, listed in rows],
            bulk.MODE: [bulk.REGULAR_FILE] * len(rows),
            bulk.OPERATION: ["modify"] * len(rows),
            bulk.REPLICA: [str(listed.replica_number) for _, listed in rows],
            bulk.CHECKSUM: [listed.checksum for _, listed in rows],
            bulk.RESOURCE_ID: [ids.get(_leaf(listed), "") for _, listed in rows],
        }
    )


def _leaf(listed: Listed) -> str:
    """Return the storage resource of a hierarchy."""
    return listed.resource.rpartition(";")[2]


def _resource_ids(line: Line, names: Iterable[str]) -> Mapping[str, str]:
    """Return the ids of resources; this process asks once for each."""
    known = line.pool.resource_ids
    missing = [name for name in names if name not in known]
    if missing:
        where = ((Column.RESC_NAME, query.any_of(missing)),)
        columns = (Column.RESC_NAME, Column.RESC_ID)
        for name, number in query.rows(line, Query(columns=columns, conditions=where)):
            known[name] = number
    return known


def _pages(rows: Sequence[tuple[str, Listed]], size: int) -> Iterator[Sequence[tuple[str, Listed]]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
