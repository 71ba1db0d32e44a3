"""Logical paths."""

from __future__ import annotations

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

#: longest logical path that a server takes, in bytes
MAX_PATH = 1087


def normal(path: str) -> str:
    """Return an absolute path without doubled or trailing slashes; refuse relative and overlong ones."""
    if not path.startswith("/"):
        raise IrodsError(Code.USER_INPUT_PATH_ERR, f"[{path}] is not an absolute path")
    if len(path) > MAX_PATH:
        raise IrodsError(Code.USER_PATH_EXCEEDS_MAX)
    if "//" not in path and "/." not in path and not path.endswith("/"):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/" + "/".join(parts)


def split(path: str) -> tuple[str, str]:
    """Return the parent collection and the last name."""
    parent, _, name = path.rpartition("/")
    return parent or "/", name


def join(parent: str, name: str) -> str:
    """Return the path of `name` in `parent`."""
    return f"/{name}" if parent == "/" else f"{parent}/{name}"


def is_inside(path: str, ancestor: str) -> bool:
    """Say whether `path` is `ancestor` or below it."""
    return ancestor in (path, "/") or path.startswith(f"{ancestor}/")
