"""
From the order of keys to the order of names.

A store lists `a-b`, `a.txt`, `a/...`: the folder `a` behind what its name comes before. So children are held back until no
folder can come any more that belongs in front of them; and a file until it is known whether a folder has its name.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator

from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.asking import Item
from lading.ingest.engine.sources.s3.children import Child
from lading.ingest.engine.sources.s3.listing import LAST
from lading.ingest.engine.values import ETAG_TAG, Entry, Kind

#: entries that are held back before the store is asked about the folder that they wait for
HELD = 4096
_SECOND = 1_000_000_000
#: a place behind all children
_END = LAST + LAST
#: characters that come before the slash
_LOW = re.compile("[\x00-.]")


def folder_entry(name: str) -> Entry:
    """Return the entry of a folder; it has neither size nor time."""
    return Entry(name, Kind.FOLDER, 0, 0, 0, 0)


def file_entry(name: str, item: Item) -> Entry:
    """Return the entry of an object: its ETag and its time tell one version from another."""
    at = item.modified * _SECOND
    return Entry(name, Kind.FILE, item.size, at, at, 0, ETAG_TAG + item.etag)


class Ordering:
    """Children of one folder in order of keys, to become entries in order of names."""

    def __init__(self, has_folder: Callable[[str], bool], *, held: int = HELD) -> None:
        self._has_folder = has_folder
        self._most = held
        #: entries with the names that they will have
        self._held: list[tuple[str, Entry]] = []
        #: files of which it is not known yet whether a folder has their name: each begins with the one before
        self._open: list[tuple[str, Item]] = []
        #: elements of which it was asked whether there is such a folder
        self._asked: dict[str, bool] = {}

    def entries(self, children: Iterable[Child]) -> Iterator[Entry]:
        """Yield the entries."""
        for element, item in children:
            place = element if item is not None else element + "/"
            self._settle(place)
            if item is not None and self._asked.get(element) is not None:
                self._add_file(element, item, is_beside=self._asked[element])
            elif item is not None:
                self._open.append((element, item))
            elif not self._asked.get(element):
                self._add_folder(element)
            yield from self._due(place)
        self._settle(_END)
        self._held.sort()
        yield from (entry for _, entry in self._held)

    def _due(self, place: str) -> Iterator[Entry]:
        """Yield what nothing that is still to come belongs in front of."""
        yield from self._before(self._first_to_come(place))
        while len(self._held) > self._most and (element := self._waited_for(place)) is not None:
            self._ask(element)
            yield from self._before(self._first_to_come(place))

    def _before(self, name: str) -> Iterator[Entry]:
        held = self._held
        while held and held[0][0] < name:
            yield heapq.heappop(held)[1]

    def _first_to_come(self, place: str) -> str:
        """Return the lowest name that a child at or behind `place` may have."""
        element = self._waited_for(place)
        return place if element is None else element or keys.EMPTY

    def _waited_for(self, place: str) -> str | None:
        """Return the folder behind `place` whose name comes before all others, if there may be any."""
        for match in _LOW.finditer(place):
            element = place[: match.start()]
            if element not in self._asked and (element or place > keys.EMPTY):
                return element
        return None

    def _ask(self, element: str) -> None:
        """Find out whether there is a folder that is waited for; a file of its name is waited for no longer."""
        self._asked = {one: is_there for one, is_there in self._asked.items() if element.startswith(one)}
        self._asked[element] = self._has_folder(element)
        if self._asked[element]:
            self._add_folder(element)
        for waiting in [one for one in self._open if one[0] == element]:
            self._open.remove(waiting)
            self._add_file(*waiting, is_beside=self._asked[element])

    def _settle(self, place: str) -> None:
        """Name the files of which it is known by now whether a folder has their name."""
        while self._open:
            element, item = self._open[-1]
            if place.startswith(element) and place[len(element) : len(element) + 1] < "/":
                return
            self._open.pop()
            self._add_file(element, item, is_beside=place == element + "/")

    def _add_file(self, element: str, item: Item, *, is_beside: bool) -> None:
        name = keys.name_of(element)
        name = keys.beside(name) if is_beside else name
        heapq.heappush(self._held, (name, file_entry(name, item)))

    def _add_folder(self, element: str) -> None:
        name = keys.name_of(element)
        heapq.heappush(self._held, (name, folder_entry(name)))
