r"""
Names and paths.

A *relative path* is text with `/` between elements, no leading or trailing slash, "" for the root. Names that are not
valid UTF-8 carry their bytes as lone surrogates (Python's ``surrogateescape``), so every name of a POSIX filesystem is
one text and back. `shown` and `hidden` turn such text into text that any database and terminal takes, and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: iRODS's MAX_NAME_LEN less the closing NUL: longer logical paths are refused by every server
LONGEST_LOGICAL_PATH = 1087

_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\\\")
_SURROGATES = re.compile("[\udc80-\udcff]")


def join(folder: str, name: str) -> str:
    """Return the path of `name` in `folder`; the root folder is ""."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """Return the folder of a relative path; "" for a child of the root."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the last element."""
    return path.rpartition("/")[2]


def upwards(path: str) -> Iterator[str]:
    """Yield a relative path and all folders that contain it, the root last."""
    yield path
    while path:
        path = parent(path)
        yield path


def to_bytes(path: str) -> bytes:
    """Return the bytes that the filesystem has for this path."""
    return path.encode("utf-8", "surrogateescape")


def from_bytes(raw: bytes) -> str:
    """Return the path for these bytes; the inverse of `to_bytes`."""
    return raw.decode("utf-8", "surrogateescape")


def is_utf8(path: str) -> bool:
    """Say whether the path is valid Unicode."""
    return not _SURROGATES.search(path)


def shown(path: str) -> str:
    r"""
    Return the path as text without lone surrogates.

    A path of valid Unicode without ``\x`` in it is itself. Otherwise each byte that is not UTF-8 becomes ``\xNN`` and
    each backslash is doubled, so that `hidden` finds the way back.
    """
    if is_utf8(path) and "\\x" not in path and "\\\\" not in path:
        return path
    doubled = path.replace("\\", "\\\\")
    return _SURROGATES.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", doubled)


def hidden(text: str) -> str:
    """Return the path that `shown` made this text of."""
    return _ESCAPED.sub(lambda match: chr(0xDC00 + int(match[1], 16)) if match[1] else "\\", text)
