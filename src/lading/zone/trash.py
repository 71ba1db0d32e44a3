"""Removing data objects and collections: for good, or into the trash."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone import moving, paths, replicas, vault
from lading.zone.acl import Level, level_of
from lading.zone.catalog.seed import add_collection, grant
from lading.zone.codes import Code
from lading.zone.moving import Relocation
from lading.zone.registry import IrodsError
from lading.zone.replicas import Collection, Replica

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.agent import Agent
    from lading.zone.state import Zone


#: operation type of a request that forgets rows and leaves files
UNREGISTER = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who removes, and where."""

    zone: Zone
    agent: Agent

    @property
    def trash(self) -> str:
        """Return the trash collection of who acts."""
        return f"/{self.zone.name}/trash/home/{self.agent.me.name}"

    def is_in_trash(self, path: str) -> bool:
        """Say whether a path lies in any trash."""
        return paths.is_inside(path, f"/{self.zone.name}/trash")


def place_in_trash(actor: Actor, database: sqlite3.Connection, path: str) -> str:
    """Return a free path in the trash for `path`; its parents are made."""
    parts = path.strip("/").split("/")[1:]
    below = parts[1:] if parts[0] == "home" and len(parts) > 1 else parts
    if parts[0] == "home" and len(below) > 1 and below[0].partition("#")[0] == actor.agent.me.name:
        below = below[1:]  # only the own home is left out: what lies in another one keeps its name
    folder = actor.trash
    _make(actor, database, folder)
    for part in below[:-1]:
        folder = paths.join(folder, part)
        _make(actor, database, folder)
    wanted = paths.join(folder, below[-1])
    while _taken(database, wanted):
        wanted = f"{paths.join(folder, below[-1])}.{secrets.randbelow(2**31)}"
    return wanted


def _taken(database: sqlite3.Connection, path: str) -> bool:
    return replicas.collection(database, path) is not None or bool(replicas.replicas(database, path))


def _make(actor: Actor, database: sqlite3.Connection, path: str) -> None:
    if replicas.collection(database, path) is not None:
        return
    me = actor.agent.me
    coll_id = add_collection(actor.zone.catalog, database, path, owner=me.name, owner_zone=me.zone)
    grant(database, coll_id, me.user_id, Level.OWN)


def require_deletable(actor: Actor, database: sqlite3.Connection, found: list[Replica]) -> None:
    """Refuse unless who acts may delete the object, and nobody writes it."""
    if level_of(database, actor.agent.me.user_id, found[0].data_id) < Level.DELETE_OBJECT:
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
    replicas.require_unlocked(found)


def drop_rows(database: sqlite3.Connection, found: list[Replica]) -> None:
    """Delete all rows of an object, and what hangs on them."""
    database.execute("DELETE FROM R_DATA_MAIN WHERE coll_id = ? AND data_name = ?", (found[0].coll_id, found[0].name))
    replicas.forget(database, found[0].data_id)


def remove_files(zone: Zone, found: list[Replica]) -> None:
    """Remove the files of replicas that the catalogue has forgotten already."""
    tree = zone.resources.tree()
    for replica in found:
        resource = tree.by_id.get(replica.resc_id)
        vault.remove(replica.physical)
        if resource is not None and replica.physical.startswith(f"{resource.vault}/"):
            vault.tidy(replica.physical.rpartition("/")[0], resource.vault)


def move_to_trash(
    actor: Actor, relocation: Relocation, database: sqlite3.Connection, path: str, found: list[Replica]
) -> None:
    """Give an object its path in the trash."""
    moving.rename_object(relocation, database, found, place_in_trash(actor, database, path))


#: a collection and what lies below; LIKE would take wildcards in names for patterns
_IN_TREE = "(coll_name = ? OR substr(coll_name, 1, ?) = ?)"


def tree_of(database: sqlite3.Connection, path: str) -> list[Collection]:
    """Return a collection and all below it, parents first."""
    prefix = f"{path}/"
    rows = database.execute(
        f"SELECT coll_id, coll_name, coll_inheritance FROM R_COLL_MAIN WHERE {_IN_TREE} ORDER BY coll_name",
        (path, len(prefix), prefix),
    )
    return [Collection(id=row[0], path=row[1], inherits=row[2] == "1") for row in rows]


def objects_of(database: sqlite3.Connection, coll: Collection) -> list[list[Replica]]:
    """Return the replicas of each data object directly in a collection."""
    names = database.execute("SELECT DISTINCT data_name FROM R_DATA_MAIN WHERE coll_id = ?", (coll.id,)).fetchall()
    return [replicas.replicas_in(database, coll.id, name) for (name,) in names]


def require_collection_removable(
    actor: Actor, database: sqlite3.Connection, coll: Collection, *, recursive: bool
) -> None:
    """Refuse to remove what is not empty unless asked, what belongs to the zone, and what others own."""
    if coll.path.count("/") <= 1 or coll.path in protected(actor.zone.name):
        raise IrodsError(Code.SYS_NOT_ALLOWED)
    members = tree_of(database, coll.path)
    if not recursive and (len(members) > 1 or objects_of(database, coll)):
        raise IrodsError(Code.CAT_COLLECTION_NOT_EMPTY)
    me = actor.agent.me.user_id
    for member in members:
        if level_of(database, me, member.id) < Level.DELETE_OBJECT:
            raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)
        for found in objects_of(database, member):
            require_deletable(actor, database, found)


def protected(zone: str) -> frozenset[str]:
    """Return the collections that a zone cannot do without."""
    return frozenset({f"/{zone}", f"/{zone}/home", f"/{zone}/trash", f"/{zone}/trash/home"})


def drop_tree(database: sqlite3.Connection, coll: Collection) -> list[Replica]:
    """Forget a collection and all below it; return the replicas whose files are left."""
    gone: list[Replica] = []
    for member in reversed(tree_of(database, coll.path)):
        for found in objects_of(database, member):
            drop_rows(database, found)
            gone += found
        replicas.forget(database, member.id)
        database.execute("DELETE FROM R_COLL_MAIN WHERE coll_id = ?", (member.id,))
    return gone


def tree_to_trash(actor: Actor, relocation: Relocation, database: sqlite3.Connection, coll: Collection) -> None:
    """Give a collection its path in the trash."""
    moving.rename_collection(relocation, database, coll, place_in_trash(actor, database, coll.path))
