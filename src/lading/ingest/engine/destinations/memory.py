"""A destination in memory: the twin of a zone, for plans without a zone and for tests of the engine."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from lading.base.cancellation import Token, Unlimited
from lading.base.clock import Clock, SystemClock
from lading.base.errors import DestinationRefused
from lading.ingest.engine.destinations.base import Session, Traits
from lading.ingest.engine.destinations.memory_session import MemorySession
from lading.ingest.engine.destinations.memory_store import Call, MemoryObject, MemoryStore, Moment
from lading.ingest.engine.destinations.naming import refuse_bad_collection
from lading.ingest.engine.destinations.resources import Resource, ResourceTree
from lading.ingest.engine.destinations.workers import Grant, Workers

__all__ = ["Call", "MemoryDestination", "MemoryObject", "Moment"]

T = TypeVar("T")
R = TypeVar("R")

_TRAITS = Traits(zone="memory", user="rods", version="memory", hash_name="sha256")


class MemoryDestination:
    """
    A zone in memory with the semantics of the `Destination` port.

    `objects` and `collections` may be read and written by tests between calls; `fail` scripts failures; `protect`
    takes the right to write from a collection.
    """

    def __init__(
        self,
        *,
        traits: Traits = _TRAITS,
        connections: int = 4,
        token: Token | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = MemoryStore(traits=traits, token=token or Unlimited(), clock=clock or SystemClock())
        zone, user = traits.zone, traits.user
        self._store.collections.update({"/", f"/{zone}", f"/{zone}/home", f"/{zone}/home/{user}"})
        self._connections = connections
        self._user = user

    @property
    def objects(self) -> dict[str, MemoryObject]:
        """The data objects by path."""
        return self._store.objects

    @property
    def collections(self) -> set[str]:
        """The paths of all collections."""
        return self._store.collections

    def fail(
        self, call: Call, path: str | None, error: BaseException, *, times: int = 1, moment: Moment = Moment.BEFORE
    ) -> None:
        """Let the next `times` calls raise `error`; `path` is the object or collection, None for any."""
        self._store.fail(call, path, error, times=times, moment=moment)

    def restart(self) -> None:
        """Be a server that died and started again: whoever was writing is gone, and what was locked stays so."""
        self._store.started_at = int(self._store.clock.now())

    def spoil(self, path: str, data: bytes) -> None:
        """Let the next unpacking store other bytes for an object than are in the tar."""
        self._store.spoiled[path] = data

    def protect(self, collection: str) -> None:
        """Let nobody write into the collection or below it."""
        self._store.protected.add(collection)

    def traits(self) -> Traits:
        """Return what the destination is."""
        return self._store.traits

    @contextmanager
    def session(self, connections: int = 1) -> Iterator[Session]:  # noqa: ARG002 - the port's; memory has no limit
        """Lend one session."""
        yield MemorySession(self._store, self._user)

    def each(self, items: Iterable[T], action: Callable[[Session, T], R]) -> Iterator[tuple[T, R]]:
        """Yield each item with what `action` returned for it, in the order they end, over several threads."""
        workers: Workers[T, R, Session] = Workers(Grant(self._connections), self.session, action)
        yield from workers.run(items)

    def acting_as(self, user: str, zone: str = "") -> MemoryDestination:
        """Return the same destination as another user."""
        other = copy.copy(self)
        vars(other)["_user"] = user if zone in {"", self._store.traits.zone} else f"{user}#{zone}"
        return other

    def requests(self) -> int:
        """Return how many requests were sent over all sessions."""
        return self._store.requests

    @property
    def resource_rows(self) -> list[Resource]:
        """The storage resources; tests may add some."""
        return self._store.resources

    def resources(self) -> ResourceTree:
        """Return all storage resources and how they hang together."""
        self._store.token.check()
        self._store.requests += 1
        return ResourceTree(self._store.resources)

    def check_destination(self, collection: str) -> None:
        """Raise `DestinationRefused` unless objects can be written into the collection, which need not be there."""
        refuse_bad_collection(collection, self._store.traits.zone)
        if collection in self.objects:
            raise DestinationRefused(f"{collection} is a data object, not a collection")
        if self._store.is_protected(collection):
            raise DestinationRefused(f"{self._store.traits.user} may not write into {collection}")
