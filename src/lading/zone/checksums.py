"""Checksums as the catalogue keeps them."""

from __future__ import annotations

import base64
import hashlib
import os

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

#: read in pieces of this size; hashing a piece leaves other threads the interpreter
CHUNK = 4 * 1024 * 1024
_SCHEMES = {"sha2": "sha256", "sha512": "sha512", "sha1": "sha1", "adler32": "", "md5": "md5"}


def scheme_of(checksum: str) -> str:
    """Return the scheme that a checksum text was made with."""
    scheme, colon, _ = checksum.partition(":")
    if not colon:
        return "md5"
    return scheme if _SCHEMES.get(scheme) else "sha2"


def of_file(path: str, scheme: str) -> str:
    """Return the checksum text of what is stored at a physical path, by reading it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise IrodsError(Code.UNIX_FILE_OPEN_ERR - 2) from None
    except OSError as error:
        raise IrodsError(Code.UNIX_FILE_OPEN_ERR - (error.errno or 0)) from error
    try:
        return of_descriptor(descriptor, scheme)
    finally:
        os.close(descriptor)


def of_descriptor(descriptor: int, scheme: str) -> str:
    """Return the checksum text of an open file, by reading it from its start."""
    digest = hashlib.new(_SCHEMES[scheme])
    offset, size = 0, os.fstat(descriptor).st_size
    while data := os.pread(descriptor, min(CHUNK, size - offset), offset):
        digest.update(data)
        offset += len(data)
    return text_of(scheme, digest.digest())


def text_of(scheme: str, digest: bytes) -> str:
    """Write a digest as the catalogue does: MD5 in hex without a prefix, all others prefixed and in base64."""
    if scheme == "md5":
        return digest.hex()
    return f"{scheme}:{base64.b64encode(digest).decode('ascii')}"
