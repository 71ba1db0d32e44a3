"""Registering files where they lie: one by one, and as a tree."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lading.zone import checksums, objects, paths, placing, replicas, vault
from lading.zone.acl import Level, level_of
from lading.zone.api import collections
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.placing import Wish
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import NewReplica, Replica, Status

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.resources import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file to register, as it was looked at before the transaction."""

    logical: str
    physical: str
    size: int
    checksum: str = ""
    mode: str = ""
    modified: str = ""  #: eleven digits; empty: now


@api(630, "PHY_PATH_REG_AN")
def phy_path_reg(call: Call) -> Reply:
    """Register a file, a replica of an object, or a whole folder."""
    keywords = call.pi.keywords
    if not call.agent.me.is_admin:
        raise IrodsError(Code.PATH_REG_NOT_ALLOWED)
    logical, physical = paths.normal(call.pi.text("objPath")), keywords.get("filePath", "")
    if not physical.startswith("/"):
        raise IrodsError(Code.SYS_INVALID_FILE_PATH)
    if "collection" in keywords:
        _register_folder(call, logical, physical)
    else:
        _register_file(call, _look(call, logical, physical))
    return Reply(0)


def _time_said(call: Call) -> str:
    """Return the modification time that a request gives; an empty text if it gives none."""
    said = call.pi.keywords.get("dataModify", "").strip()
    return f"{int(said):011d}" if said.isdigit() else ""


def _look(call: Call, logical: str, physical: str) -> Found:
    """Read size and, where asked, checksum of a file; a given size stands without a look."""
    keywords = call.pi.keywords
    said = keywords.get("dataSize", "")
    size = int(said) if said.isdigit() else _regular_size(physical)
    checksum = ""
    if "regChksum" in keywords or "verifyChksum" in keywords:
        checksum = checksums.of_file(physical, objects.wanted_scheme(call.zone, keywords))
    if "regRepl" in keywords:
        checksum = _checksum_beside(call, logical, physical)
    expected = keywords.get("verifyChksum")
    if expected and expected != checksum:
        raise IrodsError(Code.USER_CHKSUM_MISMATCH)
    return Found(logical=logical, physical=physical, size=size, checksum=checksum, modified=_time_said(call))


def _checksum_beside(call: Call, logical: str, physical: str) -> str:
    """Return the checksum of a further replica's file, made as that of the object it joins; none where it has none."""
    there = replicas.replicas(call.catalog.read(), logical)
    like = placing.choose(call.zone.resources.tree(), there, {})
    return checksums.of_file(physical, checksums.scheme_of(like.checksum)) if like and like.checksum else ""


def _regular_size(physical: str) -> int:
    with vault.refusing(Code.UNIX_FILE_STAT_ERR):
        status = Path(physical).stat()
    if not stat.S_ISREG(status.st_mode):
        raise IrodsError(Code.UNIX_FILE_STAT_ERR)
    return status.st_size


def _register_folder(call: Call, logical: str, physical: str) -> None:
    """Register a folder as a collection, and all regular files below it."""
    with call.catalog.write() as database:
        collections.create_parents(call, database, logical)
    with vault.refusing(Code.UNIX_FILE_OPENDIR_ERR), os.scandir(physical) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        child = paths.join(logical, entry.name)
        if entry.is_dir(follow_symlinks=False):
            _register_folder(call, child, entry.path)
        elif entry.is_file(follow_symlinks=False) and _is_wanted(call, child):
            _register_file(call, _look(call, child, entry.path))


def _is_wanted(call: Call, logical: str) -> bool:
    return "forceFlag" in call.pi.keywords or not replicas.replicas(call.catalog.read(), logical)


def _register_file(call: Call, file: Found) -> None:
    keywords = call.pi.keywords
    with call.catalog.write() as database:
        there = replicas.replicas(database, file.logical)
        if "regRepl" in keywords:
            _add_replica(call, database, file, there)
        elif not there:
            leaf = placing.leaf_to_register(call.zone, database, Wish(path=file.logical, keywords=keywords))
            insert(call, database, file, leaf, objects.data_type(database, keywords))
        elif "forceFlag" in keywords:
            _refresh(call, database, file, there)
        else:
            raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)


def insert(call: Call, database: sqlite3.Connection, file: Found, leaf: Resource, data_type: str) -> int:
    """Insert a new object whose file is there already; return its id."""
    parent, name = paths.split(file.logical)
    coll = replicas.require_collection(database, parent)
    objects.require_addable(database, call.agent, coll, name)
    me = call.agent.me
    new = NewReplica(
        coll_id=coll.id,
        name=name,
        physical=file.physical,
        resc_id=leaf.id,
        owner=me.name,
        owner_zone=me.zone,
        type=data_type,
        size=file.size,
        status=Status.GOOD,
        checksum=file.checksum,
        mode=file.mode,
        modified=file.modified,
    )
    data_id = replicas.insert(call.catalog, database, new)
    replicas.give_first_access(database, data_id, call.agent, coll)
    replicas.touch_collection(database, coll.id)
    return data_id


def _require_level(call: Call, database: sqlite3.Connection, there: list[Replica]) -> None:
    if level_of(database, call.agent.me.user_id, there[0].data_id) < Level.MODIFY_OBJECT:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)


def _add_replica(call: Call, database: sqlite3.Connection, file: Found, there: list[Replica]) -> None:
    """
    Add a replica beside those that are there.

    It is taken for a copy of the one that would be read. Where size or checksum say otherwise, or the request itself
    names a size, it is the new truth and the others are stale. Its time is that of the registration.
    """
    if not there:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    _require_level(call, database, there)
    leaf = placing.leaf_to_register(call.zone, database, Wish(path=file.logical, keywords=call.pi.keywords))
    if any(replica.resc_id == leaf.id for replica in there):
        raise IrodsError(Code.SYS_COPY_ALREADY_IN_RESC)
    like = placing.choose(call.zone.resources.tree(), there, {}) or there[0]
    new = NewReplica(
        coll_id=like.coll_id,
        name=like.name,
        physical=file.physical,
        resc_id=leaf.id,
        owner=like.owner,
        owner_zone=like.owner_zone,
        number=there[-1].number + 1,
        data_id=like.data_id,
        type=like.type,
        size=file.size,
        status=Status.GOOD,
        checksum=file.checksum,
    )
    replicas.insert(call.catalog, database, new)
    if "dataSize" in call.pi.keywords or (file.size, file.checksum) != (like.size, like.checksum):
        for replica in there:
            replicas.set_status(database, replica, Status.STALE)


def _refresh(call: Call, database: sqlite3.Connection, file: Found, there: list[Replica]) -> None:
    """Record again what lies at the physical path of an object that is registered already."""
    _require_level(call, database, there)
    replicas.require_unlocked(there)
    chosen = placing.choose(call.zone.resources.tree(), there, call.pi.keywords)
    if chosen is None:
        raise IrodsError(Code.HIERARCHY_ERROR)
    database.execute(
        "UPDATE R_DATA_MAIN SET data_path = ?, data_size = ?, data_checksum = ?, modify_ts = ?, data_is_dirty = 1"
        " WHERE data_id = ? AND data_repl_num = ?",
        (file.physical, file.size, file.checksum, now_text(), chosen.data_id, chosen.number),
    )
