"""What a session in memory does to the catalogue alone: registrations, times; and what all its calls share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from lading.base.errors import (
    AccessDenied,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    Refused,
    WrongReplica,
)
from lading.ingest.engine.destinations.base import Fault, FaultKind
from lading.ingest.engine.destinations.checksums import checksum_of, hash_of
from lading.ingest.engine.destinations.memory_store import Call, MemoryObject, MemoryStore
from lading.ingest.engine.destinations.resources import ResourceTree
from lading.ingest.engine.values import Listed, PutMode, Registration, ReplicaState, Stored, Target

T = TypeVar("T")


class MemoryCatalogue:
    """The catalogue as one session sees it."""

    def __init__(self, store: MemoryStore, user: str = "") -> None:
        self._store = store
        self._user = user or store.traits.user
        self._requests = 0

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
        """Enter a file into the catalogue where it lies, or beside what is there."""
        with self._request(Call.REGISTER, target.path):
            if target.beside:
                self._register_beside(target, physical_path, size)
            else:
                self._register(Registration(target=target, physical_path=physical_path, size=size, mtime=mtime))
            return Stored(size=size, checksum="")

    def register_many(self, files: Sequence[Registration]) -> None:
        """Enter files into the catalogue in one request, all or none."""
        with self._request(Call.REGISTER_MANY, files[0].target.path):
            tree, name = ResourceTree(self._store.resources), files[0].target.resource or "memory"
            resource = tree.named(name)
            if resource is None or not tree.holds_files(resource):
                raise Refused(f"no files lie on {name}")
            for file in files:
                self._refuse_put(file.target)
            for file in files:
                self._register(replace(file, mtime=int(self._store.clock.now())))

    def _register(self, file: Registration) -> None:
        self._refuse_put(file.target)
        listed = self._listed(file.target, b"", ReplicaState.GOOD)
        facts = replace(listed, size=file.size, checksum="", modified=file.mtime, physical_path=file.physical_path)
        self._save(file.target, b"", facts)

    def _register_beside(self, target: Target, physical_path: str, size: int) -> None:
        """Add a replica; one of another size is the new truth."""
        self._refuse_write(target.path)
        item = self._existing(target.path)
        if any(replica.resource == target.resource for replica in item.replicas):
            raise ObjectExists(f"{target.path} has a replica on {target.resource}")
        state = ReplicaState.GOOD if size == item.best.size else ReplicaState.STALE
        new = replace(
            self._listed(target, b"", ReplicaState.GOOD),
            size=size,
            checksum="",
            physical_path=physical_path,
            replica_number=item.replicas[-1].replica_number + 1,
        )
        before = [listed if state is ReplicaState.GOOD else replace(listed, state=state) for listed in item.replicas]
        self._store.objects[target.path] = replace(item, listed=before[0], others=(*before[1:], new))

    def update_registered(self, path: str, listed: Listed, size: int, mtime: int) -> Stored:
        """Bring size and time of that one replica up to date; raise `WrongReplica` if it is another one."""
        with self._request(Call.UPDATE_REGISTERED, path):
            item, place = self._existing(path), (listed.physical_path, listed.resource)
            if place not in {(replica.physical_path, replica.resource) for replica in item.replicas}:
                raise WrongReplica(f"{path} is registered as {item.listed.physical_path} on {item.listed.resource}")
            after = [
                replace(replica, size=size, modified=mtime, checksum="", state=ReplicaState.GOOD)
                if (replica.physical_path, replica.resource) == place
                else replica
                for replica in item.replicas
            ]
            self._store.objects[path] = replace(item, listed=after[0], others=tuple(after[1:]))
            return Stored(size=size, checksum="")

    def give_up(self, path: str) -> bool:
        """Mark as stale what has been locked since before the last restart; say whether there was any."""
        with self._request(Call.GIVE_UP, path):
            item = self._existing(path)
            locked = [one for one in item.replicas if one.state not in {ReplicaState.GOOD, ReplicaState.STALE}]
            if not locked or max(replica.modified for replica in locked) > self._store.started_at:
                return False
            after = [replace(one, state=ReplicaState.STALE) if one in locked else one for one in item.replicas]
            self._store.objects[path] = replace(item, listed=after[0], others=tuple(after[1:]))
            return True

    def set_mtime(self, path: str, seconds: int) -> None:
        """Let the catalogue's modification time of the object be that one."""
        with self._request(Call.SET_MTIME, path):
            self._refuse_write(path)
            item = self._existing(path)
            self._store.objects[path] = replace(item, listed=replace(item.listed, modified=max(seconds, 0)))

    def faults(self, path: str, size: int) -> list[Fault]:  # noqa: ARG002 - the port's; memory takes no time
        """Compare the bytes with what the catalogue says; a registered object has none here."""
        with self._request(Call.FAULTS, path):
            item = self._existing(path)
        kind = None
        if not item.listed.physical_path.startswith("/vault/"):
            return []
        if len(item.data) != item.listed.size:
            kind = FaultKind.SIZE
        elif not item.listed.checksum:
            kind = FaultKind.NO_CHECKSUM
        elif item.listed.checksum != checksum_of(hash_of(item.listed.checksum), item.data):
            kind = FaultKind.CHECKSUM
        return [Fault(kind=kind, message=f"{path}: {kind.value}")] if kind else []

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
        """Keep an object; a good write makes its other replicas stale, any other leaves them as they are."""
        there = self._store.objects.get(target.path)
        others = there.others if there else ()
        if listed.state is ReplicaState.GOOD:
            others = tuple(replace(one, state=ReplicaState.STALE) for one in others)
        self._store.objects[target.path] = MemoryObject(
            data=data,
            listed=listed,
            others=others,
            number=there.number if there else next(self._store.numbers),
            avus=merged(there.avus if there else (), target.avus),
            acls=granted((*there.acls, *target.acls) if there else target.acls),
            owner=there.owner if there else self._user,
        )

    def _checksum_of(self, data: bytes) -> str:
        return checksum_of(self._store.traits.hash_name, data)


def merged(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    """Return both without doubles, in order."""
    return tuple(dict.fromkeys((*old, *new)))


def granted(acls: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return one permission for each user: the last one given."""
    return tuple((permission, user) for user, permission in {user: permission for permission, user in acls}.items())
