"""
The chain over the lines of a manifest.

Each line is a JSON object whose last member is `chain`: the beginning of the running SHA-256 over every line up to this
one. Its body is what stands before that member, byte for byte. So a line that was altered, removed, added or moved is
the first whose `chain` is wrong; whoever writes all later values anew meets the signatures, which are over the whole
running value, not over its beginning.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

#: version of the format, in the first line
FORMAT = 2

#: lines from one signature to the next: who verifies learns within which of them a forger was at work
CHECKPOINT_EVERY = 1_000

#: hexadecimal digits of the running value that a line shows
_SHOWN = 16
_CHAINED = re.compile(rb', "chain": "([0-9a-f]{%d})"\}\n' % _SHOWN)
#: bytes of the last member, with the newline: the same for every line
_LENGTH = len(b', "chain": ""}\n') + _SHOWN


class Link(NamedTuple):
    """A line taken apart."""

    body: bytes
    #: beginning of the running value, hexadecimal
    shown: bytes


class Chain:
    """The running value."""

    def __init__(self) -> None:
        self.value = hashlib.sha256(b"lading manifest %d" % FORMAT).digest()
        self.lines = 0

    def add(self, body: bytes) -> bytes:
        """Take one more line; return what it shows. The value before has a fixed length, so no two lines run together."""
        self.value = hashlib.sha256(self.value + body).digest()
        self.lines += 1
        return self.value.hex()[:_SHOWN].encode()

    def told(self, what: bytes) -> bytes:
        """Return what is signed here: the purpose, how many lines there were, and the running value over them."""
        return b"lading manifest %d %s\0%d\0%s" % (FORMAT, what, self.lines, self.value)


def linked(body: bytes, shown: bytes) -> bytes:
    """Return the line for a body."""
    return b'%s, "chain": "%s"}\n' % (body, shown)


def apart(line: bytes) -> Link | None:
    """Take a line apart; None for what is no line of a manifest."""
    found = _CHAINED.fullmatch(line, len(line) - _LENGTH) if len(line) > _LENGTH else None
    return Link(line[:-_LENGTH], found[1]) if found else None
