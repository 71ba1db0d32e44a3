"""Objects under a prefix as a tree."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, BinaryIO, cast

from lading.base.cancellation import Token, Unlimited
from lading.base.errors import NotAFile, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import name_of, shown
from lading.base.retry import RetryPolicy
from lading.ingest.engine.sources.base import Marker
from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.access import Access, ETags
from lading.ingest.engine.sources.s3.asking import PATIENCE, Bucket, Item, bare, seconds
from lading.ingest.engine.sources.s3.children import Children, before
from lading.ingest.engine.sources.s3.facts import ObjectFacts, facts_in
from lading.ingest.engine.sources.s3.listing import Pages
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.opened import Opened, Ranges, Ranging, Reader, Stream, Version, refuse_another
from lading.ingest.engine.sources.s3.ordering import Ordering, file_entry, folder_entry
from lading.ingest.engine.sources.s3.parts import Parts
from lading.ingest.engine.sources.s3.proof import Proof, claims, worth
from lading.ingest.engine.sources.s3.resuming import Resuming
from lading.ingest.engine.values import ETAG_TAG, Entry

RANGING = Ranging()
#: objects whose facts are remembered after they were opened
_FACTS = 1024
#: buckets of one zone, whose ETags are no checksums
_DIRECTORY_BUCKET = "--x-s3"


class S3Source:
    """
    The objects of a location, listed in order of names.

    An object as `location` is a tree of that one file. A prefix under which nothing lies is missing; so a bucket that is
    to be filled later needs a folder marker there.
    """

    ordered = True

    def __init__(
        self,
        location: Location,
        access: Access,
        *,
        token: Token | None = None,
        patience: RetryPolicy = PATIENCE,
        ranging: Ranging = RANGING,
    ) -> None:
        self._location = location
        self._etags = ETags.OPAQUE if location.bucket.endswith(_DIRECTORY_BUCKET) else access.etags
        self._bucket = Bucket(location, access, token or Unlimited(), patience)
        self._pages = Pages(self._bucket, location.root)
        self._parts = Parts(self._bucket)
        self._ranging = ranging
        self._facts: OrderedDict[str, ObjectFacts] = OrderedDict()
        self._versions: dict[str, str] = {}
        #: whether the location is one object; None: nobody looked yet
        self._single: bool | None = None
        self._store = access.endpoint or ""
        #: objects that were read without anything to prove their content by
        self.unproved = 0

    @property
    def canonical(self) -> str:
        """The location as text."""
        return self._location.canonical

    @property
    def requests(self) -> int:
        """Requests sent to the store so far."""
        return self._bucket.requests

    @property
    def rate(self) -> float | None:
        """Requests a second that the bucket gets now; None: as many as there are."""
        return self._bucket.rate

    def marker(self) -> Marker:
        """Return what identifies the bucket, the same on each host; raise `SourceMissing`."""
        if not self._is_single():
            self._pages.at(before(self._location.root))
        named = f"{self._store}/{self._location.bucket}".encode()
        return Marker(host="s3", filesystem=blake2b(named, digest_size=8).hexdigest(), inode=0)

    # --- listing -------------------------------------------------------------------------------------------------

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """Yield the children of `folder` behind the name `after` in order of names."""
        if not folder and self._is_single():
            yield from self._only(after)
            return
        root = self._root(folder)
        start = Resuming(root=root, first=self._first, has_folder=lambda name: self._lists_folder(f"{root}{name}/"))
        children = Children(self._bucket, self._pages, root, path=folder)
        ordering = Ordering(start.has_folder)
        for entry in ordering.entries(children.after(start.position(after))):
            if entry.name > after:
                yield entry
        if not (after or children.is_there):
            self._refuse_missing(folder)

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children."""
        return (entry.name for entry in self.list(folder))

    def stat(self, path: str) -> Entry:
        """Return the entry at `path` as the store lists it now."""
        if not path:
            self._refuse_missing_root()
            return folder_entry("")
        name, key = name_of(path), self._key(path)
        item = self._exactly(key)
        if name == keys.EMPTY:
            item = item if item is not None and item.size else None
            has_folder = False
        else:
            has_folder = self._has_folder(key + "/")
        if item is not None and keys.is_beside(name) is has_folder:
            return file_entry(name, item)
        if has_folder and not keys.is_beside(name):
            return folder_entry(name)
        self._refuse_missing("")
        if item is None and name != keys.EMPTY and self._bucket.gives(key):
            raise SourceUnreadable(f"{shown(path)} is not listed, and yet the store has it")
        raise SourceVanished(f"{shown(path)} is not there any more")

    def remark(self, path: str) -> str:
        """Return the code that is told of a path whose name is not its object's own."""
        return keys.MAPPED if keys.is_mapped(path) else ""

    def _refuse_missing(self, folder: str) -> None:
        """Raise what it means that nothing lies in a folder."""
        self._refuse_missing_root()
        if folder and not self._has_folder(self._root(folder)):
            raise SourceVanished(f"{shown(folder)} is not there any more")

    def _refuse_missing_root(self) -> None:
        """Raise `SourceMissing` if there is no bucket, or neither a folder nor an object where the location is."""
        root = self._location.root
        if not root:
            self._bucket.page("", "", limit=1)
        elif not self._has_folder(root) and self._exactly(self._location.prefix) is None:
            raise self._missing()

    def _missing(self) -> SourceMissing:
        return SourceMissing(f"The source {shown(self.canonical)} is not there: no key begins with it")

    def _is_single(self) -> bool:
        """Say whether the location is one object and no folder; raise `SourceMissing`."""
        if self._single is None:
            self._single = bool(self._location.prefix) and self._looks_single()
        return self._single

    def _looks_single(self) -> bool:
        root = self._location.root
        page = self._pages.at(before(root))
        if page.keys and page.keys[0].startswith(root):
            return False
        if self._exactly(self._location.prefix) is None:
            raise self._missing()
        return True

    def _only(self, after: str) -> Iterator[Entry]:
        """Yield the one object that the location is."""
        item = self._exactly(self._location.prefix)
        if item is None:
            raise self._missing()
        if self._own_name > after:
            yield file_entry(self._own_name, item)

    @property
    def _own_name(self) -> str:
        """The name of the location where it is one object."""
        return keys.name_of(self._location.prefix.rpartition("/")[2])

    def _first(self, prefix: str, after: str) -> Item | None:
        """Return the first object with a prefix behind a position."""
        return next(iter(self._bucket.page(prefix, after, limit=1).items), None)

    def _exactly(self, key: str) -> Item | None:
        """Return the object of that key: the first of those that begin with it."""
        item = self._first(key, "")
        return item if item is not None and item.key == key else None

    def _has_folder(self, root: str) -> bool:
        """Say whether any key begins with that now."""
        return self._first(root, "") is not None

    def _lists_folder(self, root: str) -> bool:
        """Say whether any key begins with that; a page that is kept may know."""
        position = before(root)
        if not self._pages.has(position):
            return self._has_folder(root)
        page = self._pages.at(position)
        return any(key.startswith(root) for key in page.keys[page.behind(position) :][:1])

    def _root(self, folder: str) -> str:
        """Return what the keys of everything in a folder begin with."""
        return f"{self._location.root}{keys.key_of(folder)}/" if folder else self._location.root

    def _key(self, path: str) -> str:
        """Return the key of the object at a path; only one name may be that of the location itself."""
        if self._location.prefix and path == self._own_name and self._is_single():
            return self._location.prefix
        return self._location.root + keys.key_of(path)

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
        """Open an object; raise `SourceChanged` if it is not the version of `entry`."""
        key, etag = self._key(path), _etag(entry)
        words = {"IfMatch": f'"{etag}"'} if etag else {}
        is_large = entry is not None and entry.size > self._ranging.above
        try:
            answer = (self._bucket.head if is_large else self._bucket.get)(key, path, **words)
        except SourceVanished:
            if self._has_folder(key + "/"):
                raise NotAFile(f"{shown(path)} is a folder: it has no content to bring") from None
            raise
        refuse_another(answer, etag, path)
        return cast("BinaryIO", self._opened(key, path, answer, is_large=is_large))

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the version that was opened: nothing that happens to the object later changes what is read."""
        return file_entry(name, cast("Opened", opened).version.item)

    def facts(self, path: str) -> ObjectFacts:
        """Return what the store knows of an object beside its bytes: of the version that was opened or asked for last."""
        found = self._facts.get(path)
        if found is None:
            found = facts_in(self._bucket.head(self._key(path), path))
            self._remember(path, found)
        return found

    def version(self, path: str) -> str:
        """Return which version of an object was read last; "" if none was, or its bucket keeps none."""
        return self._versions.get(path, "")

    def tags(self, path: str) -> Mapping[str, str]:
        """Return an object's tags as they are now."""
        return self._bucket.tags(self._key(path), path)

    def physical_path(self, path: str) -> str:
        """Return `/bucket/key`, as storage resources for S3 take it."""
        return f"/{self._location.bucket}/{self._key(path)}"

    def owner(self, path: str) -> str:  # noqa: ARG002 - the port's
        """Return nobody: who owns an object is not said where it is listed."""
        return ""

    def _opened(self, key: str, path: str, answer: Mapping[str, Any], *, is_large: bool) -> Opened:
        size = int(answer["ContentLength"])
        item = Item(key, size, seconds(answer["LastModified"]), bare(str(answer.get("ETag", ""))))
        version = Version(item=item, path=path, answer=answer)
        self._remember(path, facts_in(answer))
        reader: Reader = (
            Ranges(self._bucket, version, self._ranging)
            if is_large
            else Stream(self._bucket, version, 0, size, answer["Body"])
        )
        return Opened(version, reader, self._proof(version), lambda claim: self._parts.refuted(version, claim))

    def _proof(self, version: Version) -> Proof:
        """Return what checks the object's claims."""
        found = claims(version.answer, self._etags)
        count = max((claim.parts for claim in found), default=0)
        sizes = self._parts.sizes(version, count) if count else ()
        checked = worth(found, version.item.size, parts_known=bool(sizes))
        self.unproved += not checked
        return Proof(checked, sizes)

    def _remember(self, path: str, facts: ObjectFacts) -> None:
        self._facts[path] = facts
        if facts.version_id:
            self._versions[path] = facts.version_id
        if len(self._facts) > _FACTS:
            self._facts.popitem(last=False)


def _etag(entry: Entry | None) -> str:
    return entry.tag.removeprefix(ETAG_TAG) if entry is not None and entry.tag.startswith(ETAG_TAG) else ""
