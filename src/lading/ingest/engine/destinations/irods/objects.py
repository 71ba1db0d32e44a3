"""What is done to data objects in the catalogue alone: registration, checksums, permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import unescape

from lading.base.errors import AccessDenied, ChecksumMismatch, ObjectExists, ObjectMissing, Refused, WrongReplica
from lading.ingest.engine.destinations.base import Fault, FaultKind
from lading.ingest.engine.destinations.irods import packing, query
from lading.ingest.engine.destinations.irods.codes import (
    CAT_INSUFFICIENT_PRIVILEGE_LEVEL,
    CAT_NO_CHECKSUM_FOR_REPLICA,
    CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME,
    CHECK_VERIFICATION_RESULTS,
    HIERARCHY_ERROR,
    SYS_NO_API_PRIV,
    USER_CHKSUM_MISMATCH,
    USER_FILE_SIZE_MISMATCH,
    nominal,
    says_no_file,
)
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.values import Listed, ReplicaState, Stored, Target

_TEXT = re.compile(rb"<myStr>(.*?)</myStr>", re.DOTALL)
_STARTED_AT = re.compile(rb"<serverBootTime>(\d+)</serverBootTime>")
#: what the codes of single findings mean
_FAULTS = {
    USER_FILE_SIZE_MISMATCH: FaultKind.SIZE,
    USER_CHKSUM_MISMATCH: FaultKind.CHECKSUM,
    CAT_NO_CHECKSUM_FOR_REPLICA: FaultKind.NO_CHECKSUM,
}
#: releases from which a replica row has one more field
_WITH_ACCESS_TIME = (5,)


def best(line: Line, path: str) -> Listed:
    """Return the best replica of an object; raise `ObjectMissing`."""
    collection, name = query.split(path)
    listed = query.best_named(line, collection, [name]).get(name)
    if listed is None:
        raise ObjectMissing(f"{path} is not in the catalogue")
    return listed


def registered_checksum(line: Line, path: str, seconds: float) -> str:
    """Return the checksum in the catalogue; the server computes it first where there is none."""
    request = Request(Api.DATA_OBJ_CHKSUM, packing.data_object(path, {}))
    found = _TEXT.search(line.ask(request, seconds).checked(path).message)
    if found is None:
        raise ChecksumMismatch(f"{path}: the server named no checksum")
    return unescape(found[1].decode()).rstrip("\0")


def checksum(line: Line, path: str) -> str:
    """Return the checksum, computed where none is registered, with time for the size of the object."""
    listed = best(line, path)
    return listed.checksum or registered_checksum(line, path, line.settings.time_for(listed.size))


def faults(line: Line, path: str, size: int) -> list[Fault]:
    """Let the server read all replicas of an object; it answers with a list of what is wrong, or with nothing."""
    request = Request(Api.DATA_OBJ_CHKSUM, packing.data_object(path, {"verifyChksum": ""}))
    reply = line.ask(request, line.settings.time_for(size))
    if nominal(reply.status) != CHECK_VERIFICATION_RESULTS:
        reply.checked(path)
        return []
    return _faults_in(reply.message)


def _faults_in(message: bytes) -> list[Fault]:
    """
    Read the findings, those that say what is wrong first; an answer without any that can be read is a fault in itself.

    A finding with code 0 is none: servers tell how many replicas they left out, the stale ones, which the listing told.
    """
    found = _TEXT.search(message)
    try:
        findings = json.loads(unescape(found[1].decode()).rstrip("\0")) if found else []
    except ValueError:
        findings = []
    told = [
        Fault(kind=_kind_of(int(one["error_code"])), message=str(one["message"]))
        for one in findings
        if int(one["error_code"])
    ]
    if findings:
        return sorted(told, key=lambda fault: fault.kind is FaultKind.OTHER)
    return [Fault(kind=FaultKind.OTHER, message="the server found something wrong and did not say what")]


def _kind_of(code: int) -> FaultKind:
    """Return what a finding means; a file that is not there has no size either."""
    return FaultKind.SIZE if says_no_file(code) else _FAULTS.get(nominal(code), FaultKind.OTHER)


def register(line: Line, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
    """Enter a file into the catalogue where it lies, with its AVUs and permissions."""
    # with a size in the request a further replica would make all others stale; the server looks itself then
    facts = {"regRepl": ""} if target.beside else {"dataSize": str(size), "dataModify": _time(mtime)}
    pairs = {**packing.place_pairs(target), "filePath": physical_path, **facts}
    request = Request(Api.PHY_PATH_REG, packing.data_object(target.path, pairs, size=size))
    reply = line.ask(request)
    if nominal(reply.status) == CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME:
        raise ObjectExists(f"{target.path} is already there")
    if nominal(reply.status) == HIERARCHY_ERROR:  # nobody holds it: the place cannot be had
        raise Refused(
            f"{target.path} cannot be registered on {target.resource}: HIERARCHY_ERROR",
            irods_code=reply.status,
            hint="Name a root or a leaf, not a resource in the middle of a hierarchy",
        )
    reply.checked(target.path)
    decorate(line, target)
    return Stored(size=size, checksum="")


def update_registered(line: Line, path: str, listed: Listed, size: int, mtime: int) -> Stored:
    """Bring the row of that one replica up to date; its old checksum goes."""
    collection, name = query.split(path)
    replicas = list(query.replicas_named(line, collection, [name]))
    same = [replica for replica in replicas if _place(replica) == _place(listed)]
    if not replicas:
        raise ObjectMissing(f"{path} is not in the catalogue")
    if not same:
        places = ", ".join(f"{replica.physical_path} on {replica.resource}" for replica in replicas)
        raise WrongReplica(f"{path} is registered as {places}, not as {listed.physical_path} on {listed.resource}")
    _change(line, path, same[0], {"dataSize": str(size), "dataModify": _time(mtime), "replStatus": "1", "chksum": ""})
    return Stored(size=size, checksum="")


def give_up(line: Line, path: str) -> bool:
    """
    Mark as stale the replicas that were being written, or locked for that, by a server that is dead.

    Times are seconds of the zone's own clock. Servers before 5.0 say when they started. What was opened in the very second
    of the start is given up as well: by whoever waits, since a writer that lives would have been done. It is the start of
    the server this connection leads to: in a zone of several servers another one may still be writing, and finds its
    replica stale then - never good with wrong bytes. Of later servers the connections are looked at, those of the whole
    zone: what was last changed before the oldest of them began has no writer.
    """
    collection, name = query.split(path)
    replicas = query.replicas_named(line, collection, [name])
    locked = [one for one in replicas if one.state not in {ReplicaState.GOOD, ReplicaState.STALE}]
    if not locked or max(replica.modified for replica in locked) > _no_writer_since(line):
        return False
    for replica in locked:
        _change(line, path, replica, {"replStatus": str(int(ReplicaState.STALE))})
    return True


def _no_writer_since(line: Line) -> int:
    """Return a second so that what was last changed by then is written by nobody who lives; 0 if nobody can tell."""
    message = line.ask(Request(Api.GET_MISC_SVR_INFO, b"")).checked("the server").message
    started = _STARTED_AT.search(message)
    if started is not None and int(started[1]):
        return int(started[1])
    answer = line.ask(Request(Api.PROC_STAT, packing.every_server())).checked("the connections of the zone")
    rows, _ = query.rows_of(answer.message)
    return min((int(began) for _, began, *_ in rows), default=1) - 1


def _change(line: Line, path: str, replica: Listed, changes: Mapping[str, str]) -> None:
    """Change columns of one replica."""
    has_access_time = line.wire().version >= _WITH_ACCESS_TIME
    fields = packing.replica_fields(path, replica.resource, replica.replica_number, has_access_time=has_access_time)
    reply = line.ask(packing.change_replica(fields, changes))
    if nominal(reply.status) in {SYS_NO_API_PRIV, CAT_INSUFFICIENT_PRIVILEGE_LEVEL}:
        raise AccessDenied(f"{path}: only a user of type rodsadmin may change size, time and state of a replica")
    reply.checked(path)


def set_mtime(line: Line, path: str, seconds: int) -> None:
    """Let the modification time of the newest good replica be that one; any user may who may write the object."""
    options = {"no_create": True, "seconds_since_epoch": max(seconds, 0)}
    line.ask(Request(Api.TOUCH, packing.document({"logical_path": path, "options": options}))).checked(path)


def _place(replica: Listed) -> tuple[str, str]:
    return replica.physical_path, replica.resource


def _time(seconds: int) -> str:
    return f"{seconds:011d}"


def decorate(line: Line, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:
    """Give an object that is there its AVUs (one request, with those that go) and permissions (one each)."""
    if target.avus or remove:
        operations = [
            {"operation": operation, "attribute": attribute, "value": value, "units": unit}
            for operation, avus in (("remove", remove), ("add", target.avus))
            for attribute, value, unit in avus
        ]
        order = {"entity_name": target.path, "entity_type": "data_object", "operations": operations}
        line.ask(Request(Api.ATOMIC_METADATA, packing.document(order))).checked(target.path)
    for permission, who in target.acls:
        user, _, zone = who.partition("#")
        message = packing.access(target.path, permission, user, zone)
        line.ask(Request(Api.MOD_ACCESS_CONTROL, message)).checked(target.path)
