"""Copying stored files: replicas beside replicas, and new objects from old ones."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lading.zone import checksums, objects, replicas, vault
from lading.zone.objects import NewPlace, Target, Written
from lading.zone.replicas import Replica, Status

if TYPE_CHECKING:
    from lading.zone.resources import Resource
    from lading.zone.state import Zone

#: bytes that the kernel copies in one call
_PIECE = 64 * 1024 * 1024


def copy_bytes(source: str, target: int) -> int:
    """Copy a file into an open, empty one; return the number of bytes."""
    done = 0
    descriptor = vault.open_file(source, os.O_RDONLY)
    try:
        with vault.refusing_write():
            while count := os.sendfile(target, descriptor, done, _PIECE):
                done += count
    finally:
        os.close(descriptor)
    return done


def replicate(zone: Zone, data_id: int, source: Replica, leaf: Resource) -> int:
    """
    Make or refresh the replica of an object on a leaf from a good one; return the number of bytes.

    The states of other replicas stay as they are.
    """
    with zone.catalog.write() as database:
        found = replicas.replicas_of(database, data_id)
        there = next((replica for replica in found if replica.resc_id == leaf.id), None)
        logical = _logical(zone, found[0])
        physical = vault.physical_path(leaf.vault, logical) if there is None else there.physical
        number = found[-1].number + 1 if there is None else there.number
        if there is None:
            objects.add_row(zone, database, found[0], NewPlace(number=number, leaf=leaf, physical=physical))
        else:
            replicas.set_status(database, there, Status.INTERMEDIATE)
    target = Target(
        data_id=data_id,
        coll_id=found[0].coll_id,
        name=found[0].name,
        number=number,
        physical=physical,
        resc_id=leaf.id,
        created=there is None,
        before={} if there is None else {number: there.status},
    )
    return _fill(zone, target, source)


def _fill(zone: Zone, target: Target, source: Replica) -> int:
    try:
        descriptor = objects.open_new_file(zone, target)
    except BaseException:
        with zone.catalog.write() as database:
            if target.created:
                database.execute(
                    "DELETE FROM R_DATA_MAIN WHERE data_id = ? AND data_repl_num = ?", (target.data_id, target.number)
                )
            else:
                objects.release(database, target)
        raise
    try:
        size = copy_bytes(source.physical, descriptor)
        checksum = ""
        if source.checksum:
            physical = objects.physical_of(zone, target.data_id, target.number)
            checksum = checksums.of_file(physical, checksums.scheme_of(source.checksum))
    except BaseException:
        objects.mark_failed(zone, target)
        raise
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    with zone.catalog.write() as database:
        objects.finish(database, target, Written(size=size, checksum=checksum))
    return size


def _logical(zone: Zone, replica: Replica) -> str:
    row = (
        zone.catalog.read()
        .execute("SELECT coll_name FROM R_COLL_MAIN WHERE coll_id = ?", (replica.coll_id,))
        .fetchone()
    )
    return f"{row[0]}/{replica.name}"


def fan_out(zone: Zone, target: Target, *, everywhere: bool = False) -> None:
    """
    Bring the other replicas up to date after a good write.

    Replication resources above the leaf get theirs; `everywhere` refreshes all replicas of the object.
    """
    _fan_out(zone, target.data_id, target.number, target.resc_id, everywhere=everywhere)


def fan_out_from(zone: Zone, data_id: int, number: int) -> None:
    """Bring the replicas at other leaves of replication resources up to date with the one of that number."""
    tree = zone.resources.tree()
    found = replicas.replicas_of(zone.catalog.read(), data_id)
    source = next((replica for replica in found if replica.number == number), None)
    if source is not None and source.resc_id in tree.by_id:
        _fan_out(zone, data_id, number, source.resc_id, everywhere=False)


def _fan_out(zone: Zone, data_id: int, number: int, resc_id: int, *, everywhere: bool) -> None:
    tree = zone.resources.tree()
    leaves = tree.replication_siblings(resc_id)
    if not leaves and not everywhere:
        return
    found = replicas.replicas_of(zone.catalog.read(), data_id)
    source = next(replica for replica in found if replica.number == number)
    wanted = {leaf.id: leaf for leaf in leaves}
    if everywhere:
        wanted.update({replica.resc_id: tree.by_id[replica.resc_id] for replica in found if replica is not source})
    for leaf in wanted.values():
        replicate(zone, data_id, source, leaf)
