"""How long the parts are that an object was put together from."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base.errors import SourceChanged
from lading.base.paths import shown
from lading.ingest.engine.sources.s3.asking import Bucket
from lading.ingest.engine.sources.s3.opened import Version
from lading.ingest.engine.sources.s3.proof import Claim

#: objects whose parts are remembered
_REMEMBERED = 256


class Parts:
    """
    The parts of the objects of one bucket.

    The store is asked for the first one only: nearly all tools make the others as long, and the last one shorter. Where
    a claim does not hold then, it is asked for each, and the object is read again if they are of different lengths.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._known: dict[tuple[str, str], Sequence[int]] = {}

    def sizes(self, version: Version, count: int) -> Sequence[int]:
        """Return the length of each of so many parts; none if the store does not tell."""
        item = version.item
        if count == 1:
            return [item.size]
        known = self._known.get((item.key, item.etag))
        if known is not None:
            return known
        first = self._size(version, 1, count)
        if first and first * (count - 1) < item.size <= first * count:
            return [first] * (count - 1) + [item.size - first * (count - 1)]
        return self._all(version, count) if first else ()

    def refuted(self, version: Version, claim: Claim) -> None:
        """Raise `SourceChanged` if the parts were taken for equal and are not: they are known from now on."""
        item = version.item
        if claim.parts > 1 and (item.key, item.etag) not in self._known:
            before = self.sizes(version, claim.parts)
            if self._all(version, claim.parts) not in ((), before):
                raise SourceChanged(
                    f"{shown(version.path)} has parts of different lengths, and is read again with them"
                )

    def _all(self, version: Version, count: int) -> Sequence[int]:
        """Ask for each part."""
        found = [self._size(version, number, count) for number in range(1, count + 1)]
        if sum(found) != version.item.size:
            return ()
        while len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[version.item.key, version.item.etag] = found
        return found

    def _size(self, version: Version, number: int, count: int) -> int:
        """
        Return the length of a part; 0 if the store answers as if nobody had asked for a part.

        No version is asked for: for a part some stores know the part's own ETag only, and a wrong length proves nothing.
        """
        answer = self._bucket.head(version.item.key, version.path, PartNumber=number)
        size = int(answer["ContentLength"])
        return size if answer.get("PartsCount") == count and size < version.item.size else 0
