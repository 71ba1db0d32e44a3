"""Renaming: rows, and the files that follow them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lading.zone import paths, replicas, vault
from lading.zone.catalog.db import now_text
from lading.zone.replicas import Collection, Replica

if TYPE_CHECKING:
    import sqlite3
    from types import TracebackType

    from lading.zone.state import Zone


@dataclass(slots=True)
class Relocation:
    """
    Files that follow their objects to new paths.

    Inside the transaction that renames, each file gets its new name beside the old one; after the commit `finish`
    takes the old names away. So the catalogue names a file that is there at every moment, whenever the process
    dies. An error inside takes the new names back.
    """

    zone: Zone
    _old: list[tuple[str, str]] = field(default_factory=list)  #: name and vault
    _new: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is not None:
            self._remove(self._new)

    def follow(self, database: sqlite3.Connection, found: list[Replica], path: str) -> None:
        """Link the files of an object to where its new path puts them; registered files stay where they are."""
        tree = self.zone.resources.tree()
        for replica in found:
            resource = tree.by_id.get(replica.resc_id)
            if resource is None or not replica.physical.startswith(f"{resource.vault}/"):
                continue
            wanted = vault.physical_path(resource.vault, path)
            if wanted != replica.physical and vault.size_if_there(replica.physical) >= 0:
                self._link(database, replica, wanted, resource.vault)

    def _link(self, database: sqlite3.Connection, replica: Replica, wanted: str, folder: str) -> None:
        target = vault.link(replica.physical, wanted)
        self._new.append((target, folder))
        self._old.append((replica.physical, folder))
        database.execute(
            "UPDATE R_DATA_MAIN SET data_path = ? WHERE data_id = ? AND data_repl_num = ?",
            (target, replica.data_id, replica.number),
        )

    def finish(self) -> None:
        """Take the old names away, after the commit."""
        self._remove(self._old)

    @staticmethod
    def _remove(names: list[tuple[str, str]]) -> None:
        for name, folder in names:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            vault.tidy(name.rpartition("/")[0], folder)


def rename_object(relocation: Relocation, database: sqlite3.Connection, found: list[Replica], path: str) -> None:
    """Give an object a new logical path whose parent exists."""
    parent_path, name = paths.split(path)
    parent = replicas.require_collection(database, parent_path)
    database.execute(
        "UPDATE R_DATA_MAIN SET coll_id = ?, data_name = ?, modify_ts = ? WHERE data_id = ?",
        (parent.id, name, now_text(), found[0].data_id),
    )
    replicas.touch_collection(database, parent.id)
    replicas.touch_collection(database, found[0].coll_id)
    relocation.follow(database, found, path)


def rename_collection(relocation: Relocation, database: sqlite3.Connection, coll: Collection, path: str) -> None:
    """Give a collection and all below it new paths."""
    prefix = f"{coll.path}/"
    members = database.execute(
        "SELECT coll_id, coll_name FROM R_COLL_MAIN WHERE coll_id = ? OR substr(coll_name, 1, ?) = ?",
        (coll.id, len(prefix), prefix),
    ).fetchall()
    for coll_id, name in members:
        renamed = path + name[len(coll.path) :]
        database.execute(
            "UPDATE R_COLL_MAIN SET coll_name = ?, parent_coll_name = ? WHERE coll_id = ?",
            (renamed, paths.split(renamed)[0], coll_id),
        )
        _follow_all(relocation, database, coll_id, renamed)
    parents = (paths.split(coll.path)[0], paths.split(path)[0])
    database.execute(
        "UPDATE R_COLL_MAIN SET modify_ts = ? WHERE coll_id = ? OR coll_name IN (?, ?)",
        (now_text(), coll.id, *parents),
    )


def _follow_all(relocation: Relocation, database: sqlite3.Connection, coll_id: int, path: str) -> None:
    names = database.execute("SELECT DISTINCT data_name FROM R_DATA_MAIN WHERE coll_id = ?", (coll_id,)).fetchall()
    for (name,) in names:
        relocation.follow(database, replicas.replicas_in(database, coll_id, name), paths.join(path, name))
