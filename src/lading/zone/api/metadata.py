"""AVUs: one change (706) and several changes as one (20002)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lading.zone import avus
from lading.zone.acl import Level, require, require_admin
from lading.zone.avus import Avu
from lading.zone.codes import Code
from lading.zone.entities import Entity, EntityKind, find_entity, need_entity
from lading.zone.pi import bin_bytes_json, compact_json
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

ADMIN_KEYWORD = "irodsAdmin"

_KINDS = {
    "-d": EntityKind.DATA_OBJECT,
    "-C": EntityKind.COLLECTION,
    "-c": EntityKind.COLLECTION,
    "-R": EntityKind.RESOURCE,
    "-r": EntityKind.RESOURCE,
    "-u": EntityKind.USER,
}

#: words that say which part of a triple `mod` changes
_PARTS = {"n": "attribute", "v": "value", "u": "unit"}


def kind_of(flag: str) -> EntityKind:
    """Read the flag that says what a name means."""
    kind = _KINDS.get(flag)
    if kind is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    return kind


def authorize(call: Call, database: Database, entity: Entity, level: Level, *, as_admin: bool) -> None:
    """Refuse a change of AVUs that who acts may not make."""
    if as_admin or not entity.has_access_list:
        require_admin(call.agent)
        return
    require(database, call.agent, entity.id, level)


def _target(call: Call, database: Database, level: Level) -> Entity:
    entity = need_entity(database, kind_of(call.pi.text("arg1")), call.pi.text("arg2"), call.zone.name)
    authorize(call, database, entity, level, as_admin=ADMIN_KEYWORD in call.pi.keywords)
    return entity


def _triple(call: Call) -> Avu:
    return Avu(attribute=call.pi.text("arg3"), value=call.pi.text("arg4"), unit=call.pi.text("arg5"))


def _add(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.CREATE_METADATA)
    if not avus.attach(call.catalog, database, entity.id, _triple(call).checked()):
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)


def _remove(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.DELETE_METADATA)
    if not avus.detach(database, entity.id, _triple(call)):
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)


def _remove_matching(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.DELETE_METADATA)
    if not avus.detach_matching(database, entity.id, _triple(call)):
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)


def _remove_by_id(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.DELETE_METADATA)
    if not avus.detach_id(database, entity.id, call.pi.number("arg3")):
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)


def _set(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.MODIFY_METADATA)
    avus.set_attribute(call.catalog, database, entity.id, _triple(call).checked())


def _modify(call: Call, database: Database) -> None:
    entity = _target(call, database, Level.MODIFY_METADATA)
    rest = [call.pi.text(f"arg{number}") for number in range(5, 10)]
    changes = {_PARTS[text[0]]: text[2:] for text in rest if text[1:2] == ":" and text[0] in _PARTS}
    unit = rest[0] if rest[0][1:2] != ":" else ""
    old = Avu(attribute=call.pi.text("arg3"), value=call.pi.text("arg4"), unit=unit)
    if not changes:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if not avus.detach(database, entity.id, old):
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)
    new = Avu(**{"attribute": old.attribute, "value": old.value, "unit": old.unit, **changes}).checked()
    avus.attach(call.catalog, database, entity.id, new)


def _copy(call: Call, database: Database) -> None:
    as_admin = ADMIN_KEYWORD in call.pi.keywords
    ends = []
    for flag, name, level in (("arg1", "arg3", Level.READ_METADATA), ("arg2", "arg4", Level.CREATE_METADATA)):
        entity = need_entity(database, kind_of(call.pi.text(flag)), call.pi.text(name), call.zone.name)
        authorize(call, database, entity, level, as_admin=as_admin)
        ends.append(entity)
    for avu in avus.attached(database, ends[0].id):
        if not avus.attach(call.catalog, database, ends[1].id, avu):
            raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)


_CHANGES: dict[str, Callable[[Call, Database], None]] = {
    "add": _add,
    "adda": _add,
    "rm": _remove,
    "rmw": _remove_matching,
    "rmi": _remove_by_id,
    "set": _set,
    "mod": _modify,
    "cp": _copy,
}


@api(706, "MOD_AVU_METADATA_AN")
def change_avu(call: Call) -> Reply:
    """Add, remove, set, modify or copy AVUs of one object."""
    change = _CHANGES.get(call.pi.text("arg0"))
    if change is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    with call.catalog.write() as database:
        change(call, database)
    return Reply()


def refused(code: Code, text: str, *, operation: object = None, index: int = 0) -> IrodsError:
    """Make the refusal of an atomic request: its reply has a body even then."""
    document = {"error_message": text, "operation": operation, "operation_index": index}
    return IrodsError(code, body=bin_bytes_json(compact_json(document)))


def _atomic_entity(call: Call, database: Database, document: dict[str, Any]) -> Entity:
    name = str(document["entity_name"])
    try:
        kind = EntityKind(document["entity_type"])
    except ValueError:
        raise refused(Code.SYS_INVALID_INPUT_PARAM, f"Invalid entity type [{document['entity_type']}]") from None
    entity = find_entity(database, kind, name, call.zone.name)
    if entity is None:
        raise refused(Code.SYS_INVALID_INPUT_PARAM, f"Entity does not exist [entity_name={name}]")
    try:
        authorize(call, database, entity, Level.MODIFY_METADATA, as_admin=bool(document.get("admin_mode")))
    except IrodsError as error:
        raise refused(Code(error.code), f"No permission to change metadata [entity_name={name}]") from error
    return entity


def _apply(call: Call, database: Database, entity: Entity, operation: dict[str, Any], index: int) -> None:
    avu = Avu(attribute=operation["attribute"], value=operation["value"], unit=operation.get("units", ""))
    match operation["operation"]:
        case "add":
            try:
                avus.attach(call.catalog, database, entity.id, avu.checked())
            except IrodsError as error:
                raise refused(Code(error.code), "Empty attribute or value", operation=operation, index=index) from error
        case "remove":
            avus.detach(database, entity.id, avu)
        case _:
            raise refused(Code.INVALID_OPERATION, "Invalid metadata operation", operation=operation, index=index)


@api(20002, "ATOMIC_APPLY_METADATA_OPERATIONS_APN")
def apply_atomically(call: Call) -> Reply:
    """Apply a list of AVU changes to one object, all or none; repeated changes are no error."""
    document = call.pi.json()
    try:
        with call.catalog.write() as database:
            entity = _atomic_entity(call, database, document)
            for index, operation in enumerate(document["operations"]):
                _apply(call, database, entity, operation, index)
    except (KeyError, TypeError) as error:
        raise refused(Code.SYS_INVALID_INPUT_PARAM, f"Missing or unusable field {error}") from error
    return Reply(msg=bin_bytes_json("{}"))
