"""Open data objects: open, create, read, write, seek, close, and the tokens for writing in parallel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from lading.zone import checksums, copying, descriptors, objects, paths, replicas, ticketing, vault
from lading.zone.acl import Level, level_of
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.descriptors import Descriptor
from lading.zone.objects import Target, Wish, Written
from lading.zone.pi import bin_bytes_json, pack
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Replica, Status
from lading.zone.ticketing import Use, Wanted

_WRITES = os.O_WRONLY | os.O_RDWR
#: largest file that is sent in one answer
SINGLE_BUFFER = 32 * 1024 * 1024
_SEEK_SET, _SEEK_CUR, _SEEK_END = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One request to open."""

    path: str
    flags: int
    keywords: dict[str, str]
    size: int

    @property
    def writes(self) -> bool:
        """Whether it opens for writing."""
        return bool(self.flags & (_WRITES | os.O_CREAT | os.O_TRUNC))


def _opening(call: Call, flags: int) -> Opening:
    path = call.pi.text("objPath")
    if not path.startswith("/"):
        raise IrodsError(Code.SYS_INVALID_FILE_PATH)
    keywords = call.pi.keywords
    said = keywords.get("dataSize", "")
    size = int(said) if said.lstrip("-").isdigit() else call.pi.number("dataSize", -1)
    return Opening(path=paths.normal(path), flags=flags, keywords=keywords, size=size)


@api(602, "DATA_OBJ_OPEN_AN")
def data_obj_open(call: Call) -> Reply:
    """Open a replica; the status of the answer is its descriptor."""
    return Reply(open_replica(call, _opening(call, call.pi.number("openFlags"))).number)


@api(601, "DATA_OBJ_CREATE_AN")
def data_obj_create(call: Call) -> Reply:
    """Create an object, or empty an existing one, and open it for writing; force is not asked for here."""
    return Reply(open_replica(call, _opening(call, os.O_RDWR | os.O_CREAT | os.O_TRUNC)).number)


def open_replica(call: Call, opening: Opening) -> Descriptor:
    """Open for reading, for writing with the lock, or for writing beside who holds the lock."""
    if not opening.writes:
        descriptor = _open_to_read(call, opening)
    elif opening.keywords.get("replicaToken"):
        descriptor = _join(call, opening)
    else:
        descriptor = _open_to_write(call, opening)
    descriptors.add(call.agent, descriptor)
    return descriptor


def _open_to_read(call: Call, opening: Opening) -> Descriptor:
    database = call.catalog.read()
    found = replicas.replicas(database, opening.path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    require_readable(call, found[0], paths.split(opening.path)[0])
    chosen = objects.choose_to_read(call.zone.resources.tree(), found, opening.keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    token = opening.keywords.get("replicaToken")
    if not token or token != call.zone.access.token_of(chosen.data_id, chosen.number):
        replicas.require_unlocked([chosen])
    return Descriptor(
        number=0,
        file=vault.open_file(chosen.physical, os.O_RDONLY),
        path=opening.path,
        data_id=chosen.data_id,
        replica=chosen.number,
        flags=opening.flags,
        keywords=opening.keywords,
    )


def require_readable(call: Call, replica: Replica, collection: str) -> None:
    """Refuse unless who acts, or the session's ticket, may read an object."""
    if level_of(call.catalog.read(), call.agent.me.user_id, replica.data_id) >= Level.READ_OBJECT:
        return
    if call.agent.ticket:
        with call.catalog.write() as database:
            wanted = Wanted(data_id=replica.data_id, collection=collection, use=Use.READ)
            if ticketing.admits(database, call.agent, wanted):
                return
    raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)


def _join(call: Call, opening: Opening) -> Descriptor:
    """Open a replica that another connection writes; its token proves that they belong together."""
    found = replicas.replicas(call.catalog.read(), opening.path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    with call.catalog.write() as database:
        objects.require_writable(database, call.agent, found[0], paths.split(opening.path)[0])
    chosen = objects.choose(call.zone.resources.tree(), found, opening.keywords)
    token = opening.keywords["replicaToken"]
    if chosen is None or not call.zone.access.join(chosen.data_id, chosen.number, token):
        raise IrodsError(Code.INTERMEDIATE_REPLICA_ACCESS if chosen else Code.HIERARCHY_ERROR)
    return Descriptor(
        number=0,
        file=vault.open_file(chosen.physical, os.O_RDWR),
        path=opening.path,
        data_id=chosen.data_id,
        replica=chosen.number,
        flags=opening.flags,
        keywords=opening.keywords,
        token=token,
    )


def _open_to_write(call: Call, opening: Opening) -> Descriptor:
    creates = bool(opening.flags & os.O_CREAT)
    if not creates and not replicas.replicas(call.catalog.read(), opening.path):
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    wish = Wish(path=opening.path, keywords=opening.keywords, size=opening.size, may_add_replica=creates)
    with call.catalog.write() as database:
        target = objects.begin(call.zone, call.agent, database, wish)
    truncates = target.created or bool(opening.flags & os.O_TRUNC)
    try:
        file = objects.open_new_file(call.zone, target) if truncates else vault.open_file(target.physical, os.O_RDWR)
    except BaseException:
        objects.undo(call.zone, target)
        raise
    return Descriptor(
        number=0,
        file=file,
        path=opening.path,
        data_id=target.data_id,
        replica=target.number,
        flags=opening.flags,
        keywords=opening.keywords,
        token=call.zone.access.grant(target.data_id, target.number),
        target=target,
        changed=target.created or (truncates and target.size > 0),
    )


@api(676, "DATA_OBJ_WRITE_AN")
def write(call: Call) -> Reply:
    """Write the byte stream at the descriptor's place; the status is the number of bytes."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    if not descriptor.for_writing:
        raise IrodsError(Code.SYS_BAD_FILE_DESCRIPTOR)
    size = len(call.bs)
    vault.write_at(descriptor.file, call.bs, descriptor.offset)
    descriptor.offset += size
    descriptor.written += size
    return Reply(size)


@api(675, "DATA_OBJ_READ_AN")
def read(call: Call) -> Reply:
    """Read at the descriptor's place; the status is the number of bytes."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    with vault.refusing(Code.UNIX_FILE_READ_ERR):
        data = os.pread(descriptor.file, max(0, call.pi.number("len")), descriptor.offset)
    descriptor.offset += len(data)
    return Reply(len(data), "", data)


@api(674, "DATA_OBJ_LSEEK_AN")
def lseek(call: Call) -> Reply:
    """Move the descriptor's place."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    base = {
        _SEEK_SET: 0,
        _SEEK_CUR: descriptor.offset,
        _SEEK_END: os.fstat(descriptor.file).st_size,
    }.get(call.pi.number("whence"))
    offset = call.pi.number("offset")
    if base is None or base + offset < 0:
        raise IrodsError(Code.UNIX_FILE_LSEEK_ERR - 22)
    descriptor.offset = base + offset
    return Reply(0, pack("fileLseekOut_PI", ("offset", descriptor.offset)))


@api(673, "DATA_OBJ_CLOSE_AN")
def close(call: Call) -> Reply:
    """Close a descriptor; who held the lock of a write records the outcome."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    close_replica(call, descriptor, {**descriptor.keywords, **call.pi.keywords})
    return Reply(0)


def close_replica(call: Call, descriptor: Descriptor, keywords: dict[str, str]) -> None:
    """Let go of a descriptor and record its write, if it held the lock of one."""
    _let_go(call, descriptor)
    target = descriptor.target
    if target is None:
        return
    size = os.stat(objects.physical_of(call.zone, target.data_id, target.number)).st_size
    changed = descriptor.changed or descriptor.written or size != target.size
    if not changed:
        with call.catalog.write() as database:
            objects.release(database, target)
        return
    _record(call, target, size, keywords)
    if call.agent.ticket and descriptor.written:
        with call.catalog.write() as database:
            ticketing.count_bytes(database, call.agent, descriptor.written)


def _let_go(call: Call, descriptor: Descriptor) -> None:
    call.agent.descriptors.pop(descriptor.number, None)
    os.close(descriptor.file)
    if descriptor.token:
        call.zone.access.drop(descriptor.data_id, descriptor.replica)


def _record(call: Call, target: Target, size: int, keywords: dict[str, str]) -> None:
    expected = keywords.get("verifyChksum")
    checksum = ""
    try:
        if expected is not None or "regChksum" in keywords:
            physical = objects.physical_of(call.zone, target.data_id, target.number)
            checksum = checksums.of_file(physical, objects.wanted_scheme(call.zone, keywords))
    except BaseException:
        objects.mark_failed(call.zone, target)
        raise
    matches = not expected or expected == checksum
    with call.catalog.write() as database:
        status = Status.GOOD if matches else Status.STALE
        objects.finish(database, target, Written(size=size, checksum=checksum, status=status))
    if not matches:
        raise IrodsError(Code.USER_CHKSUM_MISMATCH)
    copying.fan_out(call.zone, target, everywhere="all" in keywords)


def portal(descriptor: int) -> str:
    """Return the answer that sends no ports: the client goes on over its own connection."""
    ports = pack("PortList_PI", ("portNum", 0), ("cookie", 0), ("windowSize", 0), ("hostAddr", "")).rstrip("\n")
    return (
        f"<PortalOprOut_PI>\n<status>0</status>\n<l1descInx>{descriptor}</l1descInx>\n<numThreads>0</numThreads>\n"
        f"<chksum></chksum>\n{ports}\n</PortalOprOut_PI>\n"
    )


def put_by_writes(call: Call, path: str) -> Reply:
    """Open the target of a large put; the client writes, then completes the operation."""
    opening = _opening(call, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    if "forceFlag" not in opening.keywords and replicas.replicas(call.catalog.read(), path):
        raise IrodsError(Code.OVERWRITE_WITHOUT_FORCE_FLAG)
    return Reply(0, portal(open_replica(call, opening).number))


@api(608, "DATA_OBJ_GET_AN")
def get(call: Call) -> Reply:
    """Return a small file whole; open a large one for the client to read."""
    descriptor = open_replica(call, _opening(call, os.O_RDONLY))
    size = os.fstat(descriptor.file).st_size
    if size > SINGLE_BUFFER:
        return Reply(0, portal(descriptor.number))
    try:
        with vault.refusing(Code.UNIX_FILE_READ_ERR):
            data = os.pread(descriptor.file, size, 0)
    finally:
        _let_go(call, descriptor)
    return Reply(0, portal(0), data)


@api(626, "OPR_COMPLETE_AN")
def complete(call: Call) -> Reply:
    """End a large put or get."""
    descriptor = descriptors.find(call.agent, call.pi.number("myInt"))
    close_replica(call, descriptor, descriptor.keywords)
    return Reply(0)


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
    descriptor = open_replica(call, _opening(call, call.pi.number("openFlags")))
    return Reply(descriptor.number, bin_bytes_json(describe(call, descriptor)))


@api(20004, "REPLICA_CLOSE_APN")
def replica_close(call: Call) -> Reply:
    """Close a descriptor, and record the write only as far as asked."""
    descriptor, document = _descriptor_of(call)
    if not document.get("update_status", True):
        _let_go(call, descriptor)
        _update_size(call, descriptor, wanted=bool(document.get("update_size", True)))
        return Reply(0)
    keywords = {**descriptor.keywords, **({"regChksum": ""} if document.get("compute_checksum") else {})}
    close_replica(call, descriptor, keywords)
    return Reply(0)


def _update_size(call: Call, descriptor: Descriptor, *, wanted: bool) -> None:
    """Record the size of a replica that stays intermediate."""
    if descriptor.target is None or not wanted:
        return
    size = os.stat(objects.physical_of(call.zone, descriptor.data_id, descriptor.replica)).st_size
    with call.catalog.write() as database:
        database.execute(
            "UPDATE R_DATA_MAIN SET data_size = ?, modify_ts = ? WHERE data_id = ? AND data_repl_num = ?",
            (size, now_text(), descriptor.data_id, descriptor.replica),
        )
