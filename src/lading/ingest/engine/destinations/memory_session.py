"""The session of a destination in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from lading.base.errors import ChecksumMismatch, Refused
from lading.ingest.engine.destinations.base import Tail
from lading.ingest.engine.destinations.memory_bundles import MemoryBundles
from lading.ingest.engine.destinations.memory_catalogue import granted, merged
from lading.ingest.engine.destinations.memory_removal import MemoryRemoval
from lading.ingest.engine.destinations.memory_store import Call
from lading.ingest.engine.destinations.naming import refuse_other_size
from lading.ingest.engine.values import Listed, ReplicaState, Stored, Target


class MemorySession(MemoryRemoval, MemoryBundles):
    """One session of a `MemoryDestination`."""

    def list_objects(self, collection: str) -> Iterator[Listed]:
        """Yield the data objects of a collection; nothing if there is no such collection."""
        with self._request(Call.LIST_OBJECTS, collection):
            prefix = f"{collection}/"
            listed = [
                item.best
                for path, item in self._store.objects.items()
                if path.startswith(prefix) and "/" not in path[len(prefix) :]
            ]
        yield from listed

    def list_collections(self, collection: str) -> Iterator[str]:
        """Yield the names of the child collections; nothing if there is no such collection."""
        with self._request(Call.LIST_COLLECTIONS, collection):
            prefix = "/" if collection == "/" else f"{collection}/"
            names = [path[len(prefix) :] for path in sorted(self._store.collections) if path.startswith(prefix)]
        yield from (name for name in names if name and "/" not in name)

    def find_objects(self, collection: str, names: Iterable[str]) -> dict[str, Listed]:
        """Return those of the named objects that are there."""
        with self._request(Call.FIND_OBJECTS, collection):
            found = {name: self._store.objects.get(f"{collection}/{name}") for name in names}
        return {name: item.best for name, item in found.items() if item is not None}

    def has_collection(self, collection: str) -> bool:
        """Say whether the collection is there."""
        with self._request(Call.HAS_COLLECTION, collection):
            return collection in self._store.collections

    def make_collection(self, collection: str) -> None:
        """Make the collection and its parents; being there already is fine."""
        with self._request(Call.MAKE_COLLECTION, collection):
            missing: list[str] = []
            while collection not in self._store.collections:
                self._refuse_write(collection)
                if collection in self._store.objects:
                    raise Refused(f"{collection} is a data object", irods_code=-809000)
                missing.append(collection)
                collection = collection.rpartition("/")[0] or "/"
            self._store.collections.update(missing)

    def put(self, target: Target, data: bytes, checksum: str) -> Stored:
        """Store `data`, verified against `checksum`; a mismatch leaves a stale replica, as a zone does."""
        with self._request(Call.PUT, target.path):
            self._refuse_put(target)
            stored = self._keep(target, data, ReplicaState.STALE)
            if stored.checksum != checksum:
                raise ChecksumMismatch(
                    f"{target.path}: the bytes sent are not those of the checksum",
                    hint="a stale replica was left; storing it again with REPLACE repairs it",
                )
            return self._keep(target, data, ReplicaState.GOOD)

    def put_stream(self, target: Target, size: int, chunks: Iterable[bytes], progress: Callable[[int], None]) -> Stored:
        """Store `size` bytes; whatever `chunks` raises leaves nothing that looks good."""
        with self._request(Call.PUT_STREAM, target.path):
            self._refuse_put(target)
            replaced = target.path in self._store.objects
            self._keep(target, b"", ReplicaState.INTERMEDIATE)
        received = bytearray()
        try:
            for chunk in chunks:
                self._store.token.check()
                received += chunk
                progress(len(chunk))
            refuse_other_size(target.path, size, len(received))
        except BaseException:
            self._drop(target, replaced=replaced)
            raise
        with self._store.lock:
            return self._keep(target, bytes(received), ReplicaState.GOOD)

    def append(self, target: Target, there: Listed, size: int, tail: Tail, progress: Callable[[int], None]) -> Stored:
        """Write the tail behind what is there; what breaks off leaves a stale replica."""
        with self._request(Call.APPEND, target.path):
            self._refuse_put(target)
            data = bytearray(self._existing(target.path).data[: there.size])
            try:
                for chunk in tail.chunks():
                    self._store.token.check()
                    data += chunk
                    progress(len(chunk))
                refuse_other_size(target.path, size, len(data))
            finally:
                stored = self._keep(target, bytes(data), ReplicaState.STALE)
            if stored.checksum != tail.checksum():
                raise ChecksumMismatch(f"{target.path}: what was there is not the beginning of the file")
            return self._keep(target, bytes(data), ReplicaState.GOOD)

    def decorate(self, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:
        """Give an object that is there its AVUs and permissions."""
        with self._request(Call.DECORATE, target.path):
            self._refuse_write(target.path)
            item = self._existing(target.path)
            kept = tuple(avu for avu in item.avus if avu not in remove)
            self._store.objects[target.path] = replace(
                item, avus=merged(kept, target.avus), acls=granted((*item.acls, *target.acls))
            )

    def avus(self, path: str) -> Sequence[tuple[str, str, str]]:
        """Return the AVUs of an object."""
        with self._request(Call.AVUS, path):
            item = self._store.objects.get(path)
            return item.avus if item is not None else ()

    def checksum(self, path: str, size: int | None = None) -> str:  # noqa: ARG002 - a zone needs it for its patience
        """Return the checksum; compute and register it where there is none."""
        with self._request(Call.CHECKSUM, path):
            item = self._existing(path)
            checksum = item.listed.checksum or self._checksum_of(item.data)
            self._store.objects[path] = replace(item, listed=replace(item.listed, checksum=checksum))
            return checksum

    def _keep(self, target: Target, data: bytes, state: ReplicaState) -> Stored:
        listed = self._listed(target, data, state)
        self._save(target, data, listed)
        return Stored(size=listed.size, checksum=listed.checksum)

    def _drop(self, target: Target, *, replaced: bool) -> None:
        """Leave nothing good behind: what was created goes, what was overwritten is stale."""
        with self._store.lock:
            if replaced:
                self._keep(target, b"", ReplicaState.STALE)
            else:
                self._store.objects.pop(target.path, None)
