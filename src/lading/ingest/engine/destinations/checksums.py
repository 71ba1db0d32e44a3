"""Checksums as the catalogue writes them."""

from __future__ import annotations

import base64
import hashlib


def new_hash(hash_name: str) -> hashlib._Hash:
    """Return an empty hash; the checksum is no protection against an attacker, so MD5 is allowed."""
    return hashlib.new(hash_name, usedforsecurity=False)


def catalogue_form(hash_name: str, digest: bytes) -> str:
    """Return the digest as the catalogue stores it: bare hex for `md5`, otherwise `sha2:` and base64."""
    if hash_name == "md5":
        return digest.hex()
    return f"sha2:{base64.b64encode(digest).decode('ascii')}"


def checksum_of(hash_name: str, data: bytes) -> str:
    """Return the checksum of `data` as the catalogue stores it."""
    hashed = new_hash(hash_name)
    hashed.update(data)
    return catalogue_form(hash_name, hashed.digest())


def hash_of(checksum: str) -> str:
    """Return the name of the hash that a catalogue checksum was made with."""
    return "sha256" if checksum.startswith("sha2:") else "md5"


def hash_name_of(scheme: str) -> str | None:
    """Return the `hashlib` name for a scheme of a client environment (`SHA256`, `md5`), None for another one."""
    return {"sha256": "sha256", "sha2": "sha256", "md5": "md5"}.get(scheme.lower())
