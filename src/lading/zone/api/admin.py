"""Administration by administrators (701): users, groups, zones, tokens, specific queries, quotas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lading.zone import accounts, avus, quotas
from lading.zone.agent import UserType
from lading.zone.api import admin_resources as resources
from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.entities import need_user, split_user
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

Action = Callable[[Call, "Database"], Reply]


def _arguments(call: Call) -> list[str]:
    return [call.pi.text(f"arg{number}") for number in range(10)]


def _add_user(call: Call, database: Database) -> Reply:
    _, _, name, kind, zone, subject, *_ = _arguments(call)
    account = accounts.account_of(name, zone or call.zone.name, kind)
    user_id = accounts.create(call.catalog, database, call.zone.name, account)
    if subject:
        _add_auth_name(database, user_id, subject)
    return Reply()


def _add_group(call: Call, database: Database) -> Reply:
    account = accounts.account_of(call.pi.text("arg2"), call.zone.name, UserType.GROUP.value)
    accounts.create(call.catalog, database, call.zone.name, account)
    return Reply()


def _remove_user(call: Call, database: Database) -> Reply:
    name, zone = split_user(call.pi.text("arg2"), call.zone.name)
    accounts.remove(database, call.zone.name, name, zone)
    return Reply()


def _remove_group(call: Call, database: Database) -> Reply:
    name, zone = split_user(call.pi.text("arg2"), call.zone.name)
    accounts.need_group(database, name, zone)
    accounts.remove(database, call.zone.name, name, zone)
    return Reply()


def _add_auth_name(database: Database, user_id: int, name: str) -> None:
    known = database.execute(
        "SELECT 1 FROM R_USER_AUTH WHERE user_id = ? AND user_auth_name = ?", (user_id, name)
    ).fetchone()
    if known is not None:
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    database.execute("INSERT INTO R_USER_AUTH VALUES (?, ?, ?)", (user_id, name, now_text()))


def _remove_auth_name(database: Database, user_id: int, name: str) -> None:
    gone = database.execute("DELETE FROM R_USER_AUTH WHERE user_id = ? AND user_auth_name = ?", (user_id, name))
    if not gone.rowcount:
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)


#: fields of a user that are one column
_USER_COLUMNS = {"type": "user_type_name", "comment": "r_comment", "info": "user_info"}


def _modify_user(call: Call, database: Database) -> Reply:
    _, _, name, field, value, *_ = _arguments(call)
    user_id = need_user(database, name, call.zone.name)
    match field:
        case "password":
            accounts.change_password(call, database, user_id, value)
        case "addAuth":
            _add_auth_name(database, user_id, value)
        case "rmAuth":
            _remove_auth_name(database, user_id, value)
        case "type" if not _is_token(database, "user_type", value):
            raise IrodsError(Code.CAT_INVALID_USER_TYPE)
        case "type" | "comment" | "info":
            database.execute(f"UPDATE R_USER_MAIN SET {_USER_COLUMNS[field]} = ? WHERE user_id = ?", (value, user_id))
        case _:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    accounts.touch(database, user_id)
    return Reply()


def _is_token(database: Database, namespace: str, name: str) -> bool:
    row = database.execute(
        "SELECT 1 FROM R_TOKN_MAIN WHERE token_namespace = ? AND token_name = ?", (namespace, name)
    ).fetchone()
    return row is not None


def _modify_group(call: Call, database: Database) -> Reply:
    _, _, group, change, user, zone, *_ = _arguments(call)
    group_id = accounts.need_group(database, group, call.zone.name)
    user_id = need_user(database, user, zone or call.zone.name)
    match change:
        case "add":
            accounts.add_member(database, group_id, user_id)
        case "remove":
            accounts.remove_member(database, group_id, user_id)
        case _:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    return Reply()


def _add_zone(call: Call, database: Database) -> Reply:
    _, _, name, kind, connection, comment, *_ = _arguments(call)
    if kind != "remote":
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if database.execute("SELECT 1 FROM R_ZONE_MAIN WHERE zone_name = ?", (name,)).fetchone():
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    now = now_text()
    database.execute(
        "INSERT INTO R_ZONE_MAIN (zone_id, zone_name, zone_type_name, zone_conn_string, r_comment, create_ts,"
        " modify_ts) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (call.catalog.new_id(), name, kind, connection, comment, now, now),
    )
    return Reply()


_ZONE_COLUMNS = {"conn": "zone_conn_string", "comment": "r_comment"}


def _modify_zone(call: Call, database: Database) -> Reply:
    _, _, name, field, value, *_ = _arguments(call)
    column = _ZONE_COLUMNS.get(field)
    if column is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    changed = database.execute(
        f"UPDATE R_ZONE_MAIN SET {column} = ?, modify_ts = ? WHERE zone_name = ?", (value, now_text(), name)
    )
    if not changed.rowcount:
        raise IrodsError(Code.CAT_INVALID_ZONE)
    return Reply()


def _remove_zone(call: Call, database: Database) -> Reply:
    name = call.pi.text("arg2")
    if name == call.zone.name:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if not database.execute("DELETE FROM R_ZONE_MAIN WHERE zone_name = ?", (name,)).rowcount:
        raise IrodsError(Code.CAT_INVALID_ZONE)
    return Reply()


def _add_token(call: Call, database: Database) -> Reply:
    _, _, namespace, name, *values = _arguments(call)
    if _is_token(database, namespace, name):
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    now = now_text()
    database.execute(
        "INSERT INTO R_TOKN_MAIN VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (namespace, call.catalog.new_id(), name, *values[:4], now, now),
    )
    return Reply()


def _remove_token(call: Call, database: Database) -> Reply:
    _, _, namespace, name, *_ = _arguments(call)
    gone = database.execute("DELETE FROM R_TOKN_MAIN WHERE token_namespace = ? AND token_name = ?", (namespace, name))
    if not gone.rowcount:
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)
    return Reply()


def _add_specific_query(call: Call, database: Database) -> Reply:
    _, _, sql, alias, *_ = _arguments(call)
    if not sql.lstrip().lower().startswith("select"):
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if alias and database.execute("SELECT 1 FROM R_SPECIFIC_QUERY WHERE alias = ?", (alias,)).fetchone():
        raise IrodsError(Code.CAT_INVALID_ARGUMENT, "Alias is not unique")
    database.execute("INSERT INTO R_SPECIFIC_QUERY VALUES (?, ?, ?)", (alias, sql, now_text()))
    return Reply()


def _remove_specific_query(call: Call, database: Database) -> Reply:
    text = call.pi.text("arg2")
    if not database.execute("DELETE FROM R_SPECIFIC_QUERY WHERE alias = ? OR sqlStr = ?", (text, text)).rowcount:
        raise IrodsError(Code.CAT_UNKNOWN_SPECIFIC_QUERY)
    return Reply()


def _remove_unused_avus(_call: Call, database: Database) -> Reply:
    avus.drop_unused(database)
    return Reply()


def _set_quota(call: Call, database: Database) -> Reply:
    _, kind, name, resource, limit, *_ = _arguments(call)
    if kind != "group" or not limit.lstrip("-").isdigit():
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    group_id = accounts.need_group(database, name, call.zone.name)
    quotas.set_limit(database, group_id, resource, int(limit))
    return Reply()


def _calculate_usage(_call: Call, database: Database) -> Reply:
    quotas.calculate(database)
    return Reply()


#: what the first two arguments ask for
_ACTIONS: dict[tuple[str, str], Action] = {
    ("add", "user"): _add_user,
    ("add", "group"): _add_group,
    ("add", "zone"): _add_zone,
    ("add", "token"): _add_token,
    ("add", "specificQuery"): _add_specific_query,
    ("add", "resource"): resources.add,
    ("add", "childtoresc"): resources.add_child,
    ("modify", "user"): _modify_user,
    ("modify", "group"): _modify_group,
    ("modify", "zone"): _modify_zone,
    ("modify", "resource"): resources.modify,
    ("rm", "user"): _remove_user,
    ("rm", "group"): _remove_group,
    ("rm", "zone"): _remove_zone,
    ("rm", "token"): _remove_token,
    ("rm", "specificQuery"): _remove_specific_query,
    ("rm", "unusedAVUs"): _remove_unused_avus,
    ("rm", "resource"): resources.remove,
    ("rm", "childfromresc"): resources.remove_child,
}

#: acts whose second argument is a value
_PLAIN_ACTIONS: dict[str, Action] = {"set-quota": _set_quota, "calculate-usage": _calculate_usage}


@api(701, "GENERAL_ADMIN_AN")
def administer(call: Call) -> Reply:
    """Do one act of administration; everybody but an administrator is refused."""
    if not call.agent.me.is_admin:
        raise IrodsError(Code.SYS_NO_API_PRIV)
    verb = call.pi.text("arg0")
    action = _PLAIN_ACTIONS.get(verb) or _ACTIONS.get((verb, call.pi.text("arg1")))
    if action is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    with call.catalog.write() as database:
        return action(call, database)
