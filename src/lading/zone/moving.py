"""Renaming: rows in the transaction, files after it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lading.zone import paths, replicas, vault
from lading.zone.catalog.db import now_text
from lading.zone.replicas import Collection, Replica

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.state import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One file that has to follow its object."""

    data_id: int
    number: int
    source: str
    target: str
    vault: str


def rename_object(zone: Zone, database: sqlite3.Connection, found: list[Replica], path: str) -> list[Move]:
    """Give an object a new logical path whose parent exists; return the files that have to follow."""
    parent_path, name = paths.split(path)
    parent = replicas.require_collection(database, parent_path)
    now = now_text()
    database.execute(
        "UPDATE R_DATA_MAIN SET coll_id = ?, data_name = ?, modify_ts = ? WHERE data_id = ?",
        (parent.id, name, now, found[0].data_id),
    )
    replicas.touch_collection(database, parent.id)
    replicas.touch_collection(database, found[0].coll_id)
    return moves(zone, found, path)


def rename_collection(zone: Zone, database: sqlite3.Connection, coll: Collection, path: str) -> list[Move]:
    """Give a collection and all below it new paths; return the files that have to follow."""
    now = now_text()
    old_parent, new_parent = paths.split(coll.path)[0], paths.split(path)[0]
    prefix = f"{coll.path}/"
    members = database.execute(
        "SELECT coll_id, coll_name FROM R_COLL_MAIN WHERE coll_id = ? OR substr(coll_name, 1, ?) = ?",
        (coll.id, len(prefix), prefix),
    ).fetchall()
    wanted: list[Move] = []
    for coll_id, name in members:
        renamed = path + name[len(coll.path) :]
        database.execute(
            "UPDATE R_COLL_MAIN SET coll_name = ?, parent_coll_name = ? WHERE coll_id = ?",
            (renamed, paths.split(renamed)[0], coll_id),
        )
        wanted += _moves_in(zone, database, coll_id, renamed)
    database.execute("UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ?", (now, coll.id))
    database.execute("UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_name IN (?, ?)", (now, old_parent, new_parent))
    return wanted


def _moves_in(zone: Zone, database: sqlite3.Connection, coll_id: int, path: str) -> list[Move]:
    names = database.execute("SELECT DISTINCT data_name FROM R_DATA_MAIN WHERE coll_id = ?", (coll_id,)).fetchall()
    found = (replicas.replicas_in(database, coll_id, name) for (name,) in names)
    return [move for copies in found for move in moves(zone, copies, paths.join(path, copies[0].name))]


def moves(zone: Zone, found: list[Replica], path: str) -> list[Move]:
    """Return the moves of the files of an object that lie in vaults; registered files stay where they are."""
    tree = zone.resources.tree()
    wanted: list[Move] = []
    for replica in found:
        resource = tree.by_id.get(replica.resc_id)
        if resource is None or not replica.physical.startswith(f"{resource.vault}/"):
            continue
        target = vault.physical_path(resource.vault, path)
        if target != replica.physical:
            wanted.append(
                Move(
                    data_id=replica.data_id,
                    number=replica.number,
                    source=replica.physical,
                    target=target,
                    vault=resource.vault,
                )
            )
    return wanted


def carry_out(zone: Zone, wanted: list[Move]) -> None:
    """
    Move files and record where they lie now.

    A file is linked to its new place before the row changes and leaves the old place after, so that the row
    names a file that is there at every moment.
    """
    for move in wanted:
        if not os.path.lexists(move.source):
            continue
        target = vault.link(move.source, move.target)
        with zone.catalog.write() as database:
            database.execute(
                "UPDATE R_DATA_MAIN SET data_path = ? WHERE data_id = ? AND data_repl_num = ?",
                (target, move.data_id, move.number),
            )
        with contextlib.suppress(OSError):
            Path(move.source).unlink()
        vault.tidy(move.source.rpartition("/")[0], move.vault)
