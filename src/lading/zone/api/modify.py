"""Changing what the catalogue says of replicas: by administrators, by owners, and the time alone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from lading.zone import opening, paths, placing, replicas
from lading.zone.acl import Level, level_of, require_admin
from lading.zone.codes import Code
from lading.zone.opening import Opening
from lading.zone.pi import Pi
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Replica

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

#: keyword of a request: column of a replica
FIELDS = {
    "dataType": "data_type_name",
    "dataSize": "data_size",
    "chksum": "data_checksum",
    "version": "data_version",
    "filePath": "data_path",
    "dataOwner": "data_owner_name",
    "dataOwnerZone": "data_owner_zone",
    "replStatus": "data_is_dirty",
    "statusString": "data_status",
    "dataMapId": "data_map_id",
    "dataComments": "r_comment",
    "dataExpiry": "data_expiry_ts",
    "dataCreate": "create_ts",
    "dataModify": "modify_ts",
    "dataMode": "data_mode",
    "dataAccessTime": "access_ts",
    "rescId": "resc_id",
    "replNum": "data_repl_num",
}
_TIMES = frozenset({"dataExpiry", "dataCreate", "dataModify", "dataAccessTime"})
_NUMBERS = frozenset({"dataSize", "replStatus", "dataMapId", "rescId", "replNum"})
#: what owners may change
OWNERS = frozenset({"dataComments", "dataExpiry", "dataModify", "dataType"})
#: keywords that are no fields
_MODES = frozenset({"all", "irodsAdmin", "allReplStatus"})


def _value(keyword: str, text: str) -> object:
    text = text.strip() if keyword in _TIMES | _NUMBERS else text
    if keyword in _TIMES | _NUMBERS and not text.lstrip("-").isdigit():
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    if keyword in _TIMES:
        return f"{int(text):011d}"
    return int(text) if keyword in _NUMBERS else text


@api(622, "MOD_DATA_OBJ_META_AN")
def mod_data_obj_meta(call: Call) -> Reply:
    """Change fields of one replica, or of all; administrators only."""
    require_admin(call.agent)
    return _modify(call, allowed=frozenset(FIELDS))


@api(20001, "DATA_OBJECT_MODIFY_INFO_APN")
def data_object_modify_info(call: Call) -> Reply:
    """Change the few fields that are their owner's."""
    return _modify(call, allowed=OWNERS)


def _modify(call: Call, *, allowed: frozenset[str]) -> Reply:
    info, changes = _split(call.pi)
    unknown = set(changes) - set(FIELDS) - _MODES
    if unknown or (set(changes) - _MODES) - allowed:
        raise IrodsError(Code.USER_BAD_KEYWORD_ERR)
    with call.catalog.write() as database:
        for replica in _meant(call, database, info, changes):
            _change(database, replica, changes)
    return Reply(0)


def _split(pi: Pi) -> tuple[Pi, dict[str, str]]:
    """Return the description of the replica, and the changes, which come last."""
    head, _, tail = pi.raw.rpartition("<KeyValPair_PI>")
    return Pi(head), Pi(f"<KeyValPair_PI>{tail}").keywords


def _meant(call: Call, database: sqlite3.Connection, info: Pi, changes: Mapping[str, str]) -> list[Replica]:
    path, data_id = info.text("objPath"), info.number("dataId")
    found = replicas.replicas(database, paths.normal(path)) if path else replicas.replicas_of(database, data_id)
    if not found:
        raise IrodsError(Code.CAT_UNKNOWN_FILE)
    me = call.agent.me
    if not me.is_admin and level_of(database, me.user_id, found[0].data_id) < Level.MODIFY_METADATA:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
    if "all" in changes:
        return found
    hierarchy, name = info.text("rescHier"), info.text("rescName")
    tree = call.zone.resources.tree()
    if hierarchy:
        leaf = tree.leaf_of_hierarchy(hierarchy).id
    elif name:
        leaf = tree.named(name).id
    else:
        return [placing.by_number(found, str(info.number("replNum")))]
    chosen = [replica for replica in found if replica.resc_id == leaf]
    if not chosen:
        raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
    return chosen


def _change(database: sqlite3.Connection, replica: Replica, changes: Mapping[str, str]) -> None:
    wanted = {FIELDS[key]: _value(key, text) for key, text in changes.items() if key in FIELDS}
    if "allReplStatus" in changes:
        wanted["data_is_dirty"] = int(changes["allReplStatus"] or 0)
    if not wanted:
        return
    columns = ", ".join(f"{column} = ?" for column in wanted)
    database.execute(
        f"UPDATE R_DATA_MAIN SET {columns} WHERE data_id = ? AND data_repl_num = ?",
        (*wanted.values(), replica.data_id, replica.number),
    )


@api(20007, "TOUCH_APN")
def touch(call: Call) -> Reply:
    """Set the modification time of a collection or a replica; make an empty object where nothing is."""
    document = call.pi.json()
    path = paths.normal(str(document.get("logical_path", "")))
    options: dict[str, Any] = document.get("options") or {}
    _require_sensible(options)
    stamp = f"{_wanted_time(call, options):011d}"
    coll = replicas.collection(call.catalog.read(), path)
    if coll is not None:
        if "replica_number" in options or "leaf_resource_name" in options:
            raise IrodsError(Code.USER_INCOMPATIBLE_PARAMS)
        _touch_row(call, coll.id, "UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ?", (stamp, coll.id))
        return Reply(0)
    if not replicas.replicas(call.catalog.read(), path):
        if options.get("no_create"):
            return Reply(0)
        _create_empty(call, path, options)
    found = replicas.replicas(call.catalog.read(), path)
    chosen = _touched(call, found, options)
    _touch_row(
        call,
        chosen.data_id,
        "UPDATE R_DATA_MAIN SET modify_ts = ? WHERE data_id = ? AND data_repl_num = ?",
        (stamp, chosen.data_id, chosen.number),
    )
    return Reply(0)


def _require_sensible(options: Mapping[str, Any]) -> None:
    if "replica_number" in options and "leaf_resource_name" in options:
        raise IrodsError(Code.USER_INCOMPATIBLE_PARAMS)
    if "seconds_since_epoch" in options and "reference" in options:
        raise IrodsError(Code.USER_INCOMPATIBLE_PARAMS)


def _touch_row(call: Call, object_id: int, statement: str, parameters: tuple[object, ...]) -> None:
    with call.catalog.write() as database:
        if level_of(database, call.agent.me.user_id, object_id) < Level.MODIFY_OBJECT:
            raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
        database.execute(statement, parameters)


def _wanted_time(call: Call, options: Mapping[str, Any]) -> int:
    if "seconds_since_epoch" in options:
        return max(0, int(options["seconds_since_epoch"]))
    if "reference" not in options:
        return int(time.time())
    path, database = paths.normal(str(options["reference"])), call.catalog.read()
    row = database.execute("SELECT modify_ts FROM R_COLL_MAIN WHERE coll_name = ?", (path,)).fetchone()
    if row is not None:
        return int(row[0])
    found = replicas.replicas(database, path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    return max(int(replica.modify_ts) for replica in found)


def _create_empty(call: Call, path: str, options: Mapping[str, Any]) -> None:
    if "replica_number" in options:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    keywords = {}
    if options.get("leaf_resource_name"):
        tree = call.zone.resources.tree()
        keywords["resc_hier"] = tree.leaf_names[tree.named(str(options["leaf_resource_name"])).id]
    wanted = Opening(path=path, flags=os.O_CREAT | os.O_WRONLY, keywords=keywords, size=0)
    opening.close_replica(call, opening.open_replica(call, wanted), {})


def _touched(call: Call, found: list[Replica], options: Mapping[str, Any]) -> Replica:
    """Return the replica whose time is meant; without a choice the newest good one."""
    if "replica_number" in options:
        return placing.by_number(found, str(options["replica_number"]))
    tree = call.zone.resources.tree()
    if options.get("leaf_resource_name"):
        leaf = tree.named(str(options["leaf_resource_name"])).id
        chosen = [replica for replica in found if replica.resc_id == leaf]
        if not chosen:
            raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
        return chosen[0]
    return max(found, key=lambda replica: (replica.status == replicas.Status.GOOD, replica.modify_ts))
