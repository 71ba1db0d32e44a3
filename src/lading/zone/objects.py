"""Writing a replica: the row and the locks before, what is recorded after."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone import checksums, paths, replicas, vault
from lading.zone.acl import Level, level_of
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.registry import IrodsError
from lading.zone.replicas import Collection, NewReplica, Replica, Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from lading.zone.agent import Agent
    from lading.zone.resources import Tree
    from lading.zone.state import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A replica that is being written; its row is intermediate."""

    data_id: int
    coll_id: int
    name: str
    number: int
    physical: str
    resc_id: int
    created: bool
    before: dict[int, int]  #: states of the replicas that were there, by number


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is known once the data lie in the vault."""

    size: int
    checksum: str
    status: Status = Status.GOOD


def resource_wanted(keywords: Mapping[str, str]) -> str:
    """Return the root resource that a request names, or an empty text."""
    return keywords.get("destRescName") or keywords.get("rescName") or ""


def begin(zone: Zone, agent: Agent, database: sqlite3.Connection, path: str, keywords: Mapping[str, str]) -> Target:
    """Lock an existing replica for writing, or insert a new row; inside one transaction."""
    parent, name = paths.split(path)
    coll = replicas.collection(database, parent)
    if coll is None:
        raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)
    found = replicas.replicas_in(database, coll.id, name)
    if found:
        return _begin_existing(zone, agent, database, found, keywords)
    return _begin_new(zone, agent, database, coll, name, keywords)


def _begin_existing(
    zone: Zone, agent: Agent, database: sqlite3.Connection, found: list[Replica], keywords: Mapping[str, str]
) -> Target:
    replicas.require_data_level(database, agent, found[0].data_id, Level.MODIFY_OBJECT)
    chosen = choose(zone.resources.tree(), found, keywords)
    replicas.require_unlocked(found)
    for replica in found:
        replicas.set_status(
            database, replica, Status.INTERMEDIATE if replica is chosen else Status.WRITE_LOCKED
        )
    return Target(
        data_id=chosen.data_id,
        coll_id=chosen.coll_id,
        name=chosen.name,
        number=chosen.number,
        physical=chosen.physical,
        resc_id=chosen.resc_id,
        created=False,
        before={replica.number: replica.status for replica in found},
    )


def choose(tree: Tree, found: list[Replica], keywords: Mapping[str, str]) -> Replica:
    """
    Return the replica that a request means.

    A replica number or a hierarchy in the request decides; else the named root; else the good replica with the
    lowest number, else any. Raises SYS_REPLICA_DOES_NOT_EXIST or HIERARCHY_ERROR where there is none.
    """
    if keywords.get("replNum"):
        return by_number(found, keywords["replNum"])
    if keywords.get("resc_hier"):
        leaf = tree.leaf_of_hierarchy(keywords["resc_hier"]).id
        candidates = [replica for replica in found if replica.resc_id == leaf]
        if not candidates:
            raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
        return candidates[0]
    root = resource_wanted(keywords)
    candidates = found
    if root:
        tree.root(root)
        candidates = [replica for replica in found if tree.root_of(replica.resc_id) == root]
    candidates = [replica for replica in candidates if not _is_down(tree, replica)]
    if not candidates:
        raise IrodsError(Code.HIERARCHY_ERROR)
    return next((replica for replica in candidates if replica.status == Status.GOOD), candidates[0])


def _is_down(tree: Tree, replica: Replica) -> bool:
    resource = tree.by_id.get(replica.resc_id)
    return resource is None or resource.is_down


def by_number(found: list[Replica], text: str) -> Replica:
    """Return the replica with a number."""
    for replica in found:
        if str(replica.number) == text.strip():
            return replica
    raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)


def _begin_new(
    zone: Zone, agent: Agent, database: sqlite3.Connection, coll: Collection, name: str, keywords: Mapping[str, str]
) -> Target:
    logical = paths.join(coll.path, name)
    if replicas.collection(database, logical) is not None:
        raise IrodsError(Code.CAT_NAME_EXISTS_AS_COLLECTION)
    if level_of(database, agent.me.user_id, coll.id) < Level.MODIFY_OBJECT:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
    leaf = _leaf_for_new(zone, keywords)
    physical = vault.physical_path(leaf.vault, logical)
    new = NewReplica(
        coll_id=coll.id,
        name=name,
        physical=physical,
        resc_id=leaf.id,
        owner=agent.me.name,
        owner_zone=agent.me.zone,
        type=data_type(database, keywords),
    )
    data_id = replicas.insert(zone.catalog, database, new)
    replicas.give_first_access(database, data_id, agent, coll)
    return Target(
        data_id=data_id,
        coll_id=coll.id,
        name=name,
        number=0,
        physical=physical,
        resc_id=leaf.id,
        created=True,
        before={},
    )


def _leaf_for_new(zone: Zone, keywords: Mapping[str, str]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    tree = zone.resources.tree()
    if keywords.get("resc_hier"):
        return tree.leaf_of_hierarchy(keywords["resc_hier"])
    root = resource_wanted(keywords) or keywords.get("defRescName") or zone.settings.resource
    return tree.leaf_for_create(tree.root(root))


def data_type(database: sqlite3.Connection, keywords: Mapping[str, str]) -> str:
    """Return the data type that a request names; it must be a token."""
    name = keywords.get("dataType") or "generic"
    if name != "generic":
        row = database.execute(
            "SELECT 1 FROM R_TOKN_MAIN WHERE token_namespace = 'data_type' AND token_name = ?", (name,)
        ).fetchone()
        if row is None:
            raise IrodsError(Code.CAT_INVALID_DATA_TYPE)
    return name


_FINISH = (
    "UPDATE R_DATA_MAIN SET data_size = ?, data_checksum = ?, data_is_dirty = ?, modify_ts = ?, access_ts = ?"
    " WHERE coll_id = ? AND data_name = ? AND data_repl_num = ?"
)


def finish(database: sqlite3.Connection, target: Target, written: Written) -> None:
    """Record a write: the replica takes its state, the others become stale after a good write, else as they were."""
    now = now_text()
    database.execute(
        _FINISH,
        (
            written.size, written.checksum, int(written.status), now, now, target.coll_id, target.name, target.number,
        ),
    )  # fmt: skip
    if target.created:
        database.execute(
            "UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ? AND modify_ts <> ?", (now, target.coll_id, now)
        )
    for number, status in target.before.items():
        if number != target.number:
            after = Status.STALE if written.status == Status.GOOD else status
            database.execute(
                "UPDATE R_DATA_MAIN SET data_is_dirty = ? WHERE data_id = ? AND data_repl_num = ?",
                (int(after), target.data_id, number),
            )


def open_new_file(zone: Zone, target: Target) -> int:
    """Create the file of a new replica, or open and empty that of an existing one."""
    if not target.created:
        return vault.open_file(target.physical, os.O_RDWR | os.O_TRUNC)
    descriptor, physical = vault.create(target.physical)
    if physical != target.physical:
        with zone.catalog.write() as database:
            database.execute(
                "UPDATE R_DATA_MAIN SET data_path = ? WHERE data_id = ? AND data_repl_num = ?",
                (physical, target.data_id, target.number),
            )
    return descriptor


def physical_of(database: sqlite3.Connection, data_id: int, number: int) -> str:
    """Return where a replica lies now."""
    row = database.execute(
        "SELECT data_path FROM R_DATA_MAIN WHERE data_id = ? AND data_repl_num = ?", (data_id, number)
    ).fetchone()
    if row is None:
        raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
    return str(row[0])


def mark_failed(zone: Zone, target: Target) -> None:
    """Leave what was half written as stale, and free the other replicas."""
    size = 0
    with contextlib.suppress(OSError):
        size = os.stat(target.physical).st_size
    with zone.catalog.write() as database:
        finish(database, target, Written(size=size, checksum="", status=Status.STALE))


def wanted_scheme(zone: Zone, keywords: Mapping[str, str]) -> str:
    """Return the scheme of a checksum to be made: that of the one to verify, or the zone's."""
    expected = keywords.get("verifyChksum") or ""
    return checksums.scheme_of(expected) if expected else zone.settings.hash_scheme


def abandon_all(zone: Zone, agent: Agent) -> None:
    """Close what a connection left open: half-written replicas become stale, locks go."""
    for descriptor in list(agent.descriptors.values()):
        with contextlib.suppress(OSError):
            os.close(descriptor.file)
        if descriptor.target is not None:
            mark_failed(zone, descriptor.target)
        if descriptor.token:
            zone.access.drop(descriptor.data_id, descriptor.replica)
    agent.descriptors.clear()
