"""The session of a destination in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from lading.base.errors import (
    AccessDenied,
    ChecksumMismatch,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    Refused,
    WrongReplica,
)
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory_store import Call, MemoryObject, MemoryStore
from lading.ingest.engine.destinations.naming import refuse_other_size
from lading.ingest.engine.values import Listed, PutMode, ReplicaState, Stored, Target

T = TypeVar("T")


class MemorySession:
    """One session of a `MemoryDestination`."""

    def __init__(self, store: MemoryStore, user: str = "") -> None:
        self._store = store
        self._user = user or store.traits.user
        self._requests = 0

    def list_objects(self, collection: str) -> Iterator[Listed]:
        """Yield the data objects of a collection; nothing if there is no such collection."""
        with self._request(Call.LIST_OBJECTS, collection):
            prefix = f"{collection}/"
            listed = [
                item.listed
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
        return {name: item.listed for name, item in found.items() if item is not None}

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

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
        """Enter a file into the catalogue where it lies."""
        with self._request(Call.REGISTER, target.path):
            self._refuse_put(target)
            listed = self._listed(target, b"", ReplicaState.GOOD)
            listed = replace(listed, size=size, checksum="", modified=mtime, physical_path=physical_path)
            self._save(target, b"", listed)
            return Stored(size=size, checksum="")

    def update_registered(self, path: str, listed: Listed, size: int, mtime: int) -> Stored:
        """Bring size and time of that one replica up to date; raise `WrongReplica` if it is another one."""
        with self._request(Call.UPDATE_REGISTERED, path):
            item = self._existing(path)
            if (item.listed.physical_path, item.listed.resource) != (listed.physical_path, listed.resource):
                raise WrongReplica(f"{path} is registered as {item.listed.physical_path} on {item.listed.resource}")
            updated = replace(item.listed, size=size, modified=mtime, checksum="", state=ReplicaState.GOOD)
            self._store.objects[path] = replace(item, listed=updated)
            return Stored(size=size, checksum="")

    def decorate(self, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:
        """Give an object that is there its AVUs and permissions."""
        with self._request(Call.DECORATE, target.path):
            self._refuse_write(target.path)
            item = self._existing(target.path)
            kept = tuple(avu for avu in item.avus if avu not in remove)
            self._store.objects[target.path] = replace(
                item, avus=_merged(kept, target.avus), acls=_granted((*item.acls, *target.acls))
            )

    def checksum(self, path: str) -> str:
        """Return the checksum; compute and register it where there is none."""
        with self._request(Call.CHECKSUM, path):
            item = self._existing(path)
            checksum = item.listed.checksum or self._checksum_of(item.data)
            self._store.objects[path] = replace(item, listed=replace(item.listed, checksum=checksum))
            return checksum

    def requests(self) -> int:
        """Return how many requests this session has sent."""
        return self._requests

    @contextmanager
    def _request(self, call: Call, path: str) -> Iterator[None]:
        with self._store.request(call, path):
            self._requests += 1
            yield

    def _existing(self, path: str) -> MemoryObject:
        item = self._store.objects.get(path)
        if item is None:
            raise ObjectMissing(f"{path} is not in the catalogue")
        return item

    def _refuse_write(self, path: str) -> None:
        if self._store.is_protected(path):
            raise AccessDenied(f"{self._store.traits.user} may not write {path}")

    def _refuse_put(self, target: Target) -> None:
        self._refuse_write(target.path)
        if target.path in self._store.collections:
            raise Refused(f"{target.path} is a collection", irods_code=-809000)
        if target.path.rpartition("/")[0] not in self._store.collections:
            raise ObjectMissing(f"the collection of {target.path} is not in the catalogue")
        there = self._store.objects.get(target.path)
        if there is None:
            return
        if target.mode is PutMode.CREATE:
            raise ObjectExists(f"{target.path} is already there")
        if there.listed.state not in {ReplicaState.STALE, ReplicaState.GOOD}:
            raise ObjectLocked(f"{target.path} is {there.listed.state.name.lower()}")

    def _keep(self, target: Target, data: bytes, state: ReplicaState) -> Stored:
        listed = self._listed(target, data, state)
        self._save(target, data, listed)
        return Stored(size=listed.size, checksum=listed.checksum)

    def _listed(self, target: Target, data: bytes, state: ReplicaState) -> Listed:
        return Listed(
            name=target.path.rpartition("/")[2],
            size=len(data),
            checksum="" if state is ReplicaState.INTERMEDIATE else self._checksum_of(data),
            modified=int(self._store.clock.now()),
            state=state,
            replica_number=0,
            resource=target.resource or "memory",
            physical_path=f"/vault{target.path}",
        )

    def _save(self, target: Target, data: bytes, listed: Listed) -> None:
        there = self._store.objects.get(target.path)
        self._store.objects[target.path] = MemoryObject(
            data=data,
            listed=listed,
            avus=_merged(there.avus if there else (), target.avus),
            acls=_granted((*there.acls, *target.acls) if there else target.acls),
            owner=there.owner if there else self._user,
        )

    def _drop(self, target: Target, *, replaced: bool) -> None:
        """Leave nothing good behind: what was created goes, what was overwritten is stale."""
        with self._store.lock:
            if replaced:
                self._keep(target, b"", ReplicaState.STALE)
            else:
                self._store.objects.pop(target.path, None)

    def _checksum_of(self, data: bytes) -> str:
        return checksum_of(self._store.traits.hash_name, data)


def _merged(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    """Return both without doubles, in order."""
    return tuple(dict.fromkeys((*old, *new)))


def _granted(acls: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return one permission for each user: the last one given."""
    return tuple((permission, user) for user, permission in {user: permission for permission, user in acls}.items())
