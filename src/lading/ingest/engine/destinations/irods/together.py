"""Questions about objects of several collections at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lading.ingest.engine.destinations.irods import query
from lading.ingest.engine.destinations.irods.packing import encoded
from lading.ingest.engine.destinations.irods.query import LONGEST_LIST, NAMES_AT_ONCE, Asks, Column, Query
from lading.ingest.engine.values import Listed

#: collection and name of an object
Place = tuple[str, str]


def best_at(asks: Asks, paths: Iterable[str]) -> Iterator[tuple[str, Listed]]:
    """Yield the best replica of each of these objects that is there, with its path."""
    plain: list[Place] = []
    quoted: dict[str, list[str]] = defaultdict(list)
    for collection, name in map(query.split, paths):
        if "'" in collection or "'" in name:
            quoted[collection].append(name)
        else:
            plain.append((collection, name))
    for part in _at_once(plain):
        yield from _best_of(asks, part)
    for collection, names in quoted.items():
        for name, listed in query.best_named(asks, collection, names).items():
            yield _path(collection, name), listed


def _at_once(wanted: Iterable[Place]) -> Iterator[set[Place]]:
    """Yield objects in parts that one request can ask for."""
    part: set[Place] = set()
    texts: set[str] = set()
    length = 0
    for place in wanted:
        size = sum(len(encoded(text)) + 3 for text in {*place} - texts)
        if part and (len(part) == NAMES_AT_ONCE or length + size > LONGEST_LIST):
            yield part
            part, texts, length = set(), set(), 0
            size = sum(len(encoded(text)) + 3 for text in place)
        part.add(place)
        texts.update(place)
        length += size
    if part:
        yield part


def _best_of(asks: Asks, wanted: set[Place]) -> Iterator[tuple[str, Listed]]:
    """Ask by one condition on collections and one on names, which let others in, too."""
    where = (
        (Column.COLL_NAME, query.any_of(sorted({collection for collection, _ in wanted}))),
        (Column.DATA_NAME, query.any_of(sorted({name for _, name in wanted}))),
    )
    best: dict[Place, Listed] = {}
    for replica, (collection,) in query.replicas_where(asks, where, (Column.COLL_NAME,)):
        place = (collection, replica.name)
        if place in wanted and (place not in best or query.rank(replica) < query.rank(best[place])):
            best[place] = replica
    for place, listed in best.items():
        yield _path(*place), listed


def paths_of(asks: Asks, object_ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield where objects are now."""
    columns = (Column.DATA_ID, Column.COLL_NAME, Column.DATA_NAME)
    for condition in query.name_conditions(map(str, object_ids)):
        for object_id, collection, name in query.rows(
            asks, Query(columns=columns, conditions=((Column.DATA_ID, condition),))
        ):
            yield int(object_id), _path(collection, name)


def avus_of(asks: Asks, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the AVUs of an object."""
    columns = (Column.AVU_NAME, Column.AVU_VALUE, Column.AVU_UNIT)
    collection, name = query.split(path)
    where = ((Column.COLL_NAME, query.equals(collection)), (Column.DATA_NAME, query.equals(name)))
    found = query.rows(asks, Query(columns=columns, conditions=where))
    yield from ((attribute, value, unit) for attribute, value, unit in found)


def _path(collection: str, name: str) -> str:
    return f"{collection.rstrip('/')}/{name}"
