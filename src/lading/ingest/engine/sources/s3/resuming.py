r"""
Where a listing goes on behind a name.

A name that stands for another element comes a little behind it in order. So a listing that goes on behind `a b` has to
see whether there is something in front of it, as `a\x01`, that has not had its turn yet. Such things begin with what
stands before a space of the name; it costs a request for each space to know that there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.asking import Item
from lading.ingest.engine.sources.s3.children import before
from lading.ingest.engine.sources.s3.listing import LAST

_DOTS = frozenset({".", ".."})
#: what ordinary characters begin with
_SPACE = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuming:
    """A folder with the key `root`. `first` returns the first object with a prefix behind a position."""

    root: str
    first: Callable[[str, str], Item | None]
    has_folder: Callable[[str], bool]

    def position(self, after: str) -> str:
        """Return the position behind which every child has its turn whose name comes behind `after`."""
        if not after or (after <= keys.beside(keys.EMPTY) and self._has_content()):
            return before(self.root)
        own = keys.ordinary(after)
        for start, character in enumerate(after[: len(own) + 1]):
            if character == _SPACE and self._is_late(after[:start]):
                return self._from(after[:start])
        return self._from(own)  # a folder may have that name, and a file beside it may be still to come

    def _from(self, element: str) -> str:
        return just_before(self.root + element) if element else before(self.root)

    def _has_content(self) -> bool:
        """Say whether the folder's own key is that of an object with content."""
        first = self.first(self.root, "") if self.root else None
        return first is not None and first.key == self.root and first.size > 0

    def _is_late(self, element: str) -> bool:
        """Say whether an element, or one that goes on with a control character, may have a name behind a space."""
        key = self.root + element
        first = self.first(key, "")
        if first is not None and first.key == key:
            if element in _DOTS or (element and self.has_folder(element)):
                return True
            first = self.first(key, key)
        return first is not None and first.key < key + _SPACE


def just_before(key: str) -> str:
    """Return a position behind which `key` comes first."""
    number = ord(key[-1]) - 1
    character = chr(number) if not 0xD800 <= number <= 0xDFFF else "\ud7ff"  # noqa: PLR2004 - no characters
    return f"{key[:-1]}{character}{LAST}"
