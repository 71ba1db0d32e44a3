"""A zone as a destination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from lading.base.cancellation import Token
from lading.base.errors import DestinationRefused, ProfileInvalid
from lading.ingest.engine.destinations.base import Session, Slots, Traffic, Traits
from lading.ingest.engine.destinations.checksums import hash_name_of
from lading.ingest.engine.destinations.irods import bulk, query
from lading.ingest.engine.destinations.irods.line import Line, Tally
from lading.ingest.engine.destinations.irods.pool import Pool, pool_of
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.query import Column, Query
from lading.ingest.engine.destinations.irods.session import IrodsSession
from lading.ingest.engine.destinations.irods.settings import TransferSettings
from lading.ingest.engine.destinations.naming import refuse_bad_collection
from lading.ingest.engine.destinations.resources import ResourceTree
from lading.ingest.engine.destinations.slots import FREE_TRAFFIC
from lading.ingest.engine.destinations.workers import Grant, Workers

T = TypeVar("T")
R = TypeVar("R")

#: the scheme of a zone whose profile names none
USUAL_HASH = "sha256"

#: permissions that let a user make objects in a collection, in both spellings
_MAY_WRITE = frozenset({"own", "delete_object", "delete object", "modify_object", "modify object"})


class IrodsDestination:
    """A zone, reached over connections that all destinations of this process with the same profile share."""

    def __init__(self, pool: Pool, *, token: Token, slots: Slots, settings: TransferSettings, traffic: Traffic) -> None:
        self._pool = pool
        self._token = token
        self._slots = slots
        self._settings = settings
        self._traffic = traffic
        self._hash_name = settings.hash_name or USUAL_HASH
        self._tally = Tally()

    def traits(self) -> Traits:
        """Return what the destination is; connects if nobody of this process did before."""
        release = self._pool.version
        if release is None:
            with self._slots.take(1), self._line() as line:
                release = line.wire().version
        profile, version = self._pool.profile, ".".join(map(str, release))
        return Traits(zone=profile.zone, user=profile.user, version=version, hash_name=self._hash_name)

    @contextmanager
    def session(self, connections: int = 1) -> Iterator[Session]:
        """Lend one session that holds up to `connections` slots."""
        with self._slots.take(connections) as granted:
            grant = Grant(granted)
            grant.borrow(1)
            with self._session_in(grant) as session:
                yield session

    def each(self, items: Iterable[T], action: Callable[[Session, T], R]) -> Iterator[tuple[T, R]]:
        """Yield each item with what `action` returned for it, in the order they end, over several sessions."""
        with self._slots.take(self._settings.connections) as granted:
            grant = Grant(granted)
            workers: Workers[T, R, Session] = Workers(grant, lambda: self._session_in(grant), action)
            yield from workers.run(items)

    def acting_as(self, user: str, zone: str = "") -> IrodsDestination:
        """Return the same destination as another user; its connections are a pool of their own."""
        copied = IrodsDestination(
            pool_of(self._pool.profile.acting_as(user, zone)),
            token=self._token,
            slots=self._slots,
            settings=self._settings,
            traffic=self._traffic,
        )
        copied._tally = self._tally
        return copied

    def requests(self) -> int:
        """Return how many requests were sent over all sessions of this destination object."""
        return self._tally.count()

    def check_destination(self, collection: str) -> None:
        """Raise `DestinationRefused` unless objects can be written into the collection, which need not be there."""
        refuse_bad_collection(collection, self._pool.profile.zone)
        with self._slots.take(1), self._line() as line:
            _refuse_unwritable(line, self._pool.profile, collection)

    def resources(self) -> ResourceTree:
        """Return all storage resources of the zone and how they hang together."""
        with self._slots.take(1), self._line() as line:
            return bulk.resources(line)

    def close(self) -> None:
        """Let the idle connections of this profile go."""
        self._pool.close()

    @contextmanager
    def _line(self) -> Iterator[Line]:
        line = Line(self._pool, self._token, self._settings, Tally(self._tally), self._traffic)
        try:
            yield line
        finally:
            line.release()

    @contextmanager
    def _session_in(self, grant: Grant) -> Iterator[Session]:
        with self._line() as line:
            yield IrodsSession(line, grant, self._hash_name, self._pool.profile.default_resource)


def open_destination(
    profile: ZoneProfile, *, token: Token, slots: Slots, settings: TransferSettings, traffic: Traffic = FREE_TRAFFIC
) -> IrodsDestination:
    """Return the destination for a profile; nothing is sent yet. Raise `ProfileInvalid` for an unknown hash scheme."""
    scheme = settings.hash_name or profile.hash_scheme or USUAL_HASH
    hash_name = hash_name_of(scheme)
    if hash_name is None:
        raise ProfileInvalid(f"the hash scheme {scheme} is not known", hint="SHA256 and MD5 are")
    settled = replace(settings, hash_name=hash_name)
    return IrodsDestination(pool_of(profile), token=token, slots=slots, settings=settled, traffic=traffic)


def _refuse_unwritable(line: Line, profile: ZoneProfile, collection: str) -> None:
    """Raise `DestinationRefused` if the collection, or the nearest one above it, cannot be written to."""
    nearest = _nearest(line, collection)
    if nearest is None:
        raise DestinationRefused(f"{collection}: {profile.user} sees no collection above it")
    if nearest != collection:
        child = collection[len(nearest.rstrip("/")) + 1 :].partition("/")[0]
        if query.best_named(line, nearest, [child]):
            raise DestinationRefused(f"{nearest.rstrip('/')}/{child} is a data object, not a collection")
    if not _MAY_WRITE & _permissions(line, profile, nearest):
        raise DestinationRefused(
            f"{profile.user} may not write into {nearest}"
            + ("" if nearest == collection else f", the nearest collection above {collection} that this user sees"),
            hint="Ask its owner for modify_object or own",
        )


def _nearest(line: Line, collection: str) -> str | None:
    """Return the longest path, the collection itself or above it, that is there."""
    chain = [collection]
    while chain[-1] != "/":
        chain.append(query.split(chain[-1])[0])
    plain = [path for path in chain if "'" not in path]
    conditions = [query.equals(path) for path in chain if "'" in path] + ([query.any_of(plain)] if plain else [])
    for condition in conditions:
        question = Query(columns=(Column.COLL_NAME,), conditions=((Column.COLL_NAME, condition),))
        there = [path for (path,) in query.rows(line, question)]
        if there:
            return max(there, key=len)
    return None


def _permissions(line: Line, profile: ZoneProfile, collection: str) -> set[str]:
    """Return what the user may do there, as itself or by its groups."""
    who = ((Column.USER_NAME, query.equals(profile.user)), (Column.USER_ZONE, query.equals(profile.zone)))
    groups = [group for (group,) in query.rows(line, Query(columns=(Column.USER_GROUP_ID,), conditions=who))]
    if not groups:
        return set()
    where = ((Column.COLL_NAME, query.equals(collection)), (Column.COLL_ACCESS_USER_ID, query.any_of(groups)))
    return {name for (name,) in query.rows(line, Query(columns=(Column.COLL_ACCESS_NAME,), conditions=where))}
