"""
The keys below a root in order of bytes, page by page.

One stream is read for a whole tree, whatever folders it has: a page of it serves all folders whose keys are on it. Pages
are kept for a while, because folders are listed one after the other, and the next one is fetched while one is read.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

from lading.base.paths import shown
from lading.ingest.engine.sources.errors import SourceUnordered
from lading.ingest.engine.sources.s3.asking import Bucket, Item, Page

#: pages that are kept: some 20 MB
KEPT = 64
#: the last character there is: what ends in it comes behind all that goes on in another way
LAST = "\U0010ffff"
#: how long a page may serve folders that are listed later, in seconds
FRESH = 120.0
#: pages of all sources that are fetched before they are wanted
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """All keys behind `floor` up to `ceiling`."""

    floor: str
    keys: Sequence[str]
    items: Sequence[Item]
    #: None: there are no others
    ceiling: str | None
    #: when it was fetched, in seconds of a clock that only goes on
    fetched: float
    #: folders that were listed from it: whoever lists one again wants to see what is there by then
    readers: set[str] = field(default_factory=set)

    def covers(self, position: str) -> bool:
        """Say whether the key that follows `position`, if there is one, is on this page."""
        return self.floor <= position and (self.ceiling is None or position < self.ceiling)

    def behind(self, position: str) -> int:
        """Return which of the keys is the first one behind a position."""
        return bisect_right(self.keys, position)


class Pages:
    """The stream of a bucket below `root`."""

    def __init__(self, bucket: Bucket, root: str, *, kept: int = KEPT) -> None:
        self._bucket = bucket
        self._root = root
        self._most = kept
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._floors: list[str] = []
        self._coming: tuple[str, Future[Kept]] | None = None

    def has(self, position: str) -> bool:
        """Say whether the page behind a position is there without a request."""
        return self._find(position) is not None

    def at(self, position: str, reader: str | None = None, *, goes_on: bool = False) -> Kept:
        """
        Return the page with the key that follows `position`.

        A `reader` lists that folder; if it `goes_on`, it will want the next page, too.
        """
        found = self._find(position)
        if found is None or reader in found.readers:
            found = self._keep(self._fetched(position))
        if reader is not None:
            found.readers.add(reader)
        if goes_on and found.ceiling is not None and not self.has(found.ceiling):
            self._fetch_ahead(found.ceiling)
        return found

    def _find(self, position: str) -> Kept | None:
        at = bisect_right(self._floors, position)
        found = self._kept[self._floors[at - 1]] if at else None
        if found is None or not found.covers(position) or time.monotonic() - found.fetched > FRESH:
            return None
        self._kept.move_to_end(found.floor)
        return found

    def _keep(self, page: Kept) -> Kept:
        if page.floor not in self._kept:
            insort(self._floors, page.floor)
        self._kept[page.floor] = page
        if len(self._kept) > self._most:
            floor, _ = self._kept.popitem(last=False)
            self._floors.remove(floor)
        return page

    def _fetched(self, position: str) -> Kept:
        """Return a page that is not kept: the one under way, if it is that."""
        coming, self._coming = self._coming, None
        if coming is not None and coming[0] == position:
            return coming[1].result()
        if coming is not None:
            coming[1].cancel()
        return self._fetch(position)

    def _fetch_ahead(self, position: str) -> None:
        if self._coming is None or self._coming[0] != position:
            self._coming = position, _executor().submit(self._fetch, position)

    def _fetch(self, position: str) -> Kept:
        now, page = time.monotonic(), self._bucket.page(self._root, position)
        items = in_order(page, position, self._root)
        return Kept(position, [item.key for item in items], items, None if page.is_last else items[-1].key, now)


def in_order(page: Page, position: str, what: str) -> Sequence[Item]:
    """
    Return the objects of a page behind a position, each once; raise `SourceUnordered`.

    A store that lists in another order, or begins again, would let keys look as if they had vanished.
    """
    items: Sequence[Item] = page.items
    keys = [item.key for item in items]
    if any(one >= following for one, following in pairwise(keys)):
        if any(one > following for one, following in pairwise(keys)):
            raise SourceUnordered(f"{shown(what)} is not listed in order of keys")
        items = list({item.key: item for item in items}.values())
    if items and items[0].key <= position:
        items = [item for item in items if item.key > position]
    if not items and not page.is_last:
        raise SourceUnordered(f"The listing of {shown(what)} does not go on behind {shown(position)}")
    return items


_ahead: ThreadPoolExecutor | None = None


def _executor() -> ThreadPoolExecutor:
    """Return the threads of this process that fetch ahead."""
    global _ahead  # noqa: PLW0603 - made when first wanted, and anew in a child process
    if _ahead is None:
        _ahead = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3-ahead")
    return _ahead


def _begin_anew() -> None:
    global _ahead  # noqa: PLW0603
    _ahead = None


os.register_at_fork(after_in_child=_begin_anew)
