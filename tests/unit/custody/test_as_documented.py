"""Somebody else's verifier, written from docs/reference/manifest.md, comes to the same result."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lading.ingest.engine.custody import SigningKey, generate, sealed


def is_genuine(data: bytes, public_key: bytes) -> bool:
    """Follow the page word by word."""
    key = load_pem_public_key(public_key)
    value, purpose = hashlib.sha256(b"lading manifest 2").digest(), ""
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        body, _, rest = line.rpartition(b', "chain": "')
        told = json.loads(line)
        for word in ("checkpoint", "end"):
            if body.startswith(b'{"%s"' % word.encode()):
                message = b"lading manifest 2 " + word.encode() + b"\0" + str(number - 1).encode() + b"\0" + value
                key.verify(bytes.fromhex(told["signature"]), message)  # type: ignore[call-arg, union-attr]
                purpose = word
        value = hashlib.sha256(value + body).digest()
        if rest != value.hex()[:16].encode() + b'"}\n':
            return False
    return purpose == "end"


def test_the_page_is_enough_to_write_a_verifier(tmp_path: Path) -> None:
    """Of a manifest with checkpoints."""
    public = generate(tmp_path / "key")
    lines = ({"path": f"file-{number}", "reason": "é"} for number in range(2_345))
    data = b"".join(sealed({"run": 1}, lines, SigningKey.load(tmp_path / "key")))

    assert is_genuine(data, public.pem)
    assert not is_genuine(data.replace(b"file-77", b"file-78"), public.pem)
    assert (public.id, public.id.encode() in data) == (
        hashlib.sha256(load_pem_public_key(public.pem).public_bytes_raw()).hexdigest()[:16],  # type: ignore[union-attr]
        True,
    )
