"""Where objects lie: a bucket, and a prefix in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lading.base.errors import UsageError
from lading.base.paths import is_utf8, shown, to_bytes

SCHEME = "s3://"
#: longest key of the protocol, in bytes
LONGEST_KEY = 1024
#: names of buckets as stores take them, old ones with capitals and underscores too
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


@dataclass(frozen=True, slots=True)
class Location:
    """
    Everything below `prefix`, as if it were a folder: `k` means `k/...` and never `kk/...`.

    A prefix never begins or ends with one slash; "" is the whole bucket.
    """

    bucket: str
    prefix: str = ""

    @property
    def canonical(self) -> str:
        """The location as text that is the same for the same objects: part of a job's identity."""
        return f"{SCHEME}{self.bucket}/{self.prefix}" if self.prefix else f"{SCHEME}{self.bucket}"

    @property
    def root(self) -> str:
        """What the keys of everything below begin with."""
        return f"{self.prefix}/" if self.prefix else ""

    def __str__(self) -> str:
        return self.canonical


def is_location(text: str) -> bool:
    """Say whether a text names a place in an object store, well or badly."""
    return text[: len(SCHEME)].lower() == SCHEME


def parse(text: str) -> Location:
    """Return the location that `s3://bucket/prefix` names, with or without a slash at the end; raise `UsageError`."""
    if not is_location(text):
        raise UsageError(f"{shown(text)} is no place in an object store", hint="It is written s3://bucket/prefix")
    bucket, _, prefix = text[len(SCHEME) :].partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise UsageError(
            f"{shown(text)}: {shown(bucket)!r} is no name of a bucket",
            hint="Names have 3 to 255 letters, digits, dots, hyphens or underscores; no user, no port",
        )
    prefix = prefix.removesuffix("/")
    if not is_utf8(prefix):
        raise UsageError(f"{shown(text)}: keys of objects are UTF-8")
    if len(to_bytes(prefix)) >= LONGEST_KEY:
        raise UsageError(f"{shown(text)}: keys of objects have at most {LONGEST_KEY} bytes")
    return Location(bucket, prefix)
