"""The part of a session in memory that takes objects away and brings them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lading.base.errors import CollectionNotEmpty, ObjectExists, ObjectLocked, ObjectMissing, Refused
from lading.ingest.engine.destinations.memory_catalogue import MemoryCatalogue
from lading.ingest.engine.destinations.memory_store import Call, MemoryObject
from lading.ingest.engine.destinations.naming import trash_place
from lading.ingest.engine.values import DeleteMode, Listed, Replica, ReplicaState


class MemoryRemoval(MemoryCatalogue):
    """The catalogue as a session sees it, with what removes and moves."""

    def replicas(self, collection: str, names: Iterable[str] | None = None) -> Iterator[Replica]:
        """Yield all replicas of the named objects of a collection, or of all its objects."""
        wanted = frozenset(names) if names is not None else None
        with self._request(Call.REPLICAS, collection):
            found = [item for _, item in self._inside(collection) if wanted is None or item.listed.name in wanted]
        yield from (Replica(object_id=item.number, listed=one) for item in found for one in item.replicas)

    def remove_object(self, path: str, mode: DeleteMode, replica_number: int | None = None) -> None:
        """Remove one data object as `mode` says."""
        with self._request(Call.REMOVE_OBJECT, path):
            self._refuse_write(path)
            item = self._store.objects.get(path)
            if item is None or replica_number not in {None, *(one.replica_number for one in item.replicas)}:
                raise ObjectMissing(f"{path} is not in the catalogue")
            left = [one for one in item.replicas if one.replica_number != replica_number]
            if replica_number is not None:
                self._refuse_last(path, replica_number, left)
            del self._store.objects[path]
            if replica_number is not None and left:
                self._store.objects[path] = replace(item, listed=left[0], others=tuple(left[1:]))
                return
            if mode is DeleteMode.TRASH:
                self._put(self._in_trash(path), item)

    def _refuse_last(self, path: str, number: int, left: Sequence[Listed]) -> None:
        """Raise for a replica that no other one, or no other good one, would be left beside."""
        if not left:
            raise ObjectLocked(f"{path}: replica {number} is its only one now")
        if not any(one.state is ReplicaState.GOOD for one in left):
            raise Refused(f"{path}: replica {number} is the last one that is good, and is not forgotten")

    def remove_collection(self, path: str) -> None:
        """Remove an empty collection."""
        with self._request(Call.REMOVE_COLLECTION, path):
            self._refuse_write(path)
            if path not in self._store.collections:
                raise ObjectMissing(f"{path} is not in the catalogue")
            if any(one.startswith(f"{path}/") for one in (*self._store.objects, *self._store.collections)):
                raise CollectionNotEmpty(f"{path} is not empty")
            self._store.collections.discard(path)

    def trash_tree(self, path: str, objects: int) -> None:  # noqa: ARG002 - a zone needs it for its patience
        """Move a collection with all that is in it to the trash."""
        with self._request(Call.TRASH_TREE, path):
            self._refuse_write(path)
            if path not in self._store.collections:
                raise ObjectMissing(f"{path} is not in the catalogue")
            place, below = self._in_trash(path), f"{path}/"
            for one in [one for one in self._store.collections if one == path or one.startswith(below)]:
                self._store.collections.discard(one)
                self._store.collections.add(place + one[len(path) :])
            for one in [one for one in self._store.objects if one.startswith(below)]:
                self._put(place + one[len(path) :], self._store.objects.pop(one))

    def locate(self, object_ids: Iterable[int]) -> dict[int, str]:
        """Return the logical paths that objects have now."""
        wanted = frozenset(object_ids)
        with self._request(Call.LOCATE, ""):
            return {item.number: path for path, item in self._store.objects.items() if item.number in wanted}

    def move_object(self, path: str, target: str) -> None:
        """Give an object another logical path."""
        with self._request(Call.MOVE_OBJECT, path):
            if path not in self._store.objects or target.rpartition("/")[0] not in self._store.collections:
                raise ObjectMissing(f"{path} or the collection of {target} is not in the catalogue")
            if target in self._store.objects or target in self._store.collections:
                raise ObjectExists(f"{target} is already there")
            self._put(target, self._store.objects.pop(path))

    def _inside(self, collection: str) -> Iterator[tuple[str, MemoryObject]]:
        prefix = f"{collection}/"
        for path, item in self._store.objects.items():
            if path.startswith(prefix) and "/" not in path[len(prefix) :]:
                yield path, item

    def _put(self, path: str, item: MemoryObject) -> None:
        listed = replace(item.listed, name=path.rpartition("/")[2])
        self._store.objects[path] = replace(item, listed=listed)

    def _in_trash(self, path: str) -> str:
        """Return a free path in the trash, and make its collections."""
        wanted = trash_place(path, self._user)
        taken = {*self._store.objects, *self._store.collections}
        place = next(
            name for name in (wanted, *(f"{wanted}.{number}" for number in range(len(taken) + 1))) if name not in taken
        )
        above = place.rpartition("/")[0]
        while above and above not in self._store.collections:
            self._store.collections.add(above)
            above = above.rpartition("/")[0]
        return place
