"""Access lists: one change (707) and several changes as one (20005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lading.zone.acl import Level, parse_level, require, require_admin
from lading.zone.api.metadata import refused
from lading.zone.codes import Code
from lading.zone.entities import Entity, EntityKind, find_user, need_user
from lading.zone.grants import need_path, objects_in_tree, set_access, set_inheritance
from lading.zone.paths import normal
from lading.zone.pi import bin_bytes_json
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

#: a level with this prefix asks for an administrator's rights over other people's objects
ADMIN_PREFIX = "admin:"

_INHERITANCE = {"inherit": "1", "noinherit": "0"}


def _authorize(call: Call, database: Database, entity: Entity, *, as_admin: bool) -> None:
    if as_admin:
        require_admin(call.agent)
    else:
        require(database, call.agent, entity.id, Level.OWN)


def _need_collection(entity: Entity) -> None:
    if entity.kind is not EntityKind.COLLECTION:
        raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)


@api(707, "MOD_ACCESS_CONTROL_AN")
def change_access(call: Call) -> Reply:
    """Give or take one user's access to an object or a tree, or switch inheritance of a collection."""
    word = call.pi.text("accessLevel")
    as_admin = word.startswith(ADMIN_PREFIX)
    word = word.removeprefix(ADMIN_PREFIX)
    path = normal(call.pi.text("path"))
    recursive = call.pi.number("recursiveFlag") != 0
    with call.catalog.write() as database:
        entity = need_path(database, path)
        _authorize(call, database, entity, as_admin=as_admin)
        if word in _INHERITANCE:
            _need_collection(entity)
            set_inheritance(database, path, flag=_INHERITANCE[word], whole_tree=recursive)
            return Reply()
        level = parse_level(word)
        user_id = need_user(database, call.pi.text("userName"), call.pi.text("zone") or call.zone.name)
        if recursive:
            _need_collection(entity)
        for object_id in objects_in_tree(database, path) if recursive else [entity.id]:
            set_access(database, object_id, user_id, level)
    return Reply()


def _apply(call: Call, database: Database, entity: Entity, operation: dict[str, str], index: int) -> None:
    user_id = find_user(database, operation["entity_name"], call.zone.name)
    if user_id is None:
        text = f"Entity does not exist [entity_name={operation['entity_name']}]"
        raise refused(Code.SYS_INVALID_INPUT_PARAM, text, operation=operation, index=index)
    try:
        level = parse_level(operation["acl"])
    except IrodsError as error:
        text = f"Invalid access level [{operation['acl']}]"
        raise refused(Code.SYS_INVALID_INPUT_PARAM, text, operation=operation, index=index) from error
    set_access(database, entity.id, user_id, level)


@api(20005, "ATOMIC_APPLY_ACL_OPERATIONS_APN")
def apply_atomically(call: Call) -> Reply:
    """Apply a list of access changes to one object, all or none."""
    document = call.pi.json()
    try:
        with call.catalog.write() as database:
            path = normal(document["logical_path"])
            try:
                entity = need_path(database, path)
                _authorize(call, database, entity, as_admin=bool(document.get("admin_mode")))
            except IrodsError as error:
                raise refused(Code(error.code), f"No such object, or no right to it [logical_path={path}]") from error
            for index, operation in enumerate(document["operations"]):
                _apply(call, database, entity, operation, index)
    except (KeyError, TypeError) as error:
        raise refused(Code.SYS_INVALID_INPUT_PARAM, f"Missing or unusable field {error}") from error
    return Reply(msg=bin_bytes_json("{}"))
