"""Replicas: more of them, fewer of them, shorter ones."""

from __future__ import annotations

import os
import time

from lading.zone import copying, objects, paths, placing, replicas, trash, vault
from lading.zone.acl import Level
from lading.zone.api.objects_admin import object_at
from lading.zone.api.rename import transfer_stat
from lading.zone.codes import Code
from lading.zone.pi import compact_json, str_pi
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Replica, Status

#: good replicas that a trim leaves unless told otherwise
_KEPT = 2
_SECONDS_PER_MINUTE = 60


@api(695, "DATA_OBJ_REPL_AN")
def replicate(call: Call) -> Reply:
    """Copy a good replica to another resource, or refresh stale ones."""
    keywords = call.pi.keywords
    found = object_at(call, paths.normal(call.pi.text("objPath")), Level.READ_OBJECT)
    tree = call.zone.resources.tree()
    replicas.require_unlocked(found)
    source = _source(call, found)
    if "updateRepl" in keywords and "all" in keywords:
        stale = [replica for replica in found if replica.status == Status.STALE]
        sizes = [copying.replicate(call.zone, source.data_id, source, tree.by_id[old.resc_id]) for old in stale]
        return Reply(0, transfer_stat(sum(sizes)))
    root = keywords.get("destRescName") or keywords.get("defRescName") or call.zone.settings.resource
    resource = tree.root(root)
    there = [replica for replica in found if tree.root_of(replica.resc_id) == root]
    if any(replica.status == Status.GOOD for replica in there):
        raise IrodsError(Code.SYS_NOT_ALLOWED)
    leaf = tree.by_id[there[0].resc_id] if there else tree.leaf_for_create(resource)
    return Reply(0, transfer_stat(copying.replicate(call.zone, source.data_id, source, leaf)))


def _source(call: Call, found: list[Replica]) -> Replica:
    """Return the replica to copy from; it has to be good."""
    keywords = {key: value for key, value in call.pi.keywords.items() if key in {"replNum", "rescName"}}
    chosen = placing.choose(call.zone.resources.tree(), found, keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    if chosen.status != Status.GOOD:
        raise IrodsError(Code.SYS_NO_GOOD_REPLICA)
    return chosen


@api(632, "DATA_OBJ_TRIM_AN")
def trim(call: Call) -> Reply:
    """Remove replicas; the status is 1 if any went. The last good one never goes."""
    keywords = call.pi.keywords
    found = object_at(call, paths.normal(call.pi.text("objPath")), Level.DELETE_OBJECT)
    replicas.require_unlocked(found)
    doomed = _doomed(call, found)
    if doomed and "dryrun" not in keywords:
        drop(call, doomed, leave_files=call.pi.number("oprType") == trash.UNREGISTER)
    return Reply(int(bool(doomed)))


def _doomed(call: Call, found: list[Replica]) -> list[Replica]:
    """Return the replicas that go: the one that is named, else the stale ones first, as far as enough are left."""
    keywords = call.pi.keywords
    copies = int(keywords.get("copies") or _KEPT)
    if copies < 1:
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    spare = len(found) - copies
    if spare < 1:
        return []
    candidates = _candidates(call, found)
    spare_good = sum(replica.status == Status.GOOD for replica in found) - 1
    if keywords.get("replNum"):
        if spare_good < 1 and candidates[0].status == Status.GOOD:
            raise IrodsError(Code.USER_INCOMPATIBLE_PARAMS)
        return candidates
    stale = [replica for replica in candidates if replica.status == Status.STALE]
    good = [replica for replica in candidates if replica.status == Status.GOOD]
    return (stale + good[: max(0, spare_good)])[:spare]


def _candidates(call: Call, found: list[Replica]) -> list[Replica]:
    keywords, tree = call.pi.keywords, call.zone.resources.tree()
    candidates = found
    if keywords.get("replNum"):
        candidates = [placing.by_number(found, keywords["replNum"])]
    elif keywords.get("rescName"):
        tree.root(keywords["rescName"])
        candidates = [replica for replica in found if tree.root_of(replica.resc_id) == keywords["rescName"]]
    if keywords.get("age"):
        oldest = time.time() - int(keywords["age"]) * _SECONDS_PER_MINUTE
        candidates = [replica for replica in candidates if int(replica.modify_ts) <= oldest]
    return candidates


def drop(call: Call, doomed: list[Replica], *, leave_files: bool) -> None:
    """Remove rows of replicas, then their files."""
    with call.catalog.write() as database:
        for replica in doomed:
            database.execute(
                "DELETE FROM R_DATA_MAIN WHERE data_id = ? AND data_repl_num = ?", (replica.data_id, replica.number)
            )
    if not leave_files:
        trash.remove_files(call.zone, doomed)


@api(652, "DATA_OBJ_TRUNCATE_AN")
def truncate(call: Call) -> Reply:
    """Set the size of an object's best replica."""
    _truncate(call)
    return Reply(0)


@api(802, "REPLICA_TRUNCATE_AN")
def replica_truncate(call: Call) -> Reply:
    """Set the size of one replica, and say which one it was."""
    chosen = _truncate(call)
    return Reply(0, _truncated("", chosen.number, call.zone.resources.tree().leaf_names.get(chosen.resc_id)))


def _truncated(message: str, number: int | None, hierarchy: str | None) -> str:
    document = {"message": message, "replica_number": number, "resource_hierarchy": hierarchy}
    return str_pi(compact_json(document))


def _truncate(call: Call) -> Replica:
    path, keywords = paths.normal(call.pi.text("objPath")), call.pi.keywords
    found = object_at(call, path, Level.MODIFY_OBJECT)
    chosen = placing.choose(call.zone.resources.tree(), found, keywords)
    if chosen is None:
        name = placing.resource_wanted(keywords)
        message = (
            f"rs_replica_truncate: Hierarchy descending from specified resource name [{name}] does not have a replica"
            f" of [{path}] or the replica is inaccessible at this time."
        )
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE, body=_truncated(message, None, None))
    with call.catalog.write() as database:
        target = objects.lock(database, replicas.replicas_of(database, chosen.data_id), chosen)
    size = call.pi.number("dataSize")
    try:
        with vault.refusing(Code.UNIX_FILE_TRUNCATE_ERR):
            os.truncate(chosen.physical, size)
    except BaseException:
        with call.catalog.write() as database:
            objects.release(database, target)
        raise
    with call.catalog.write() as database:
        if size == chosen.size:
            objects.release(database, target)
        else:
            objects.finish(database, target, objects.Written(size=size, checksum=""))
    return chosen
