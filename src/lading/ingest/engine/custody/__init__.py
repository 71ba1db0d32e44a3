"""Custody: what a run says of each path, written so that nobody can change a word of it unseen."""

from lading.ingest.engine.custody.chain import CHECKPOINT_EVERY, FORMAT, Chain, Link
from lading.ingest.engine.custody.keys import HmacKey, Key, KeyRing, PublicKey, Signer, SigningKey, generate
from lading.ingest.engine.custody.verifying import Finding, NotAManifest, Verdict, verify
from lading.ingest.engine.custody.writing import sealed

__all__ = [
    "CHECKPOINT_EVERY",
    "FORMAT",
    "Chain",
    "Finding",
    "HmacKey",
    "Key",
    "KeyRing",
    "Link",
    "NotAManifest",
    "PublicKey",
    "Signer",
    "SigningKey",
    "Verdict",
    "generate",
    "sealed",
    "verify",
]
