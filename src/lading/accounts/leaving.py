"""What goes with a person whose account is deleted: each part of Lading that keeps something of a person's own says how."""

from __future__ import annotations

from collections.abc import Callable

#: takes the primary key of an account, and may be called twice for it
Forget = Callable[[int], None]

_parts: dict[str, Forget] = {}


def register(part: str, forget: Forget) -> None:
    """Let a part delete what is a person's own there; called when Django is ready."""
    _parts[part] = forget


def forget(user_id: int) -> None:
    """Delete what is a person's own, in all parts."""
    for part in _parts.values():
        part(user_id)
