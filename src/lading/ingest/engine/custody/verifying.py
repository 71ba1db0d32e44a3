"""Whether a manifest is, byte for byte, what was signed; and if not, from which line on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, BinaryIO

from lading.base.errors import UsageError
from lading.ingest.engine.custody.chain import FORMAT, Chain, apart
from lading.ingest.engine.custody.keys import Key, KeyRing

#: bytes of a line: beyond any that is written, so that a file without newlines takes no memory
LONGEST_LINE = 64 * 1024 * 1024

_SIGNED = re.compile(rb'\{"(checkpoint|end)": (\d{1,19}), "signature": "((?:[0-9a-f]{2})+)"')
#: how lines that hold a signature begin; no other line does
_SIGNATURE_LINES = (b'{"checkpoint": ', b'{"end": ')


class NotAManifest(UsageError):  # noqa: N818 - what the file is
    """The file is no signed manifest: there is nothing to verify."""


class Finding(Enum):
    """How a manifest was found."""

    WHOLE = "whole"  # every byte is as it was signed
    ALTERED = "altered"  # a line is not what was signed
    CUT_OFF = "cut-off"  # it has no end
    OTHER_KEY = "other-key"  # it was signed with a key that who verifies does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of a manifest."""

    finding: Finding
    #: what its first line says; only as good as the finding
    head: dict[str, Any] = field(default_factory=dict)
    #: lines read
    lines: int = 0
    #: so many lines at its beginning are as they were signed
    proven: int = 0
    #: the first line that is wrong, or after which it stops; None where it cannot be told
    line: int | None = None
    problem: str = ""


class _Wrong(Exception):  # noqa: N818 - control flow, inside this module
    """A line is not what was signed."""

    def __init__(self, line: int | None, problem: str, finding: Finding = Finding.ALTERED) -> None:
        super().__init__(problem)
        self.line, self.problem, self.finding = line, problem, finding


class _Reader:
    """Goes through a manifest once."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._key: Key | None = None
        self._chain = Chain()
        self._has_ended = False
        self.head: dict[str, Any] = {}
        self.proven = 0

    @property
    def lines(self) -> int:
        return self._chain.lines

    def take(self, line: bytes) -> None:
        """Take the next line; raise `_Wrong`."""
        number = self.lines + 1
        if self._has_ended:
            raise _Wrong(number, "something follows the end")
        link = apart(line)
        if link is None:
            raise _Wrong(number, "it is not as it was written")
        told = self._signature(link.body, number)
        if self._chain.add(link.body) != link.shown:
            raise _Wrong(number, "it is not the line that was written here")
        if number == 1:
            self._begin(line)
        elif told is not None and self._key is not None:
            what, message, signature = told
            self._judge(what, self._key.proves(message, signature), number)

    def end(self) -> None:
        """Raise `_Wrong` unless the end was read."""
        if not self._has_ended:
            raise _Wrong(self.lines, "it stops there: its end is missing", Finding.CUT_OFF)

    def _begin(self, line: bytes) -> None:
        try:
            self.head = json.loads(line)
            algorithm, key_id = self.head["signature"]["algorithm"], self.head["signature"]["key"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _Wrong(1, "it is not as it was written") from None
        self._key = self._keys.find(algorithm, key_id)
        if self._key is None:
            raise _Wrong(None, f"it was signed with another key: {algorithm} {key_id}", Finding.OTHER_KEY)

    def _signature(self, body: bytes, number: int) -> tuple[bytes, bytes, bytes] | None:
        """Return purpose, message and signature of a line that has one; the message is what stands before it."""
        if not body.startswith(_SIGNATURE_LINES):
            return None
        found = _SIGNED.fullmatch(body)
        if found is None or found[2] != b"%d" % self.lines:
            raise _Wrong(number, "it is not as it was written")
        return found[1], self._chain.told(found[1]), bytes.fromhex(found[3].decode())

    def _judge(self, what: bytes, is_proven: bool, number: int) -> None:  # noqa: FBT001 - the answer of a key
        if not is_proven:
            begin = self.proven + 1
            raise _Wrong(None, f"lines {begin:,} to {number:,} are not what was signed: one of them is forged")
        self.proven = number
        self._has_ended = what == b"end"


def verify(file: BinaryIO, keys: KeyRing) -> Verdict:
    """Read a manifest from its beginning; raise `NotAManifest` for what is none. Takes the memory of one line."""
    reader = _Reader(keys)
    try:
        for number, line in enumerate(_lines(file), start=1):
            if number == 1:
                _refuse_others(line)
            reader.take(line)
        if not reader.lines:
            raise NotAManifest("it is empty")
        reader.end()
    except _Wrong as wrong:
        return Verdict(
            finding=wrong.finding,
            head=reader.head,
            lines=reader.lines,
            proven=reader.proven,
            line=wrong.line,
            problem=wrong.problem,
        )
    return Verdict(finding=Finding.WHOLE, head=reader.head, lines=reader.lines, proven=reader.lines)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line


def _refuse_others(line: bytes) -> None:
    """Raise `NotAManifest` unless this is how a signed manifest begins."""
    if not line.startswith(b'{"manifest": '):
        raise NotAManifest("it is no manifest")
    if line.startswith(b'{"manifest": 1,'):
        raise NotAManifest("it was written by a version that did not sign manifests", hint="There is nothing to verify")
    if not line.startswith(b'{"manifest": %d,' % FORMAT):
        raise NotAManifest("it was written by a newer version", hint="Verify it with that version")
