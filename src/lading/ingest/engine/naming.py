"""
From the names of a source to logical paths.

A valid name is kept as it is, or changed by the job's character map. An element that iRODS could not store, because its
bytes are not UTF-8, becomes a prefix and the base64 of the full source path up to it. A valid element that begins with
the prefix is treated alike, so that no two paths share a logical path. AVUs on the object tell the full source path.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import NamedTuple

from lading.base.errors import NameRefused
from lading.base.paths import LONGEST_LOGICAL_PATH, is_utf8, shown, to_bytes
from lading.ingest.engine.character_map import UNCHANGED, CharacterMap

PREFIX = "irods_UnicodeEncodeError_"
NOT_UTF8 = "irods::automated_ingest::UnicodeEncodeError"
MAPPED = "irods::automated_ingest::character_map"
UNIT = "python3.base64.b64encode(full_path_of_source_file)"

Avu = tuple[str, str, str]


class Name(NamedTuple):
    """A logical path and the AVUs that explain it."""

    path: str
    avus: tuple[Avu, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How a job turns names into logical paths; elements of the destination itself are left alone."""

    characters: CharacterMap = UNCHANGED

    @property
    def digest(self) -> str:
        """Text that differs where the same name may go elsewhere; "" as long as valid names are kept."""
        return self.characters.digest

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
        stored = self._stored(element)
        if stored is None:
            encoded = PREFIX + _for_a_name(source_path)
            return Name(_joined(collection, encoded, source_path), (_avu(NOT_UTF8, source_path),))
        avus = (_avu(MAPPED, source_path),) if stored != element else ()
        return Name(_joined(collection, stored, source_path), avus)

    def data_object(self, collection: str, path: str, source_path: str) -> Name:
        """
        Return where the file at the relative path goes; as `child`, but the AVUs tell of changed folders, too.

        A file that keeps its name needs an AVU below a folder that does not: collections carry none.
        """
        folder, _, element = path.rpartition("/")
        name = self.child(collection, element, source_path)
        if name.avus or not any(self._stored(above) not in {None, above} for above in folder.split("/") if above):
            return name
        return Name(name.path, (_avu(MAPPED, source_path),))

    def _stored(self, element: str) -> str | None:
        """Return the name that an element gets; None if it has to be encoded."""
        if not is_utf8(element):
            return None
        stored = self.characters.stored(element)
        return None if stored.startswith(PREFIX) else stored


def _avu(attribute: str, source_path: str) -> Avu:
    return attribute, b64encode(to_bytes(source_path)).decode(), UNIT


def _for_a_name(source_path: str) -> str:
    """Return the path in base64, in the alphabet without slash if there were one otherwise."""
    raw = to_bytes(source_path)
    plain = b64encode(raw).decode()
    return urlsafe_b64encode(raw).decode() if "/" in plain else plain


def _joined(collection: str, name: str, source_path: str) -> str:
    """Return the logical path unless it is too long for iRODS."""
    path = f"{collection.rstrip('/')}/{name}"
    length = len(to_bytes(path))
    if length > LONGEST_LOGICAL_PATH:
        raise NameRefused(
            f"{shown(source_path)}: the logical path would have {length} bytes; iRODS takes {LONGEST_LOGICAL_PATH}"
        )
    return path
