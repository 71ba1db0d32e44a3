"""Writing a replica: the row and the locks before, what is recorded after."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone import checksums, paths, quotas, replicas, ticketing, vault
from lading.zone.acl import Level, level_of
from lading.zone.catalog.db import now_text
from lading.zone.codes import Code
from lading.zone.placing import Wish, choose, leaf_for_new
from lading.zone.registry import IrodsError
from lading.zone.replicas import Collection, NewReplica, Replica, Status
from lading.zone.ticketing import Use, Wanted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from lading.zone.agent import Agent
    from lading.zone.resources import Resource
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
    created: bool  #: the row is new
    before: dict[int, int]  #: states of the replicas that were there, by number
    size: int = 0  #: as recorded before
    checksum: str = ""  #: as recorded before


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is known once the data lie in the vault."""

    size: int
    checksum: str
    status: Status = Status.GOOD


def begin(zone: Zone, agent: Agent, database: sqlite3.Connection, wish: Wish) -> Target:
    """Lock an existing replica for writing, or insert a new row; inside one transaction."""
    parent, name = paths.split(wish.path)
    coll = replicas.require_collection(database, parent)
    found = replicas.replicas_in(database, coll.id, name)
    if not found:
        return _begin_object(zone, agent, database, coll, wish)
    require_writable(database, agent, found[0], coll.path)
    chosen = choose(zone.resources.tree(), found, wish.keywords)
    if chosen is None:
        if not wish.may_add_replica:
            raise IrodsError(Code.HIERARCHY_ERROR)
        return _begin_replica(zone, database, found, wish)
    return lock(database, found, chosen)


def require_writable(database: sqlite3.Connection, agent: Agent, replica: Replica, collection: str) -> None:
    """Refuse unless who acts, or the session's ticket, may change an object."""
    if level_of(database, agent.me.user_id, replica.data_id) >= Level.MODIFY_OBJECT:
        return
    wanted = Wanted(data_id=replica.data_id, collection=collection, use=Use.WRITE)
    if not ticketing.admits(database, agent, wanted):
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION, f"no permission to update collection '{collection}'")


def lock(database: sqlite3.Connection, found: list[Replica], chosen: Replica) -> Target:
    """Take the lock of a write: the chosen replica becomes intermediate, its siblings write-locked."""
    replicas.require_unlocked(found)
    for replica in found:
        replicas.set_status(
            database, replica, Status.INTERMEDIATE if replica.number == chosen.number else Status.WRITE_LOCKED
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
        size=chosen.size,
        checksum=chosen.checksum,
    )


def _begin_replica(zone: Zone, database: sqlite3.Connection, found: list[Replica], wish: Wish) -> Target:
    """Insert a row for a further replica; the others are locked until it is written."""
    replicas.require_unlocked(found)
    leaf = leaf_for_new(zone, database, wish)
    physical = vault.physical_path(leaf.vault, wish.path)
    number = add_row(zone, database, found[0], NewPlace(number=found[-1].number + 1, leaf=leaf, physical=physical))
    for replica in found:
        replicas.set_status(database, replica, Status.WRITE_LOCKED)
    return Target(
        data_id=found[0].data_id,
        coll_id=found[0].coll_id,
        name=found[0].name,
        number=number,
        physical=physical,
        resc_id=leaf.id,
        created=True,
        before={replica.number: replica.status for replica in found},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """Where a further replica is to lie."""

    number: int
    leaf: Resource
    physical: str


def add_row(zone: Zone, database: sqlite3.Connection, like: Replica, place: NewPlace) -> int:
    """Insert an intermediate row beside an existing replica; return its number."""
    new = NewReplica(
        coll_id=like.coll_id,
        name=like.name,
        physical=place.physical,
        resc_id=place.leaf.id,
        owner=like.owner,
        owner_zone=like.owner_zone,
        number=place.number,
        data_id=like.data_id,
        type=like.type,
    )
    replicas.insert(zone.catalog, database, new)
    return place.number


def require_addable(database: sqlite3.Connection, agent: Agent, coll: Collection, name: str) -> None:
    """Refuse unless who acts may make a new object of this name in a collection."""
    if replicas.collection(database, paths.join(coll.path, name)) is not None:
        raise IrodsError(Code.CAT_NAME_EXISTS_AS_COLLECTION)
    if level_of(database, agent.me.user_id, coll.id) >= Level.MODIFY_OBJECT:
        return
    wanted = Wanted(data_id=None, collection=coll.path, use=Use.WRITE)
    if not ticketing.admits(database, agent, wanted):
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION, f"no permission to update collection '{coll.path}'")


def _begin_object(zone: Zone, agent: Agent, database: sqlite3.Connection, coll: Collection, wish: Wish) -> Target:
    name = paths.split(wish.path)[1]
    require_addable(database, agent, coll, name)
    leaf = leaf_for_new(zone, database, wish)
    quotas.require_within(database, agent.me.user_id, leaf.id, wish.size)
    physical = vault.physical_path(leaf.vault, wish.path)
    new = NewReplica(
        coll_id=coll.id,
        name=name,
        physical=physical,
        resc_id=leaf.id,
        owner=agent.me.name,
        owner_zone=agent.me.zone,
        type=data_type(database, wish.keywords),
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
    row = (written.size, written.checksum, int(written.status), now, now, target.coll_id, target.name, target.number)
    database.execute(_FINISH, row)
    if target.created:
        database.execute(
            "UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ? AND modify_ts <> ?", (now, target.coll_id, now)
        )
    _free_siblings(database, target, stale=written.status == Status.GOOD)


def _free_siblings(database: sqlite3.Connection, target: Target, *, stale: bool) -> None:
    for number, status in target.before.items():
        if number != target.number:
            after = Status.STALE if stale else status
            database.execute(
                "UPDATE R_DATA_MAIN SET data_is_dirty = ? WHERE data_id = ? AND data_repl_num = ?",
                (int(after), target.data_id, number),
            )


def release(database: sqlite3.Connection, target: Target) -> None:
    """Give a lock back as if nothing had happened: nothing was written."""
    database.execute(
        "UPDATE R_DATA_MAIN SET data_is_dirty = ? WHERE data_id = ? AND data_repl_num = ?",
        (int(target.before[target.number]), target.data_id, target.number),
    )
    _free_siblings(database, target, stale=False)


def open_new_file(zone: Zone, target: Target) -> int:
    """Create the file of a new replica, or open and empty that of an existing one; if that was lost it is made again."""
    if not target.created:
        return vault.open_file(target.physical, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    descriptor, physical = vault.create(target.physical)
    if physical != target.physical:
        with zone.catalog.write() as database:
            database.execute(
                "UPDATE R_DATA_MAIN SET data_path = ? WHERE data_id = ? AND data_repl_num = ?",
                (physical, target.data_id, target.number),
            )
    return descriptor


def physical_of(zone: Zone, data_id: int, number: int) -> str:
    """Return where a replica lies now."""
    row = (
        zone.catalog.read()
        .execute("SELECT data_path FROM R_DATA_MAIN WHERE data_id = ? AND data_repl_num = ?", (data_id, number))
        .fetchone()
    )
    if row is None:
        raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)
    return str(row[0])


def undo(zone: Zone, target: Target) -> None:
    """Take back a row whose file could not be made; an existing replica gets its state back."""
    with zone.catalog.write() as database:
        if not target.created:
            release(database, target)
            return
        database.execute(
            "DELETE FROM R_DATA_MAIN WHERE data_id = ? AND data_repl_num = ?", (target.data_id, target.number)
        )
        _free_siblings(database, target, stale=False)
        if not target.before:
            replicas.forget(database, target.data_id)


def mark_failed(zone: Zone, target: Target) -> None:
    """Leave what was half written as stale, and free the other replicas."""
    size = 0
    with contextlib.suppress(OSError, IrodsError):
        size = vault.size_of(physical_of(zone, target.data_id, target.number))
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
