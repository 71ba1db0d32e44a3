"""
Signatures of what is sent to webhooks.

`Lading-Signature: sha256=HEX` is HMAC-SHA256, under the secret of the settings, over the seconds of `Lading-Timestamp`, a
dot and the body: a body that was changed or made up does not fit, and one that is sent again later is too old.
"""

from __future__ import annotations

import hashlib
import hmac

SIGNATURE = "Lading-Signature"
TIMESTAMP = "Lading-Timestamp"
#: the same for each try of one message
DELIVERY = "Lading-Delivery"

#: seconds by which a receiver should let clocks differ
TOLERANCE = 300


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def is_genuine(secret: str, timestamp: str, given: str, body: bytes, *, now: float) -> bool:
    """Say whether a message is whole, from whoever knows the secret, and not old: what a receiver has to do."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    return hmac.compare_digest(signature(secret, int(timestamp), body), given)
