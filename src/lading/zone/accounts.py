"""Users and groups: made, changed, put together, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone import avus
from lading.zone.acl import Level
from lading.zone.agent import UserType
from lading.zone.catalog import now_text
from lading.zone.catalog.seed import add_collection, add_user, grant, join_group, set_password
from lading.zone.codes import Code
from lading.zone.entities import find_user, need_user, split_user
from lading.zone.passwords import reveal_changed
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.catalog import Catalog, Database
    from lading.zone.registry import Call

PUBLIC = "public"

#: longest name that a user or group may have
MAX_NAME = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A user or group that is about to be made."""

    name: str
    zone: str
    type: str


def _check_new(database: Database, account: NewAccount) -> None:
    known = database.execute(
        "SELECT 1 FROM R_TOKN_MAIN WHERE token_namespace = 'user_type' AND token_name = ?", (account.type,)
    ).fetchone()
    if known is None:
        raise IrodsError(Code.CAT_INVALID_USER_TYPE)
    if not account.name or len(account.name) > MAX_NAME or "/" in account.name or account.name in {".", ".."}:
        raise IrodsError(Code.USER_INVALID_USERNAME_FORMAT)
    if database.execute("SELECT 1 FROM R_ZONE_MAIN WHERE zone_name = ?", (account.zone,)).fetchone() is None:
        raise IrodsError(Code.CAT_INVALID_ZONE)
    if find_user(database, account.name, account.zone) is not None:
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)


def homes_of(zone: str, name: str, user_zone: str) -> tuple[str, str]:
    """Return the home and the trash of a user; those of another zone carry its name."""
    folder = name if user_zone == zone else f"{name}#{user_zone}"
    return f"/{zone}/home/{folder}", f"/{zone}/trash/home/{folder}"


def create(catalog: Catalog, database: Database, zone: str, account: NewAccount) -> int:
    """Make a user or group with its home and trash; return its id."""
    _check_new(database, account)
    user_id = add_user(catalog, database, name=account.name, kind=account.type, zone=account.zone)
    if account.type != UserType.GROUP.value:
        join_group(database, need_user(database, PUBLIC, zone), user_id)
    for path in homes_of(zone, account.name, account.zone):
        if database.execute("SELECT 1 FROM R_COLL_MAIN WHERE coll_name = ?", (path,)).fetchone() is None:
            coll_id = add_collection(catalog, database, path, owner=account.name, owner_zone=account.zone)
            grant(database, coll_id, user_id, Level.OWN)
    return user_id


def _remove_home(database: Database, path: str) -> None:
    row = database.execute("SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = ?", (path,)).fetchone()
    if row is None:
        return
    used = database.execute(
        "SELECT 1 FROM R_COLL_MAIN WHERE parent_coll_name = ? UNION ALL"
        " SELECT 1 FROM R_DATA_MAIN WHERE coll_id = ? LIMIT 1",
        (path, row[0]),
    ).fetchone()
    if used is not None:
        raise IrodsError(Code.CAT_COLLECTION_NOT_EMPTY)
    avus.forget_object(database, row[0])
    database.execute("DELETE FROM R_OBJT_ACCESS WHERE object_id = ?", row)
    database.execute("DELETE FROM R_COLL_MAIN WHERE coll_id = ?", row)


#: what is kept about a user, table and column
_TRACES = (
    ("R_USER_PASSWORD", "user_id"),
    ("R_USER_AUTH", "user_id"),
    ("R_USER_GROUP", "user_id"),
    ("R_USER_GROUP", "group_user_id"),
    ("R_OBJT_ACCESS", "user_id"),
    ("R_QUOTA_MAIN", "user_id"),
    ("R_QUOTA_USAGE", "user_id"),
    ("R_USER_MAIN", "user_id"),
)


def remove(database: Database, zone: str, name: str, user_zone: str) -> None:
    """Remove a user or group; its home and trash have to be empty."""
    user_id = need_user(database, name, user_zone)
    for path in homes_of(zone, name, user_zone):
        _remove_home(database, path)
    avus.forget_object(database, user_id)
    for table, column in _TRACES:
        database.execute(f"DELETE FROM {table} WHERE {column} = ?", (user_id,))


def need_group(database: Database, name: str, zone: str) -> int:
    """Return the id of a group; refuse with CAT_INVALID_GROUP."""
    row = database.execute(
        "SELECT user_id FROM R_USER_MAIN WHERE user_name = ? AND zone_name = ? AND user_type_name = ?",
        (name, zone, UserType.GROUP.value),
    ).fetchone()
    if row is None:
        raise IrodsError(Code.CAT_INVALID_GROUP)
    return int(row[0])


def add_member(database: Database, group_id: int, user_id: int) -> None:
    """Put a user into a group; refuse where it is in already."""
    if is_member(database, group_id, user_id):
        raise IrodsError(Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME)
    join_group(database, group_id, user_id)


def remove_member(database: Database, group_id: int, user_id: int) -> None:
    """Take a user out of a group; refuse where it is not in."""
    if not is_member(database, group_id, user_id):
        raise IrodsError(Code.CAT_SUCCESS_BUT_WITH_NO_INFO)
    database.execute("DELETE FROM R_USER_GROUP WHERE group_user_id = ? AND user_id = ?", (group_id, user_id))


def is_member(database: Database, group_id: int, user_id: int) -> bool:
    """Say whether a user is in a group."""
    row = database.execute(
        "SELECT 1 FROM R_USER_GROUP WHERE group_user_id = ? AND user_id = ?", (group_id, user_id)
    ).fetchone()
    return row is not None


def has_members(database: Database, group_id: int) -> bool:
    """Say whether anybody but the group itself is in it."""
    row = database.execute(
        "SELECT 1 FROM R_USER_GROUP WHERE group_user_id = ? AND user_id <> ? LIMIT 1", (group_id, group_id)
    ).fetchone()
    return row is not None


def lasting_password(database: Database, user_id: int) -> str:
    """Return the password that does not expire, or an empty text."""
    row = database.execute(
        "SELECT rcat_password FROM R_USER_PASSWORD WHERE user_id = ? ORDER BY pass_expiry_ts DESC LIMIT 1", (user_id,)
    ).fetchone()
    return str(row[0]) if row else ""


def change_password(call: Call, database: Database, user_id: int, hidden: str) -> None:
    """Set the password that the client hid with the password of who acts and the challenge of the login."""
    own = lasting_password(database, call.agent.me.user_id)
    set_password(database, user_id, reveal_changed(hidden, own_password=own, signature=call.agent.signature))


def touch(database: Database, user_id: int) -> None:
    """Note that a user was changed now."""
    database.execute("UPDATE R_USER_MAIN SET modify_ts = ? WHERE user_id = ?", (now_text(), user_id))


def account_of(name: str, zone: str, kind: str) -> NewAccount:
    """Read `user#zone` into a new account; without a zone it belongs to `zone`."""
    user, user_zone = split_user(name, zone)
    return NewAccount(name=user, zone=user_zone, type=kind)
