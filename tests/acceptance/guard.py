"""What a guard is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """Some words of a file, what they are replaced by, and the test that has to notice."""

    name: str
    file: str
    words: str
    instead: str
    test: str
