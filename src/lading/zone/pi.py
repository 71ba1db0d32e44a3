"""Packed messages: lenient reading of what clients send, exact writing of what a server sends."""

from __future__ import annotations

import base64
import binascii
import json
from functools import cached_property
from typing import Any

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&"))


def unescape(text: str) -> str:
    """Turn the five XML entities back into characters."""
    if "&" not in text:
        return text
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def escape(text: str) -> str:
    """Write the five XML entities as a server of 4.2.9 or newer does."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&apos;")
    )


class Pi:
    """
    One packed message, read on demand.

    Tags are found by searching, not by a parser: values with control characters, which no XML parser accepts,
    are legal on the wire. A tag that is not there reads as empty or 0.
    """

    __slots__ = ("__dict__", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def text(self, tag: str, default: str = "") -> str:
        """Return the first value of `tag`, at any depth."""
        start = self.raw.find(f"<{tag}>")
        if start < 0:
            return default
        start += len(tag) + 2
        end = self.raw.find(f"</{tag}>", start)
        return unescape(self.raw[start:end]) if end >= 0 else default

    def number(self, tag: str, default: int = 0) -> int:
        """Return the first value of `tag` as a number."""
        text = self.text(tag).strip()
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise IrodsError(Code.SYS_PACK_INSTRUCT_FORMAT_ERR, f"[{tag}] is not a number") from None

    def texts(self, tag: str) -> list[str]:
        """Return all values of `tag` in order, at any depth."""
        return [unescape(value) for value in self._values(tag)]

    def parts(self, tag: str) -> list[Pi]:
        """Return the messages packed inside under `tag`."""
        return [Pi(value) for value in self._values(tag)]

    def part(self, tag: str) -> Pi:
        """Return the first message packed inside under `tag`, or an empty one."""
        found = self.parts(tag)
        return found[0] if found else Pi("")

    def _values(self, tag: str) -> list[str]:
        head, tail = f"<{tag}>", f"</{tag}>"
        return [piece.partition(tail)[0] for piece in self.raw.split(head)[1:]]

    @cached_property
    def keywords(self) -> dict[str, str]:
        """The first list of keywords; what counts is often the presence alone."""
        start = self.raw.find("<KeyValPair_PI>")
        if start < 0:
            return {}
        end = self.raw.find("</KeyValPair_PI>", start)
        pairs = Pi(self.raw[start:end])
        return dict(zip(pairs.texts("keyWord"), pairs.texts("svalue"), strict=False))

    def json(self) -> Any:  # noqa: ANN401 - a JSON document can be anything
        """Decode the JSON document of a BinBytesBuf_PI; a trailing NUL is dropped."""
        try:
            raw = base64.b64decode(self.text("buf"))
            return json.loads(raw.rstrip(b"\0").decode("utf-8"))
        except (ValueError, binascii.Error):
            raise IrodsError(Code.SYS_INVALID_INPUT_PARAM, "no JSON document") from None


def pack(name: str, *fields: tuple[str, object]) -> str:
    """Pack a flat message, one tag a line, as a server does."""
    lines = "".join(f"<{tag}>{escape(str(value))}</{tag}>\n" for tag, value in fields)
    return f"<{name}>\n{lines}</{name}>\n"


def compact_json(document: object) -> str:
    """Write JSON as a server does: sorted keys, no blanks, UTF-8."""
    return json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def bin_bytes_json(document: object) -> str:
    """Pack a JSON document as BinBytesBuf_PI (base64)."""
    raw = document if isinstance(document, str) else compact_json(document)
    data = raw.encode("utf-8") + b"\0"
    return pack("BinBytesBuf_PI", ("buflen", len(data)), ("buf", base64.b64encode(data).decode("ascii")))


def bytes_json(document: object) -> str:
    """Pack a JSON document as BytesBuf_PI (plain text)."""
    raw = document if isinstance(document, str) else compact_json(document)
    return pack("BytesBuf_PI", ("buflen", len(raw.encode("utf-8")) + 1), ("buf", raw))


def str_pi(text: str) -> str:
    """Pack a text as STR_PI."""
    return pack("STR_PI", ("myStr", text))
