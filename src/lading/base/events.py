"""What engines tell while they work. Nobody in an engine prints; progress, log and tests are sinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDone:
    """One file has its outcome."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesMoved:
    """Some bytes of a large file arrived."""

    path: str
    bytes: int


Event = FileDone | BytesMoved
Sink = Callable[[Event], None]


def nobody(_event: Event) -> None:
    """Listen to nothing."""
