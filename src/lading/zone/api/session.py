"""Login: the native scheme, new flow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

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


def passwords_of(database: sqlite3.Connection, user_id: int) -> list[str]:
    """Return the passwords of a user that are valid now; temporary ones expire at a time in 11 digits."""
    rows = database.execute("SELECT rcat_password, pass_expiry_ts FROM R_USER_PASSWORD WHERE user_id = ?", (user_id,))
    now = time.time()
    return [password for password, expiry in rows if expiry == _NEVER or (expiry.isdigit() and int(expiry) >= now)]


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
    if not isinstance(document, dict) or document.get("scheme", "native") != "native":
        raise IrodsError(Code.CAT_INVALID_AUTHENTICATION)
    step = document.get("next_operation")
    if step == "auth_agent_auth_request":
        return _challenge(call, document)
    if step == "auth_agent_auth_response":
        return _response(call, document)
    raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)


def _challenge(call: Call, document: dict[str, Any]) -> Reply:
    call.agent.challenge = secrets.token_hex(32)
    return Reply(0, bin_bytes_json({**document, "request_result": call.agent.challenge}))


def _response(call: Call, document: dict[str, Any]) -> Reply:
    log_in(call, str(document.get("digest", "")))
    return Reply(0, bin_bytes_json(document))


def log_in(call: Call, digest: str) -> None:
    """Check the answer to the challenge; an administrator may act as another user."""
    agent, database = call.agent, call.catalog.read()
    proxy = identity_of(database, agent.proxy_name, agent.proxy_zone or call.zone.name)
    if proxy is None:
        raise IrodsError(Code.CAT_INVALID_USER)
    known = [digest_of(agent.challenge, password) for password in passwords_of(database, proxy.user_id)]
    answers = proxy.name == ANONYMOUS or any(hmac.compare_digest(digest, answer) for answer in known)
    if not agent.challenge or not answers:
        raise IrodsError(Code.CAT_INVALID_AUTHENTICATION)
    client = identity_of(database, agent.client_name, agent.client_zone or call.zone.name)
    if client is None:
        raise IrodsError(Code.CAT_INVALID_USER)
    if client.user_id != proxy.user_id and not proxy.is_admin:
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
    agent.user = client
