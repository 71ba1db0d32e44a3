"""
Keys that sign manifests.

===========  =========================================  ==================================
algorithm    signed with                                verified with
===========  =========================================  ==================================
hmac-sha256  the installation's secret key              the same: on this installation
ed25519      a key file (`manifest_key_file`)           its public key: by anybody
===========  =========================================  ==================================

A key has an id, so that who verifies knows which one to look for; an id proves nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lading.base.errors import AskPerson, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HMAC = "hmac-sha256"
ED25519 = "ed25519"

#: hexadecimal digits of an id
_ID = 16


class ManifestKeyUnusable(AskPerson):
    """The key that signs manifests cannot be read: nothing is signed with another one in its place."""

    code = "MANIFEST_KEY"


class Key(Protocol):
    """What verifies."""

    @property
    def algorithm(self) -> str:
        """Name of the algorithm, as the first line of a manifest has it."""

    @property
    def id(self) -> str:
        """Text that tells keys of one algorithm apart."""

    def proves(self, message: bytes, signature: bytes) -> bool:
        """Say whether the owner of this key signed the message."""


class Signer(Key, Protocol):
    """What signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""


class HmacKey:
    """The installation's own key: made of its secret key, for this purpose alone."""

    algorithm = HMAC

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), b"lading manifest", hashlib.sha256).digest()

    @property
    def id(self) -> str:
        """Text that tells installations apart and nothing of the key."""
        return self.sign(b"id").hex()[:_ID]

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return hmac.digest(self._key, message, "sha256")

    def proves(self, message: bytes, signature: bytes) -> bool:
        """Say whether this installation signed the message."""
        return hmac.compare_digest(self.sign(message), signature)


class PublicKey:
    """The public half of a key file."""

    algorithm = ED25519

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @classmethod
    def load(cls, path: Path) -> PublicKey:
        """Read a key in PEM, of which the private half will do, too; raise `UsageError`."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        data = _read(path)
        if b"PRIVATE KEY" in data:
            return SigningKey(_private(path, data)).public
        try:
            found = load_pem_public_key(data)
        except ValueError as error:
            raise UsageError(f"{path} holds no public key (PEM)") from error
        if not isinstance(found, Ed25519PublicKey):
            raise UsageError(f"{path} holds a key of another kind, not of Ed25519")
        return cls(found)

    @property
    def id(self) -> str:
        """The beginning of the SHA-256 of the key."""
        return hashlib.sha256(self._key.public_bytes_raw()).hexdigest()[:_ID]

    @property
    def pem(self) -> bytes:
        """The key as others read it."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def proves(self, message: bytes, signature: bytes) -> bool:
        """Say whether the owner of the private half signed the message."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A key file: what it signs anybody can verify who has the public half."""

    algorithm = ED25519

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read a private key in PEM that nobody else can read; raise `ManifestKeyUnusable`."""
        try:
            data = _read(path)
            _refuse_open_to_others(path)
            return cls(_private(path, data))
        except UsageError as error:
            raise ManifestKeyUnusable(f"The manifest key cannot be used: {error.message}", hint=error.hint) from error

    @property
    def id(self) -> str:
        """That of the public half."""
        return self.public.id

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message)

    def proves(self, message: bytes, signature: bytes) -> bool:
        """Say whether this key signed the message."""
        return self.public.proves(message, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The keys that somebody who verifies has."""

    keys: tuple[Key, ...]

    def find(self, algorithm: str, key_id: str) -> Key | None:
        """Return the key with this id; None if it is not here."""
        return next((key for key in self.keys if (key.algorithm, key.id) == (algorithm, key_id)), None)


def generate(path: Path) -> PublicKey:
    """Write a new key to `path`, for its owner only, and its public half to `path.pub`; raise `UsageError`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    public = PublicKey(key.public_key())
    beside = path.with_name(path.name + ".pub")
    if beside.exists():
        raise UsageError(f"{beside} is there already")
    _write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    _write_new(beside, public.pem, mode=0o644)
    return public


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file that was not there; a key that signed something is never written over."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", hint="Who has its public half needs that key") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _refuse_open_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path} can be read by others", hint=f"chmod 600 {path}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"The key {path} cannot be read: {error.strerror}") from error


def _private(path: Path, data: bytes) -> Any:  # noqa: ANN401 - Ed25519PrivateKey, imported where it is used
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(data, password=None)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{path} holds no private key (PEM, without passphrase)", hint="`lading manifest keygen PATH` makes one"
        ) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise UsageError(f"{path} holds a key of another kind, not of Ed25519")
    return found
