"""The key that signs cookies and manifests: random, one per home, for its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lading.base.errors import UsageError


def secret_key(path: Path) -> str:
    """Return the key in `path`; make it on first use, once, however many processes start at a time."""
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path} can be read by others", hint=f"chmod 600 {path}")
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)  # unlike a rename, never replaces the key that another process made meanwhile
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
