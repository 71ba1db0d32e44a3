"""Stable ids: the same entry has the same id, wherever it moves."""

from __future__ import annotations

import hashlib
from collections import Counter


class Ids:
    """Makes the ids of one resume; equal entries are told apart by their order."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, kind: str, *content: object) -> str:
        """Return the id of an entry of this content."""
        text = "\x1f".join([kind, *(" ".join(str(part or "").casefold().split()) for part in content)])
        name = f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"
