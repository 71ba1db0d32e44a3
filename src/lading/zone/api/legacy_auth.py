"""Login as clients before 4.3 do it: the same challenge, in two APIs of its own, and PAM in two more."""

from __future__ import annotations

import base64
import re
import secrets

from lading.zone import pam
from lading.zone.api.session import log_in
from lading.zone.codes import Code
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api

#: code and text of the notice that a server sends with each legacy login
_DEPRECATED_CODE = -3_002_000
_DEPRECATED = (
    "The legacy authentication plugin interface has been deprecated."
    " Please update client to not use legacy authentication plugins."
)
_NOTICE = ((_DEPRECATED_CODE, _DEPRECATED),)
#: what a scheme is called in 1201
_PAM_SCHEMES = frozenset({"pam", "pam_password"})
#: one `name=value` of 1201; a backslash keeps the next character from ending the value
_PAIR = re.compile(r"([^=;\\]+)=((?:\\.|[^;\\])*)(?:;|$)", re.DOTALL)


@api(703, "AUTH_REQUEST_AN")
def auth_request(call: Call) -> Reply:
    """Send a challenge."""
    call.agent.challenge = secrets.token_hex(32)
    packed = base64.b64encode(call.agent.challenge.encode("ascii")).decode("ascii")
    return Reply(0, pack("authRequestOut_PI", ("challenge", packed)), b"", _NOTICE)


@api(704, "AUTH_RESPONSE_AN")
def auth_response(call: Call) -> Reply:
    """Check the answer to the challenge."""
    log_in(call, call.pi.text("response"))
    return Reply(0)


@api(725, "PAM_AUTH_REQUEST_AN")
def pam_request(call: Call) -> Reply:
    """Give a native password for a PAM password."""
    wanted = call.pi
    password = pam.native_password(call, wanted.text("pamUser"), wanted.text("pamPassword"), wanted.text("timeToLive"))
    return Reply(0, pack("pamAuthRequestOut_PI", ("irodsPamPassword", password)), b"", _NOTICE)


@api(1201, "AUTH_PLUG_REQ_AN")
def plugin_request(call: Call) -> Reply:
    """Do the same for clients that name a scheme; PAM is the only one here."""
    if call.pi.text("auth_scheme_").lower() not in _PAM_SCHEMES:
        raise IrodsError(Code.SYS_NOT_SUPPORTED)
    context = read_context(call.pi.text("context_"))
    password = pam.native_password(call, context.get("a_user", ""), context.get("a_pw", ""), context.get("a_ttl", ""))
    return Reply(0, pack("authPlugReqOut_PI", ("result_", password)), b"", _NOTICE)


def read_context(text: str) -> dict[str, str]:
    r"""Read `name=value;name=value`, where `\`, `;` and `=` of a value may stand behind a backslash."""
    return {name: re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL) for name, value in _PAIR.findall(text)}
