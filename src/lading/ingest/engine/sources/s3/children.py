"""
The children of a folder, cut out of the stream of keys.

Where folders are small, the keys in them cost nothing: they are on the page already, and wanted soon. Where the stream
stays inside sub-folders for more pages than the scan will soon come back to, the store cuts the rest off (a delimiter).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from lading.base.paths import shown
from lading.ingest.engine.sources.errors import SourceUnordered
from lading.ingest.engine.sources.s3.asking import Bucket, Item
from lading.ingest.engine.sources.s3.listing import LAST, Kept, Pages

#: pages that one listing asks for although they begin inside a sub-folder; they are kept for that one
AHEAD = 8
#: the character behind the slash: with it a position comes behind all of a folder
_BEHIND = "0"


class Child(NamedTuple):
    """One element behind the folder's own key."""

    element: str
    #: the object of that key; None for a folder
    item: Item | None


def before(root: str) -> str:
    """Return a position behind which the key `root` itself comes first."""
    return f"{root[:-1]}.{LAST}" if root else ""


class Children:
    """The children of one folder, in order of keys: a folder's ends in a slash."""

    def __init__(self, bucket: Bucket, pages: Pages, root: str, *, path: str = "", ahead: int = AHEAD) -> None:
        self._bucket = bucket
        self._ahead = ahead
        self._pages = pages
        self._root = root
        self._path = path
        #: a position in front of the sub-folder that the stream is in; "" if it is in none
        self._behind = ""
        self._is_over = False
        #: whether any key says that the folder is there
        self.is_there = False

    def after(self, position: str) -> Iterator[Child]:
        """Yield the children with keys behind a position; a folder in which it lies comes, too."""
        ahead, goes_on = 0, False
        while True:
            page = self._pages.at(position, self._root, goes_on=goes_on)
            yield from self._on(page, position)
            if self._is_over or page.ceiling is None:
                return
            if self._behind and not self._pages.has(page.ceiling):
                ahead += 1
                if ahead > self._ahead:
                    yield from self._cut_off(f"{self._behind[:-1]}/{LAST}")
                    return
            position, goes_on = page.ceiling, True

    def _on(self, page: Kept, position: str) -> Iterator[Child]:
        """Yield the children on a page."""
        keys, items, root, start = page.keys, page.items, self._root, len(self._root)
        index = bisect_left(keys, self._behind) if self._behind else page.behind(position)
        while index < len(keys):
            key = keys[index]
            if not key.startswith(root):
                self._is_over = True
                return
            self.is_there = True
            cut = key.find("/", start)
            if cut >= 0:
                yield Child(key[start:cut], None)
                self._behind = key[:cut] + _BEHIND
                index = bisect_left(keys, self._behind, index)
                continue
            self._behind = ""
            if key != root or items[index].size:  # without content it says only that the folder is there
                yield Child(key[start:], items[index])
            index += 1

    def _cut_off(self, position: str) -> Iterator[Child]:
        """Yield the children behind a position as the store cuts them off."""
        start = len(self._root)
        while True:
            page = self._bucket.page(self._root, position, delimiter="/", path=self._path)
            found = {item.key: Child(item.key[start:], item) for item in page.items if item.key > position}
            found |= {folder: Child(folder[start:-1], None) for folder in page.folders if folder > position}
            for key in (ordered := sorted(found)):
                yield found[key]
            if page.is_last:
                return
            if not ordered:
                raise SourceUnordered(f"The listing of {shown(self._root)} does not go on behind {shown(position)}")
            position = ordered[-1] + (LAST if found[ordered[-1]].item is None else "")
