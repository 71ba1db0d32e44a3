"""What users do for themselves and group administrators for others (714), and temporary passwords (709, 724)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from lading.zone import accounts
from lading.zone.acl import require_admin
from lading.zone.agent import UserType
from lading.zone.catalog import now_text
from lading.zone.catalog.seed import set_password
from lading.zone.codes import Code
from lading.zone.entities import need_user, split_user
from lading.zone.passwords import reveal_first, temporary
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

#: seconds for which a temporary password is good
TEMPORARY_SECONDS = 120


def _require_group_admin(call: Call) -> None:
    if not (call.agent.me.is_group_admin or call.agent.me.is_admin):
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)


def _change_own_password(call: Call, database: Database) -> None:
    name, zone = split_user(call.pi.text("arg1"), call.zone.name)
    if (name, zone) != (call.agent.me.name, call.agent.me.zone):
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
    accounts.change_password(call, database, call.agent.me.user_id, call.pi.text("arg3"))


def _make_user(call: Call, database: Database) -> None:
    _require_group_admin(call)
    account = accounts.account_of(call.pi.text("arg1"), call.zone.name, UserType.USER.value)
    user_id = accounts.create(call.catalog, database, call.zone.name, account)
    hidden = call.pi.text("arg2")
    if hidden:
        own = accounts.lasting_password(database, call.agent.me.user_id)
        set_password(database, user_id, reveal_first(hidden, own_password=own))


def _make_group(call: Call, database: Database) -> None:
    _require_group_admin(call)
    account = accounts.account_of(call.pi.text("arg1"), call.zone.name, UserType.GROUP.value)
    accounts.create(call.catalog, database, call.zone.name, account)


def _change_group(call: Call, database: Database) -> None:
    """Members change through somebody who is in the group; an empty one takes its first member."""
    _require_group_admin(call)
    if call.pi.text("arg1") != "group":
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    group_id = accounts.need_group(database, call.pi.text("arg2"), call.zone.name)
    me = call.agent.me
    if accounts.has_members(database, group_id) and not accounts.is_member(database, group_id, me.user_id):
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
    user_id = need_user(database, call.pi.text("arg4"), call.pi.text("arg5") or call.zone.name)
    match call.pi.text("arg3"):
        case "add":
            accounts.add_member(database, group_id, user_id)
        case "remove":
            accounts.remove_member(database, group_id, user_id)
        case _:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT)


_ACTIONS: dict[str, Callable[[Call, Database], None]] = {
    "userpw": _change_own_password,
    "mkuser": _make_user,
    "mkgroup": _make_group,
    "modify": _change_group,
}


@api(714, "USER_ADMIN_AN")
def administer(call: Call) -> Reply:
    """Change one's own password; make users and groups and their members as a group administrator."""
    action = _ACTIONS.get(call.pi.text("arg0"))
    if action is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    with call.catalog.write() as database:
        action(call, database)
    return Reply()


def _issue(call: Call, database: Database, user_id: int) -> str:
    """Store a temporary password for `user_id`, made with the password of who asks; return the text it is made of."""
    text = secrets.token_hex(20)
    own = accounts.lasting_password(database, call.agent.me.user_id)
    now = now_text()
    expiry = f"{int(now) + TEMPORARY_SECONDS:011d}"
    database.execute(
        "INSERT INTO R_USER_PASSWORD (user_id, rcat_password, pass_expiry_ts, create_ts, modify_ts)"
        " VALUES (?, ?, ?, ?, ?)",
        (user_id, temporary(text, own), expiry, now, now),
    )
    return text


@api(709, "GET_TEMP_PASSWORD_AN")
def own_temporary_password(call: Call) -> Reply:
    """Issue a password for oneself that is good for one login."""
    with call.catalog.write() as database:
        text = _issue(call, database, call.agent.me.user_id)
    return Reply(msg=pack("getTempPasswordOut_PI", ("stringToHashWith", text)))


@api(724, "GET_TEMP_PASSWORD_FOR_OTHER_AN")
def temporary_password_for_other(call: Call) -> Reply:
    """Issue a password for somebody else, as an administrator."""
    require_admin(call.agent)
    with call.catalog.write() as database:
        user_id = need_user(database, call.pi.text("targetUser"), call.zone.name)
        text = _issue(call, database, user_id)
    return Reply(msg=pack("getTempPasswordForOtherOut_PI", ("stringToHashWith", text)))
