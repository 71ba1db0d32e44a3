"""Login as clients before 4.3 do it: the same challenge, in two APIs of its own."""

from __future__ import annotations

import base64
import secrets

from lading.zone.api.session import log_in
from lading.zone.pi import pack
from lading.zone.registry import Call, Reply, api

#: code and text of the notice that a server sends with each legacy login
_DEPRECATED_CODE = -3_002_000
_DEPRECATED = (
    "The legacy authentication plugin interface has been deprecated."
    " Please update client to not use legacy authentication plugins."
)


@api(703, "AUTH_REQUEST_AN")
def auth_request(call: Call) -> Reply:
    """Send a challenge."""
    call.agent.challenge = secrets.token_hex(32)
    packed = base64.b64encode(call.agent.challenge.encode("ascii")).decode("ascii")
    notice = ((_DEPRECATED_CODE, _DEPRECATED),)
    return Reply(0, pack("authRequestOut_PI", ("challenge", packed)), b"", notice)


@api(704, "AUTH_RESPONSE_AN")
def auth_response(call: Call) -> Reply:
    """Check the answer to the challenge."""
    log_in(call, call.pi.text("response"))
    return Reply(0)
