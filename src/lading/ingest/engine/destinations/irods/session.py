"""The session of a zone: the port's calls over one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lading.base import crash
from lading.base.errors import ChecksumMismatch
from lading.ingest.engine.destinations.base import Fault, Tail
from lading.ingest.engine.destinations.irods import bulk, bundles, objects, packing, query, removal, together
from lading.ingest.engine.destinations.irods.appending import Appending
from lading.ingest.engine.destinations.irods.codes import CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME, nominal
from lading.ingest.engine.destinations.irods.large import LargePut, prove
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.destinations.irods.query import Column
from lading.ingest.engine.destinations.irods.replica import open_for
from lading.ingest.engine.destinations.irods.settings import PutCall
from lading.ingest.engine.destinations.resources import ResourceTree
from lading.ingest.engine.destinations.workers import Grant
from lading.ingest.engine.values import DeleteMode, Listed, Packed, PutMode, Registration, Replica, Stored, Target


class IrodsSession:
    """One connection to a zone (more for large files, as far as `grant` has them). Used by one thread at a time."""

    def __init__(self, line: Line, grant: Grant, hash_name: str, default_resource: str | None) -> None:
        #: as they were when this session first needed them
        self._resources: ResourceTree | None = None
        self._line = line
        self._grant = grant
        self._hash_name = hash_name
        self._default_resource = default_resource

    def list_objects(self, collection: str) -> Iterator[Listed]:
        """Yield the data objects of a collection, one each, page by page."""
        return query.objects_in(self._line, collection)

    def list_collections(self, collection: str) -> Iterator[str]:
        """Yield the names of the child collections."""
        below = query.rows_under(self._line, (Column.COLL_NAME,), collection, by=Column.COLL_PARENT_NAME)
        for (path,) in below:
            if path != "/":  # the root is its own parent
                yield path.rpartition("/")[2]

    def find_objects(self, collection: str, names: Iterable[str]) -> dict[str, Listed]:
        """Return those of the named objects that the catalogue has."""
        return dict(query.best_named(self._line, collection, names))

    def has_collection(self, collection: str) -> bool:
        """Say whether the collection is there."""
        return any(True for _ in query.rows_under(self._line, (Column.COLL_NAME,), collection))

    def make_collection(self, collection: str) -> None:
        """Make the collection and its parents; being there already is fine."""
        request = Request(Api.COLL_CREATE, packing.collection(collection, {"recursiveOpr": ""}))
        reply = self._line.ask(request)
        if nominal(reply.status) == CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME and self.has_collection(collection):
            return
        reply.checked(collection)

    def put(self, target: Target, data: bytes, checksum: str) -> Stored:
        """Store `data`, verified by the server against `checksum`."""
        crash.point("before_put")
        target = self._placed(target)
        steps = self._line.settings.put_call is PutCall.OPEN_WRITE_CLOSE and not _only_empties(target, data)
        if steps or len(data) > self._line.settings.one_call_limit:
            return self._put_in_steps(target, data, checksum)
        request = packing.put(target, data, checksum)
        self._line.ask(request, self._line.settings.time_for(len(data))).checked(target.path)
        return Stored(size=len(data), checksum=checksum)

    def put_stream(self, target: Target, size: int, chunks: Iterable[bytes], progress: Callable[[int], None]) -> Stored:
        """Store `size` bytes by parallel ranges, verified when the object is finished."""
        settings = self._line.settings
        ranges = min(settings.large_streams, -(-size // settings.chunk_bytes))
        borrowed = self._grant.borrow(ranges - 1)
        spare_lines = [self._line.twin() for _ in range(borrowed)]
        try:
            transfer = LargePut(self._line, self._placed(target), size, self._hash_name)
            stored = transfer.run(chunks, spare_lines, progress)
            objects.decorate(self._line, target)
            return stored
        finally:
            for line in spare_lines:
                line.release()
            self._grant.give_back(borrowed)

    def append(self, target: Target, there: Listed, size: int, tail: Tail, progress: Callable[[int], None]) -> Stored:
        """Write the tail behind what is there, compared by the server before the replica is good again."""
        return Appending(self._line, target, there, size).run(tail, progress)

    def register_many(self, files: Sequence[Registration]) -> None:
        """Enter files into the catalogue in one request, all or none."""
        leaf = bulk.leaf_named(self._tree(), self._placed(files[0].target).resource)
        bulk.register(self._line, files, leaf)

    def set_mtime(self, path: str, seconds: int) -> None:
        """Let the catalogue's modification time of the object's newest good replica be that one."""
        objects.set_mtime(self._line, path, seconds)

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
        """Enter a file into the catalogue where it lies."""
        return objects.register(self._line, self._placed(target), physical_path, size, mtime)

    def update_registered(self, path: str, listed: Listed, size: int, mtime: int) -> Stored:
        """Bring size and time of that one replica up to date."""
        return objects.update_registered(self._line, path, listed, size, mtime)

    def give_up(self, path: str) -> bool:
        """Mark as stale what is locked and was last changed before the server last started; say whether there was any."""
        return objects.give_up(self._line, path)

    def decorate(self, target: Target, remove: Sequence[tuple[str, str, str]] = ()) -> None:
        """Give an object that is there its AVUs and permissions."""
        objects.decorate(self._line, target, remove)

    def avus(self, path: str) -> Sequence[tuple[str, str, str]]:
        """Return the AVUs of an object."""
        return list(together.avus_of(self._line, path))

    def checksum(self, path: str, size: int | None = None) -> str:
        """Let the server compute (where none is registered) and return the checksum."""
        if size is not None:
            return objects.registered_checksum(self._line, path, self._line.settings.time_for(size))
        return objects.checksum(self._line, path)

    def replicas(self, collection: str, names: Iterable[str] | None = None) -> Iterator[Replica]:
        """Yield all replicas of the named objects of a collection, or of all its objects."""
        return query.replicas(self._line, collection, names)

    def remove_object(self, path: str, mode: DeleteMode, replica_number: int | None = None) -> None:
        """Remove one data object as `mode` says."""
        removal.remove_object(self._line, path, mode, replica_number)

    def remove_collection(self, path: str) -> None:
        """Remove an empty collection."""
        removal.remove_collection(self._line, path)

    def trash_tree(self, path: str, objects: int) -> None:
        """Move a collection with all that is in it to the trash."""
        removal.trash_tree(self._line, path, objects)

    def locate(self, object_ids: Iterable[int]) -> dict[int, str]:
        """Return the logical paths that objects have now."""
        return dict(together.paths_of(self._line, object_ids))

    def move_object(self, path: str, target: str) -> None:
        """Give an object another logical path."""
        removal.move_object(self._line, path, target)

    def faults(self, path: str, size: int) -> list[Fault]:
        """Let the server compare what is stored with the catalogue."""
        return objects.faults(self._line, path, size)

    def unpack(self, packed: Packed) -> None:
        """Unpack a tar file of the zone below a collection; each file becomes an object without checksum."""
        bundles.unpack(self._line, packed)

    def find_all(self, paths: Iterable[str]) -> dict[str, Listed]:
        """Return those of these objects that the catalogue has, by path, in few requests."""
        return dict(together.best_at(self._line, paths))

    def set_checksums(self, objects: Mapping[str, Listed]) -> None:
        """Enter the checksums of objects, taken on trust, fifty in each request."""
        bundles.set_checksums(self._line, objects)

    def requests(self) -> int:
        """Return how many requests this session has sent, logins not counted."""
        return self._line.tally.count()

    def _tree(self) -> ResourceTree:
        """Return the resources of the zone, asked once."""
        if self._resources is None:
            self._resources = bulk.resources(self._line)
        return self._resources

    def _placed(self, target: Target) -> Target:
        """Return the target with the user's default resource, for objects that are new."""
        if target.resource is None and self._default_resource and target.mode is PutMode.CREATE:
            return replace(target, resource=self._default_resource)
        return target

    def _put_in_steps(self, target: Target, data: bytes, checksum: str) -> Stored:
        """Open, write and close, for sites whose policies look at these."""
        replica = open_for(self._line, target, len(data), {"verifyChksum": checksum})
        try:
            if data:
                replica.write(0, (data,))
            replica.finish(self._line.settings.time_for(len(data)))
            if replica.made:
                prove(self._line, target.path, checksum, self._line.settings.time_for(len(data)))
        except ChecksumMismatch:
            raise
        except BaseException:
            self._line.drop()  # it may still have the object open
            raise
        objects.decorate(self._line, target)
        return Stored(size=len(data), checksum=checksum)


def _only_empties(target: Target, data: bytes) -> bool:
    """Say whether an object is emptied: servers that are not sent a byte take its state and other replicas as they were."""
    return target.mode is PutMode.REPLACE and not data
