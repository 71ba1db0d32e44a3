"""A bucket in memory that lists as the protocol says: for tests of what reads listings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from lading.ingest.engine.sources.s3.asking import Item, Page
from lading.ingest.engine.sources.s3.children import AHEAD, Children
from lading.ingest.engine.sources.s3.listing import Pages
from lading.ingest.engine.sources.s3.ordering import HELD, Ordering
from lading.ingest.engine.sources.s3.resuming import Resuming
from lading.ingest.engine.values import Entry


class Shelf:
    """Objects by key; answers `page` as a `Bucket` does, and counts how often."""

    def __init__(self, keys: Iterable[str], *, page: int = 1000) -> None:
        self.keys = sorted(set(keys))
        self.requests = 0
        self.limit = page

    def page(self, prefix: str, after: str, *, delimiter: str = "", limit: int = 1000, path: str = "") -> Page:
        """Return one page."""
        self.requests += 1
        most = min(limit, self.limit)
        items: list[Item] = []
        folders: list[str] = []
        start = max(bisect_right(self.keys, after) if after else 0, bisect_left(self.keys, prefix))
        for key in self.keys[start:]:
            if not key.startswith(prefix):
                break
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            folder = key[: cut + 1] if cut >= 0 else ""
            if folder and (folder <= after or (folders and folders[-1] == folder)):
                continue
            if len(items) + len(folders) == most:
                return Page(items=items, folders=folders, is_last=False)
            if folder:
                folders.append(folder)
            else:
                items.append(item(key))
        return Page(items=items, folders=folders, is_last=True)

    def first(self, prefix: str, after: str) -> Item | None:
        """Return the first object."""
        return next(iter(self.page(prefix, after, limit=1).items), None)


def item(key: str) -> Item:
    """Return an object whose ETag is its key; half of the markers of folders are empty."""
    return Item(key, 0 if is_marker(key) else 1 + len(key), 1_700_000_000, key)


def is_marker(key: str) -> bool:
    """Say whether a key says only that there is a folder."""
    return key.endswith("/") and len(key) % 2 == 0


def listed(
    shelf: Shelf, pages: Pages, root: str = "", after: str = "", bounds: tuple[int, int] = (HELD, AHEAD)
) -> Iterator[Entry]:
    """Yield the entries of a folder as the source does; `bounds` are what is held back, and the pages read ahead."""

    def has_folder(element: str) -> bool:
        return shelf.first(f"{root}{element}/", "") is not None

    start = Resuming(root=root, first=shelf.first, has_folder=has_folder).position(after)
    children = Children(shelf, pages, root, ahead=bounds[1])  # type: ignore[arg-type]
    return (
        entry for entry in Ordering(has_folder, held=bounds[0]).entries(children.after(start)) if entry.name > after
    )
