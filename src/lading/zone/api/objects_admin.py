"""Data objects as wholes: unlink, checksum, what lies at a path."""

from __future__ import annotations

import errno

from lading.zone import checksums, paths, placing, replicas, trash, vault
from lading.zone.acl import Level, level_of, require_admin
from lading.zone.codes import Code
from lading.zone.moving import Relocation
from lading.zone.pi import compact_json, pack, str_pi
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Replica, Status

_DATA_OBJECT, _COLLECTION = 1, 2


def object_at(call: Call, path: str, level: Level, *, missing: Code = Code.OBJ_PATH_DOES_NOT_EXIST) -> list[Replica]:
    """Return the replicas of the object at a path, provided who acts has `level` on it or rules as administrator."""
    database = call.catalog.read()
    found = replicas.replicas(database, path)
    if not found:
        raise IrodsError(missing)
    if "irodsAdmin" in call.pi.keywords:
        require_admin(call.agent)
    elif level_of(database, call.agent.me.user_id, found[0].data_id) < level:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
    return found


@api(615, "DATA_OBJ_UNLINK_AN")
def unlink(call: Call) -> Reply:
    """
    Remove an object: into the trash, for good with force, or only its rows with unregister.

    All its replicas go, whatever the request says of one of them: servers from 4.3 on do not read `replNum` here.
    """
    path = paths.normal(call.pi.text("objPath"))
    keywords = call.pi.keywords
    actor = trash.Actor(zone=call.zone, agent=call.agent)
    unregister = call.pi.number("oprType") == trash.UNREGISTER
    gone: list[Replica] = []
    relocation = Relocation(call.zone)
    with call.catalog.write() as database, relocation:
        found = replicas.replicas(database, path)
        if not found:
            raise IrodsError(Code.CAT_NO_ROWS_FOUND)
        trash.require_deletable(actor, database, found)
        if unregister or "forceFlag" in keywords or actor.is_in_trash(path):
            gone = found
            trash.drop_rows(database, found)
        else:
            trash.move_to_trash(actor, relocation, database, path, found)
    relocation.finish()
    if not unregister:
        trash.remove_files(call.zone, gone)
    return Reply(0)


@api(633, "OBJ_STAT_AN")
def obj_stat(call: Call) -> Reply:
    """Say what lies at a path, if who acts may see it."""
    path = paths.normal(call.pi.text("objPath"))
    database = call.catalog.read()
    coll = replicas.collection(database, path)
    if coll is not None:
        return Reply(_COLLECTION, _stat_collection(call, coll.id))
    found = replicas.replicas(database, path)
    if not found or not _visible(call, found[0].data_id):
        raise IrodsError(Code.USER_FILE_DOES_NOT_EXIST)
    good = next((replica for replica in found if replica.status == Status.GOOD), found[0])
    return Reply(
        _DATA_OBJECT,
        _stat(
            size=good.size,
            kind=_DATA_OBJECT,
            identity=good.data_id,
            checksum=good.checksum,
            owner=(good.owner, good.owner_zone),
            times=(good.create_ts, good.modify_ts),
            hierarchy=call.zone.resources.tree().leaf_names.get(good.resc_id, ""),
        ),
    )


def _visible(call: Call, object_id: int) -> bool:
    me = call.agent.me
    return me.is_admin or level_of(call.catalog.read(), me.user_id, object_id) >= Level.READ_OBJECT


def _stat_collection(call: Call, coll_id: int) -> str:
    if not _visible(call, coll_id):
        raise IrodsError(Code.USER_FILE_DOES_NOT_EXIST)
    row = (
        call.catalog.read()
        .execute(
            "SELECT coll_owner_name, coll_owner_zone, create_ts, modify_ts FROM R_COLL_MAIN WHERE coll_id = ?",
            (coll_id,),
        )
        .fetchone()
    )
    return _stat(size=0, kind=_COLLECTION, identity=coll_id, checksum="", owner=row[:2], times=row[2:], hierarchy="")


def _stat(
    *,
    size: int,
    kind: int,
    identity: int,
    checksum: str,
    owner: tuple[str, str],
    times: tuple[str, str],
    hierarchy: str,
) -> str:
    return pack(
        "RodsObjStat_PI",
        ("objSize", size),
        ("objType", kind),
        ("dataMode", 0),
        ("dataId", identity),
        ("chksum", checksum),
        ("ownerName", owner[0]),
        ("ownerZone", owner[1]),
        ("createTime", times[0]),
        ("modifyTime", times[1]),
        ("rescHier", hierarchy),
    )


@api(629, "DATA_OBJ_CHKSUM_AN")
def checksum(call: Call) -> Reply:
    """Return the checksum of an object: the recorded one, or one computed now from the stored file."""
    path = paths.normal(call.pi.text("objPath"))
    keywords = call.pi.keywords
    found = object_at(call, path, Level.READ_OBJECT)
    if "verifyChksum" in keywords:
        return _verify(call, found)
    force = "forceChksum" in keywords
    if "ChksumAll" in keywords:
        texts = [_checksum_of(call, replica, force=force) for replica in found if replica.status == Status.GOOD]
        if not texts:
            raise IrodsError(Code.SYS_NO_GOOD_REPLICA)
        return Reply(0, str_pi(texts[0]))
    chosen = placing.choose(call.zone.resources.tree(), found, keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    return Reply(0, str_pi(_checksum_of(call, chosen, force=force)))


def _checksum_of(call: Call, replica: Replica, *, force: bool) -> str:
    """Return one replica's checksum; a computed one is recorded."""
    if replica.checksum and not force:
        return replica.checksum
    replicas.require_unlocked([replica])
    scheme = checksums.scheme_of(replica.checksum) if replica.checksum else call.zone.settings.hash_scheme
    text = checksums.of_file(replica.physical, scheme)
    with call.catalog.write() as database:
        if level_of(database, call.agent.me.user_id, replica.data_id) >= Level.MODIFY_METADATA:
            database.execute(
                "UPDATE R_DATA_MAIN SET data_checksum = ? WHERE data_id = ? AND data_repl_num = ?",
                (text, replica.data_id, replica.number),
            )
    return text


def _verify(call: Call, found: list[Replica]) -> Reply:
    """Compare what is recorded with what is stored, of the named replica or of all good ones; nothing is changed."""
    keywords = call.pi.keywords
    if keywords.get("replNum") or placing.resource_wanted(keywords):
        chosen = placing.choose(call.zone.resources.tree(), found, keywords)
        reports = _reports([] if chosen is None else [chosen], keywords)
    else:
        good = [replica for replica in found if replica.status == Status.GOOD]
        if not good:
            raise IrodsError(Code.SYS_NO_GOOD_REPLICA)
        skipped = len(found) - len(good)
        told = [_finding(0, f"INFO: Number of replicas skipped: {skipped}", "info")] if skipped else []
        reports = [*told, *_reports(good, keywords)]
    if not reports:
        return Reply(0)
    return Reply(Code.CHECK_VERIFICATION_RESULTS, str_pi(compact_json(reports)))


def _reports(found: list[Replica], keywords: dict[str, str]) -> list[dict[str, object]]:
    """Return what is wrong with replicas, in a server's order: sizes, missing checksums, and checksums if none is missing."""
    reports = []
    for replica in found:
        size = vault.size_if_there(replica.physical)
        if size < 0:
            message = f"ERROR: Could not verify size for replica [{replica.number}]."
            reports.append(_finding(Code.UNIX_FILE_STAT_ERR - errno.ENOENT, message, "error"))
        elif size != replica.size:
            message = f"ERROR: Physical size does not match size in catalog for replica [{replica.number}]."
            reports.append(_finding(Code.USER_FILE_SIZE_MISMATCH, message, "error"))
    bare = [replica for replica in found if not replica.checksum]
    for replica in bare:
        message = f"WARNING: No checksum available for replica [{replica.number}]."
        reports.append(_finding(Code.CAT_NO_CHECKSUM_FOR_REPLICA, message, "warning"))
    if bare or "no_compute" in keywords:
        return reports
    return [*reports, *(told for replica in found if (told := _checksum_report(replica)) is not None)]


def _checksum_report(replica: Replica) -> dict[str, object] | None:
    try:
        made = checksums.of_file(replica.physical, checksums.scheme_of(replica.checksum))
    except IrodsError as error:
        return _finding(error.code, f"ERROR: Could not verify checksum for replica [{replica.number}].", "error")
    if made == replica.checksum:
        return None
    message = f"ERROR: Computed checksum does not match what is in the catalog for replica [{replica.number}]."
    return _finding(Code.USER_CHKSUM_MISMATCH, message, "error")


def _finding(code: int, message: str, severity: str) -> dict[str, object]:
    return {"error_code": int(code), "message": message, "severity": severity}
