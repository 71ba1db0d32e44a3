"""
From the names of a source to logical paths.

A valid name is kept as it is. An element that iRODS could not store, because its bytes are not UTF-8, becomes a prefix
and the URL-safe base64 of the full source path up to it; an AVU on the object says so. A valid element that begins with
the prefix is treated alike, so that no two paths share a logical path.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import NamedTuple

from lading.base.errors import NameRefused
from lading.base.paths import LONGEST_LOGICAL_PATH, is_utf8, shown, to_bytes

PREFIX = "irods_UnicodeEncodeError_"
ATTRIBUTE = "irods::automated_ingest::UnicodeEncodeError"
UNIT = "python3.base64.b64encode(full_path_of_source_file)"


class Name(NamedTuple):
    """A logical path and the AVUs that explain it."""

    path: str
    avus: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How a job turns names into logical paths."""

    @property
    def digest(self) -> str:
        """Text that differs where the same name may go elsewhere; "" as long as valid names are kept."""
        return ""

    def logical_path(self, destination_root: str, relative_path: str, *, source_root: str = "") -> Name:
        """
        Return where `relative_path` goes; "" is the root itself. Raise `NameRefused` for what cannot be a logical path.

        Different paths never go to one logical path, and none leaves `destination_root`.
        """
        name, source = Name(destination_root.rstrip("/") or "/"), source_root.rstrip("/")
        for element in relative_path.split("/") if relative_path else ():
            source = f"{source}/{element}"
            name = self.child(name.path, element, source)
        return name

    def child(self, collection: str, element: str, source_path: str) -> Name:
        """Return where the child `element` of a collection goes; `source_path` is its full path at the source."""
        if element in {"", ".", ".."} or "/" in element or "\0" in element:
            raise NameRefused(f"{shown(source_path)}: {element!r} cannot be an element of a logical path")
        if is_utf8(element) and not element.startswith(PREFIX):
            return Name(_joined(collection, element, source_path))
        encoded = urlsafe_b64encode(to_bytes(source_path)).decode()
        return Name(_joined(collection, PREFIX + encoded, source_path), ((ATTRIBUTE, encoded, UNIT),))


def _joined(collection: str, name: str, source_path: str) -> str:
    """Return the logical path unless it is too long for iRODS."""
    path = f"{collection.rstrip('/')}/{name}"
    length = len(to_bytes(path))
    if length > LONGEST_LOGICAL_PATH:
        raise NameRefused(
            f"{shown(source_path)}: the logical path would have {length} bytes; iRODS takes {LONGEST_LOGICAL_PATH}"
        )
    return path
