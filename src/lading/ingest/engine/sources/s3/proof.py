"""
What a store claims about the bytes of an object, and whether they are those.

=====================================  ==================================================
the store says                         is compared with
=====================================  ==================================================
ETag of 32 hexadecimal digits          the MD5 of the object
the same and `-N`                      the MD5 of the MD5s of its N parts
checksum of the whole object           that checksum
checksum of checksums (composite)      that checksum of those of its parts
=====================================  ==================================================

ETags prove nothing where the store encrypts with keys of a service or of the customer, in directory buckets, and where the
access says so. A claim about parts is checked as far as the store tells how long the parts are.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from lading.ingest.engine.sources.s3.access import ETags
from lading.ingest.engine.sources.s3.crc import CRC32C, CRC64NVME, Crc

_MD5 = re.compile(r"([0-9a-f]{32})(?:-([0-9]{1,5}))?")
_COMPOSITE = re.compile(r"([A-Za-z0-9+/=]+)-([0-9]{1,5})")
#: from this size on a checksum that is slow to compute is left out where an MD5 proves the same
SLOW_FROM = 32 * 1024 * 1024


class Sum(Protocol):
    """A checksum that is being computed."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take more bytes."""

    def digest(self) -> bytes:
        """Return the checksum."""


class _Crc32:
    """As `zlib` has it."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes | memoryview) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


#: kinds of checksums by the name of their field in answers
_SUMS: Mapping[str, Callable[[], Sum]] = {
    "MD5": partial(hashlib.md5, usedforsecurity=False),
    "CRC32": _Crc32,
    "SHA1": partial(hashlib.sha1, usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "CRC32C": partial(Crc, CRC32C),
    "CRC64NVME": partial(Crc, CRC64NVME),
}
_SLOW = frozenset({"CRC32C", "CRC64NVME"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a checksum of an object is said to be."""

    kind: str
    digest: bytes
    #: number of parts whose checksums it is made of; 0: it is that of the object itself
    parts: int = 0


def claims(answer: Mapping[str, Any], etags: ETags) -> list[Claim]:
    """Return what an answer about an object claims of its content."""
    found = [claim for kind in _SUMS if (claim := _checksum(kind, answer)) is not None]
    match = _MD5.fullmatch(str(answer.get("ETag", "")).strip('"').lower())
    if match is not None and etags is ETags.MD5 and not _is_sealed(answer):
        found.append(Claim(kind="MD5", digest=bytes.fromhex(match[1]), parts=int(match[2] or 0)))
    return found


def _checksum(kind: str, answer: Mapping[str, Any]) -> Claim | None:
    told = answer.get(f"Checksum{kind}")
    if not told:
        return None
    match = _COMPOSITE.fullmatch(told)
    if match is not None:
        return Claim(kind=kind, digest=b64decode(match[1]), parts=int(match[2]))
    if answer.get("ChecksumType") == "COMPOSITE":
        return None  # of how many parts is not said
    return Claim(kind=kind, digest=b64decode(told))


def _is_sealed(answer: Mapping[str, Any]) -> bool:
    """Say whether the ETag is that of encrypted bytes."""
    return bool(answer.get("SSECustomerAlgorithm")) or str(answer.get("ServerSideEncryption", "")).startswith("aws:kms")


def worth(found: Sequence[Claim], size: int, *, parts_known: bool) -> list[Claim]:
    """
    Return the claims that are checked.

    =====================  ==========================  ========
    claim                  beside it                   checked
    =====================  ==========================  ========
    about unknown parts    anything                    no
    slow, of many bytes    an MD5 that can be checked  no
    any other              anything                    yes
    =====================  ==========================  ========
    """
    possible = [claim for claim in found if parts_known or not claim.parts]
    if size < SLOW_FROM or all(claim.kind != "MD5" for claim in possible):
        return possible
    return [claim for claim in possible if claim.kind not in _SLOW]


class Proof:
    """Claims that are checked while the bytes go by, in order."""

    def __init__(self, checked: Sequence[Claim], part_sizes: Sequence[int]) -> None:
        self._sums: list[tuple[Claim, Sum]] = [
            (claim, _PartsSum(_SUMS[claim.kind], part_sizes) if claim.parts else _SUMS[claim.kind]())
            for claim in checked
        ]

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        for _, own in self._sums:
            own.update(data)

    def broken(self) -> Iterator[Claim]:
        """Yield the claims that do not hold for what was taken."""
        return (claim for claim, own in self._sums if own.digest() != claim.digest)


class _PartsSum:
    """The checksum of the checksums of parts."""

    def __init__(self, new: Callable[[], Sum], sizes: Sequence[int]) -> None:
        self._new = new
        self._sizes = iter(sizes)
        self._left = next(self._sizes, 0)
        self._part = new()
        self._digests: list[bytes] = []

    def update(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while len(view) > self._left:
            self._part.update(view[: self._left])
            view = view[self._left :]
            self._end_part()
        self._part.update(view)
        self._left -= len(view)

    def _end_part(self) -> None:
        self._digests.append(self._part.digest())
        self._part, self._left = self._new(), next(self._sizes, 1 << 62)

    def digest(self) -> bytes:
        whole = self._new()
        whole.update(b"".join([*self._digests, self._part.digest()]))
        return whole.digest()
