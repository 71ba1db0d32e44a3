"""
The client's password file.

Its scrambling keeps a password from being read over a shoulder; what protects the file is its permission.
The numbers are the format's.
"""

from __future__ import annotations

from lading.zone.passwords import WHEEL

_SEQUENCE = 0xD768B678
_HIGHEST_SHIFT = 28
_LEAD = 6  #: characters before the mark that names the sequence


def scramble(password: str, *, uid: int, mtime: int) -> str:
    """Return the content of `.irodsA` for a user id; `mtime` is that of the file, in seconds."""
    prefix = "S" + "".join(chr(ord("a") + ((mtime >> shift) & 0xF)) for shift in (4, 0, 12, 8))
    out, shift = ["."], 0
    for character in prefix + password:
        place = WHEEL.find(character)
        if place >= 0:
            offset = ((_SEQUENCE >> shift) & 0x1F) + (uid & 0xF5F)
            out.append(WHEEL[(place + offset) % len(WHEEL)])
        else:
            out.append(character)
        shift = 0 if shift + 3 > _HIGHEST_SHIFT else shift + 3
    text = "".join(out)
    return f"{text[:_LEAD]}e{text[_LEAD:]}\0"
