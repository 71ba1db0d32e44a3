"""Which replica a request means, and where a new one goes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError
from lading.zone.replicas import Replica, Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from lading.zone.resources import Resource, Tree
    from lading.zone.state import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a request wants to write."""

    path: str
    keywords: Mapping[str, str] = field(default_factory=dict)
    size: int = -1  #: bytes to come, if known
    may_add_replica: bool = False  #: where the named resource has no replica, make one there


def resource_wanted(keywords: Mapping[str, str]) -> str:
    """Return the root resource that a request names, or an empty text."""
    return keywords.get("destRescName") or keywords.get("rescName") or ""


def choose(tree: Tree, found: list[Replica], keywords: Mapping[str, str]) -> Replica | None:
    """
    Return the replica that a request means.

    A replica number or a hierarchy in the request decides; else the named root; else the good replica with the
    lowest number, else any. None where the named place has no replica; SYS_REPLICA_DOES_NOT_EXIST where the
    number has none.
    """
    if keywords.get("replNum"):
        return by_number(found, keywords["replNum"])
    if keywords.get("resc_hier"):
        leaf = tree.leaf_of_hierarchy(keywords["resc_hier"]).id
        return next((replica for replica in found if replica.resc_id == leaf), None)
    root = resource_wanted(keywords)
    candidates = found
    if root:
        tree.root(root)
        candidates = [replica for replica in found if tree.root_of(replica.resc_id) == root]
    if candidates and all(_is_down(tree, replica) for replica in candidates):
        raise IrodsError(Code.SYS_RESC_IS_DOWN)
    candidates = [replica for replica in candidates if not _is_down(tree, replica)]
    good = (replica for replica in candidates if replica.status == Status.GOOD)
    return next(good, candidates[0] if candidates else None)


def choose_to_read(tree: Tree, found: list[Replica], keywords: Mapping[str, str]) -> Replica | None:
    """
    Return the replica to read from.

    A named root is a wish only: good replicas win over stale ones, then those at the root over others.
    """
    if keywords.get("replNum") or keywords.get("resc_hier"):
        return choose(tree, found, keywords)
    root = resource_wanted(keywords)
    if root:
        tree.root(root)
    here = [replica for replica in found if not _is_down(tree, replica)]
    if not here and found:
        raise IrodsError(Code.SYS_RESC_IS_DOWN)
    return max(
        here,
        key=lambda replica: (
            replica.status == Status.GOOD,
            tree.root_of(replica.resc_id) == root,
            replica.status == Status.STALE,
            -replica.number,
        ),
    )


def _is_down(tree: Tree, replica: Replica) -> bool:
    resource = tree.by_id.get(replica.resc_id)
    return resource is None or resource.is_down


def by_number(found: list[Replica], text: str) -> Replica:
    """Return the replica with a number."""
    for replica in found:
        if str(replica.number) == text.strip():
            return replica
    raise IrodsError(Code.SYS_REPLICA_DOES_NOT_EXIST)


def require_room(database: sqlite3.Connection, leaf: Resource, size: int) -> None:
    """Refuse with USER_FILE_TOO_LARGE where a resource wants to keep more space free than it has."""
    match = re.search(r"minimum_free_space_for_create_in_bytes=(\d+)", leaf.context)
    if match is None:
        return
    row = database.execute("SELECT free_space FROM R_RESC_MAIN WHERE resc_id = ?", (leaf.id,)).fetchone()
    if not str(row[0]).isdigit() or int(row[0]) - max(size, 0) < int(match[1]):
        raise IrodsError(Code.USER_FILE_TOO_LARGE)


def leaf_for_new(zone: Zone, database: sqlite3.Connection, wish: Wish) -> Resource:
    """Return the leaf that takes a new replica."""
    tree, keywords = zone.resources.tree(), wish.keywords
    if keywords.get("resc_hier"):
        leaf = tree.leaf_of_hierarchy(keywords["resc_hier"])
    else:
        root = resource_wanted(keywords) or keywords.get("defRescName") or zone.settings.resource
        leaf = tree.leaf_for_create(tree.root(root))
    require_room(database, leaf, wish.size)
    return leaf


def leaf_to_register(zone: Zone, database: sqlite3.Connection, wish: Wish) -> Resource:
    """
    Return the leaf on which a file is registered.

    ===========================  ==========================
    the request names            leaf
    ===========================  ==========================
    a hierarchy, nothing         as for any new replica
    a leaf below others          that leaf
    a resource in the middle     HIERARCHY_ERROR
    a root                       as for any new replica
    ===========================  ==========================
    """
    name, tree = resource_wanted(wish.keywords), zone.resources.tree()
    if wish.keywords.get("resc_hier") or not name or tree.named(name).parent is None:
        return leaf_for_new(zone, database, wish)
    named = tree.named(name)
    if tree.children(named):
        raise IrodsError(Code.HIERARCHY_ERROR)
    return named
