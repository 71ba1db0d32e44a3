"""Login: native and pam_password, new flow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lading.zone import pam
from lading.zone.agent import Identity
from lading.zone.codes import Code
from lading.zone.pi import bin_bytes_json
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    import sqlite3

_PASSWORD_BYTES = 50
#: expiry of a password that does not expire
_NEVER = "9999-12-31-23.59.00"
#: who may come without a password, once an administrator has made this user
ANONYMOUS = "anonymous"
_USER = "SELECT user_id, user_name, zone_name, user_type_name FROM R_USER_MAIN WHERE user_name = ? AND zone_name = ?"


def digest_of(challenge: str, password: str) -> str:
    """Return what a client answers to a challenge: base64 of an MD5 without NUL bytes."""
    padded = password.encode("utf-8").ljust(_PASSWORD_BYTES, b"\0")[:_PASSWORD_BYTES]
    raw = hashlib.md5(challenge.encode("ascii") + padded).digest()
    return base64.b64encode(raw.replace(b"\0", b"\1")).decode("ascii")


def passwords_of(database: sqlite3.Connection, user_id: int) -> list[tuple[str, bool]]:
    """Return the passwords of a user, each with whether it is valid now; some expire at a time in 11 digits."""
    rows = database.execute("SELECT rcat_password, pass_expiry_ts FROM R_USER_PASSWORD WHERE user_id = ?", (user_id,))
    now = time.time()
    return [(password, expiry == _NEVER or (expiry.isdigit() and int(expiry) >= now)) for password, expiry in rows]


def identity_of(database: sqlite3.Connection, name: str, zone: str) -> Identity | None:
    """Return a user who can act, or None; groups cannot."""
    row = database.execute(_USER, (name, zone)).fetchone()
    if row is None or row[3] == "rodsgroup":
        return None
    return Identity(user_id=row[0], name=row[1], zone=row[2], type=row[3])


@api(110000, "AUTHENTICATION_APN")
def authenticate(call: Call) -> Reply:
    """Carry the login one step further."""
    document = call.pi.json()
    steps = _STEPS.get(document.get("scheme", "native")) if isinstance(document, dict) else None
    if steps is None:
        raise IrodsError(Code.CAT_INVALID_AUTHENTICATION)
    step = steps.get(document.get("next_operation"))
    if step is None:
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    return step(call, document)


def _challenge(call: Call, document: dict[str, Any]) -> Reply:
    call.agent.challenge = secrets.token_hex(32)
    return Reply(0, bin_bytes_json({**document, "request_result": call.agent.challenge}))


def _response(call: Call, document: dict[str, Any]) -> Reply:
    log_in(call, str(document.get("digest", "")))
    return Reply(0, bin_bytes_json(document))


def _pam_password(call: Call, document: dict[str, Any]) -> Reply:
    """Answer with a native password, which the client goes on with; its PAM password does not travel back."""
    user, password = str(document.get("user_name", "")), str(document.get("a_pw", ""))
    given = pam.native_password(call, user, password, str(document.get("a_ttl", "")))
    answer = {name: value for name, value in document.items() if name != "a_pw"}
    return Reply(0, bin_bytes_json({**answer, "request_result": given}))


#: what answers each step of each scheme
_STEPS: Mapping[str, Mapping[str | None, Callable[[Call, dict[str, Any]], Reply]]] = {
    "native": {"auth_agent_auth_request": _challenge, "auth_agent_auth_response": _response},
    "pam_password": {"auth_agent_auth_request": _pam_password},
}


def log_in(call: Call, digest: str) -> None:
    """Check the answer to the challenge; an administrator may act as another user."""
    agent, database = call.agent, call.catalog.read()
    proxy = identity_of(database, agent.proxy_name, agent.proxy_zone or call.zone.name)
    if proxy is None:
        raise IrodsError(Code.CAT_INVALID_USER)
    _check(agent.challenge, digest, proxy, passwords_of(database, proxy.user_id))
    client = identity_of(database, agent.client_name, agent.client_zone or call.zone.name)
    if client is None:
        raise IrodsError(Code.CAT_INVALID_USER)
    if client.user_id != proxy.user_id and not proxy.is_admin:
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
    agent.user = client


def _check(challenge: str, digest: str, user: Identity, known: list[tuple[str, bool]]) -> None:
    """Refuse what answers the challenge with no password of the user, or with one that has expired."""
    if challenge and user.name == ANONYMOUS:
        return
    matching = [valid for password, valid in known if hmac.compare_digest(digest, digest_of(challenge, password))]
    if not challenge or not matching:
        raise IrodsError(Code.CAT_INVALID_AUTHENTICATION)
    if not any(matching):
        raise IrodsError(Code.CAT_PASSWORD_EXPIRED)
