"""Which bytes a document was read from."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from lading.cv.engine.document import Document


def identified(content: bytes, document: Document) -> Document:
    """Return the document with size and SHA-256 of the bytes it was read from."""
    return replace(document, size=len(content), sha256=hashlib.sha256(content).hexdigest())
