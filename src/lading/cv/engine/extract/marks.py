"""Marks at the start of a list item, and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MARK = re.compile(r"^\s*(?:[•◦▪‣●○■□▸►➢➤✓✔⁃∙·\uf0b7\uf0a7\u2013\u2014*+-])\s+(?=\S)")  # noqa: RUF001 - marks as they are typed
#: a mark of a symbol font that stands directly before its text
_TIGHT = re.compile(r"^\s*[•◦▪‣●○■▸►➢➤\uf0b7\uf0a7](?=\S)")
_GAP = re.compile(r"[ \xa0]*\t\s*| {3,}")


#: characters of the longest line; patterns that look back and forth over a line stay quick
LONGEST = 1000


def bounded(text: str) -> Iterator[str]:
    """Yield a text in pieces of at most `LONGEST` characters, broken at a space where there is one."""
    while len(text) > LONGEST:
        at = text.rfind(" ", LONGEST // 2, LONGEST)
        at = at if at > 0 else LONGEST
        yield text[:at]
        text = text[at:].lstrip(" ")
    yield text


def parted(text: str) -> tuple[str, bool]:
    """Return a line without its list mark, and whether there was one."""
    match = _MARK.match(text) or _TIGHT.match(text)
    return (text[match.end() :].strip(), True) if match else (text.strip(), False)


def tidy(text: str) -> str:
    """Return text in composed form, with single spaces, and a tab for each wide gap."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    parts = (" ".join(part.split()) for part in _GAP.split(text))
    return "\t".join(part for part in parts if part)
