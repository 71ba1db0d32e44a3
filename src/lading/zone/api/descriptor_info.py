"""What connections have to know of each other to write one replica together."""

from __future__ import annotations

from typing import Any

from lading.zone import descriptors, objects, opening, vault
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.descriptors import Descriptor
from lading.zone.pi import bin_bytes_json
from lading.zone.registry import Call, IrodsError, Reply, api

_DETAILS = (
    "SELECT d.data_id, d.coll_id, d.data_repl_num, d.data_size, d.data_path, d.data_is_dirty, d.data_checksum,"
    " d.data_type_name, d.data_owner_name, d.data_owner_zone, d.create_ts, d.modify_ts, d.resc_id, d.data_mode,"
    " d.data_expiry_ts, d.r_comment, d.data_status, d.data_map_id FROM R_DATA_MAIN d"
    " WHERE d.data_id = ? AND d.data_repl_num = ?"
)


#: parts of a description that mean something inside a server of another kind only
_INNER_STATE: dict[str, Any] = {
    "checksum": "",
    "checksum_flag": 0,
    "copies_needed": 0,
    "data_object_input_replica_flag": 1,
    "in_pdmo": "",
    "in_use": True,
    "lock_file_descriptor": 0,
    "operation_status": 0,
    "operation_type": 0,
    "other_data_object_info": None,
    "plugin_data": None,
    "purge_cache_flag": 0,
    "remote_l1_descriptor_index": 0,
    "remote_zone_host": None,
    "replication_data_object_info": None,
    "source_l1_descriptor_index": 0,
    "stage_flag": 0,
}
_INNER_OBJECT_STATE: dict[str, Any] = {
    "condition_input": [],
    "data_access": "",
    "data_access_index": 0,
    "destination_resource_name": "",
    "flags": 0,
    "in_pdmo": "",
    "is_replica_current": False,
    "next": None,
    "other_flags": 0,
    "registering_user_id": 0,
    "special_collection": None,
    "sub_path": "",
    "version": "",
    "write_flag": 0,
}


def describe(call: Call, descriptor: Descriptor) -> dict[str, Any]:
    """Return what a server tells of an open replica."""
    row = call.catalog.read().execute(_DETAILS, (descriptor.data_id, descriptor.replica)).fetchone()
    if row is None:
        raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
    expected_size = descriptor.keywords.get("dataSize", "")
    return _INNER_STATE | {
        "bytes_written": descriptor.written or -1,
        "data_object_info": _describe_object(call, descriptor, row),
        "data_object_input": {
            "condition_input": [{"key": key, "value": value} for key, value in descriptor.keywords.items()],
            "create_mode": 0,
            "data_size": int(expected_size) if expected_size.isdigit() else -1,
            "number_of_threads": 0,
            "object_path": descriptor.path,
            "offset": 0,
            "open_flags": descriptor.flags,
            "operation_type": 0,
            "special_collection": None,
        },
        "data_size": int(expected_size) if expected_size.isdigit() else -1 if descriptor.for_writing else row[3],
        "l3descInx": descriptor.number,
        "open_type": 1 if descriptor.target and descriptor.target.created else 2,
        "replica_status": row[5],
        "replica_token": descriptor.token,
    }


def _describe_object(call: Call, descriptor: Descriptor, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return the part of a description that comes from the catalogue."""
    hierarchy = call.zone.resources.tree().leaf_names.get(row[12], "")
    return _INNER_OBJECT_STATE | {
        "object_path": descriptor.path,
        "resource_name": hierarchy.rpartition(";")[2],
        "resource_hierarchy": hierarchy,
        "data_type": row[7],
        "data_size": row[3],
        "checksum": row[6],
        "file_path": row[4],
        "data_owner_name": row[8],
        "data_owner_zone": row[9],
        "replica_number": row[2],
        "replica_status": row[5],
        "status_string": row[16],
        "data_id": row[0],
        "collection_id": row[1],
        "data_map_id": row[17],
        "data_comments": row[15],
        "data_mode": row[13] or "0",
        "data_expiry": row[14],
        "data_create": row[10],
        "data_modify": row[11],
        "resource_id": row[12],
    }


def _descriptor_of(call: Call) -> tuple[Descriptor, dict[str, Any]]:
    document = call.pi.json()
    if not isinstance(document, dict) or not isinstance(document.get("fd"), int):
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    return descriptors.find(call.agent, document["fd"]), document


@api(20000, "GET_FILE_DESCRIPTOR_INFO_APN")
def descriptor_info(call: Call) -> Reply:
    """Tell token and hierarchy of an open replica, so that other connections may join."""
    descriptor, _ = _descriptor_of(call)
    return Reply(0, bin_bytes_json(describe(call, descriptor)))


@api(20003, "REPLICA_OPEN_APN")
def replica_open(call: Call) -> Reply:
    """Open a replica and tell its token and hierarchy in one call."""
    descriptor = opening.open_replica(call, opening.read_opening(call, call.pi.number("openFlags")))
    return Reply(descriptor.number, bin_bytes_json(describe(call, descriptor)))


@api(20004, "REPLICA_CLOSE_APN")
def replica_close(call: Call) -> Reply:
    """Close a descriptor, and record the write only as far as asked."""
    descriptor, document = _descriptor_of(call)
    if not document.get("update_status", True):
        opening.let_go(call, descriptor)
        _update_size(call, descriptor, wanted=bool(document.get("update_size", True)))
        return Reply(0)
    keywords = {**descriptor.keywords, **({"regChksum": ""} if document.get("compute_checksum") else {})}
    opening.close_replica(call, descriptor, keywords)
    return Reply(0)


def _update_size(call: Call, descriptor: Descriptor, *, wanted: bool) -> None:
    """Record the size of a replica that stays intermediate."""
    if descriptor.target is None or not wanted:
        return
    size = vault.size_of(objects.physical_of(call.zone, descriptor.data_id, descriptor.replica))
    with call.catalog.write() as database:
        database.execute(
            "UPDATE R_DATA_MAIN SET data_size = ?, modify_ts = ? WHERE data_id = ? AND data_repl_num = ?",
            (size, now_text(), descriptor.data_id, descriptor.replica),
        )
