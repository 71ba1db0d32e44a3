"""
Passwords that the zone does not keep: a file stands in for PAM, and a login gives a native password for a while.

The file is in the home, and is read at each login, so passwords can be changed while the zone runs.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from lading.zone.catalog import now_text
from lading.zone.codes import Code
from lading.zone.entities import need_user
from lading.zone.home import Home, random_password
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.catalog import Database
    from lading.zone.registry import Call

#: shortest and longest life of a password that a client may ask for, in seconds
_SHORTEST, _LONGEST = 121, 1_209_600
_HOUR = 3600
#: how passwords of this kind begin, so that they are told from temporary ones
_MARK = "pam."


def native_password(call: Call, user: str, password: str, hours: str) -> str:
    """
    Return a native password for a user that PAM knows by this password.

    It is the one of the last login, good for longer, where that has not expired. `hours` is how long ("" or 0: as the
    zone is set). Refuses with PAM_AUTH_PASSWORD_FAILED, also on a connection in clear, where the password is not looked at.
    """
    if not call.agent.encrypted:
        raise IrodsError(Code.SYS_NOT_ALLOWED, "PAM passwords are taken over TLS only")
    seconds = _life(hours) or call.zone.settings.pam_seconds
    known = Home(call.zone.home).pam_passwords().get(user)
    if not hmac.compare_digest((known or secrets.token_hex()).encode(), password.encode()):
        raise IrodsError(Code.PAM_AUTH_PASSWORD_FAILED)
    with call.catalog.write() as database:
        return _issued(database, need_user(database, user, call.zone.name), seconds)


def _life(hours: str) -> int:
    """Return the seconds that a client asks for, or 0."""
    seconds = int(hours or 0) * _HOUR if (hours or "0").isdigit() else -1
    if seconds and not _SHORTEST <= seconds <= _LONGEST:
        raise IrodsError(Code.PAM_AUTH_PASSWORD_INVALID_TTL)
    return seconds


def _issued(database: Database, user_id: int, seconds: int) -> str:
    now = now_text()
    expiry = f"{int(now) + seconds:011d}"
    row = database.execute(
        "SELECT rcat_password FROM R_USER_PASSWORD WHERE user_id = ? AND rcat_password LIKE ? AND pass_expiry_ts > ?",
        (user_id, f"{_MARK}%", now),
    ).fetchone()
    if row is not None:
        database.execute(
            "UPDATE R_USER_PASSWORD SET pass_expiry_ts = ?, modify_ts = ? WHERE user_id = ? AND rcat_password = ?",
            (expiry, now, user_id, row[0]),
        )
        return str(row[0])
    token = _MARK + random_password()
    database.execute(
        "DELETE FROM R_USER_PASSWORD WHERE user_id = ? AND rcat_password LIKE ? AND pass_expiry_ts < ?",
        (user_id, f"{_MARK}%", f"{int(now) - _LONGEST:011d}"),
    )
    database.execute(
        "INSERT INTO R_USER_PASSWORD (user_id, rcat_password, pass_expiry_ts, create_ts, modify_ts)"
        " VALUES (?, ?, ?, ?, ?)",
        (user_id, token, expiry, now, now),
    )
    return token
