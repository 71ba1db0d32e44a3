"""How clients hide passwords on their way to the server, and how a temporary one is made.

Hiding is a substitution over a wheel of characters, keyed by a digest; it keeps a password out of logs
and is no encryption. The numbers are the protocol's.
"""

from __future__ import annotations

import hashlib
import string

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

WHEEL = string.digits + string.ascii_uppercase + string.ascii_lowercase + "!\"#$%&'()*+,-./"

#: length of the key over which the ring is made
KEY_LENGTH = 100
#: how much of the 64 bytes of the ring is used before it starts again
RING_LENGTH = 61
#: the start of what a client puts behind a short password, so that its length does not show
FILLER = "1gCBizHWbwIYyWLo"
#: what follows the first, random character of a password hidden in the newer way
MARK = ".ObfV2"

_PLACE = {character: place for place, character in enumerate(WHEEL)}


def _ring(key: str) -> bytes:
    padded = key.encode("utf-8").ljust(KEY_LENGTH, b"\0")[:KEY_LENGTH]
    first = hashlib.md5(padded).digest()
    second = hashlib.md5(first).digest()
    third = hashlib.md5(first + second).digest()
    return first + second + third + third


def turn_back(text: str, key: str, *, chained: bool) -> str:
    """Undo the substitution; characters that are not on the wheel stay. `chained`: each one shifts the next."""
    ring = _ring(key)
    found = []
    shift = 0
    for index, character in enumerate(text):
        place = _PLACE.get(character)
        if place is None:
            found.append(character)
            continue
        found.append(WHEEL[(place - ring[index % RING_LENGTH] - shift) % len(WHEEL)])
        if chained:
            shift = ord(character) & 0xFF
    return "".join(found)


def _without_filler(text: str) -> str:
    return text.partition(FILLER)[0]


def reveal_changed(hidden: str, *, own_password: str, signature: str) -> str:
    """
    Return the new password of a change that whoever knows `own_password` asked for.

    `signature` comes from the challenge of the login. Refuses with CAT_PASSWORD_ENCODING_ERROR
    what was hidden with another key.
    """
    key = hashlib.md5((own_password[:90] + signature[:KEY_LENGTH]).encode("utf-8").ljust(KEY_LENGTH, b"\0"))
    clear = turn_back(hidden, key.hexdigest(), chained=True)
    if clear[1 : len(MARK) + 1] != MARK:
        raise IrodsError(Code.CAT_PASSWORD_ENCODING_ERROR)
    return _without_filler(clear[len(MARK) + 1 :])


def reveal_first(hidden: str, *, own_password: str) -> str:
    """Return the password that a group administrator gives to a new user."""
    return _without_filler(turn_back(hidden, own_password, chained=False))


def temporary(text: str, password: str) -> str:
    """Return the temporary password that both sides make of the server's `text` and the password known to both."""
    return hashlib.md5((text + password).encode("utf-8").ljust(KEY_LENGTH, b"\0")).hexdigest()
