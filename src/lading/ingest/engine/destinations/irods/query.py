"""Questions to the catalogue (GenQuery1): built, asked page by page, and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from html import unescape
from typing import Protocol

from lading.base.errors import NameRefused
from lading.ingest.engine.destinations.irods.codes import CAT_NO_ROWS_FOUND, nominal
from lading.ingest.engine.destinations.irods.packing import Api, Request, encoded, escaped, keywords
from lading.ingest.engine.destinations.irods.wire import Reply
from lading.ingest.engine.values import Listed, Replica, ReplicaState

#: rows of one page: a page of long names stays below a megabyte or two on both sides
PAGE = 2_000
_ORDERED = 0x400
#: names of one condition, and the bytes of all of them together: servers have 8,000 for them
NAMES_AT_ONCE = 100
LONGEST_LIST = 6_000
#: outside of quotes they join conditions, and servers lose count of the quotes when there is one in a value
_JOINS = ("||", "&&")


class Column(IntEnum):
    """Numbers of the columns that are asked for."""

    USER_NAME = 202
    USER_ZONE = 204
    RESC_ID = 301
    RESC_NAME = 302
    RESC_PARENT = 317
    DATA_ID = 401
    DATA_NAME = 403
    DATA_REPL_NUM = 404
    DATA_SIZE = 407
    DATA_PATH = 410
    DATA_REPL_STATUS = 413
    DATA_CHECKSUM = 415
    DATA_MODIFY_TIME = 420
    DATA_RESC_HIER = 422
    COLL_NAME = 501
    COLL_PARENT_NAME = 502
    AVU_NAME = 600
    AVU_VALUE = 601
    AVU_UNIT = 602
    COLL_ACCESS_NAME = 711
    COLL_ACCESS_USER_ID = 713
    USER_GROUP_ID = 900


_LISTED = (
    Column.DATA_NAME,
    Column.DATA_REPL_NUM,
    Column.DATA_REPL_STATUS,
    Column.DATA_SIZE,
    Column.DATA_CHECKSUM,
    Column.DATA_MODIFY_TIME,
    Column.DATA_RESC_HIER,
    Column.DATA_PATH,
)
Row = tuple[str, ...]


class Asks(Protocol):
    """Whatever sends one request and returns its reply."""

    def ask(self, request: Request) -> Reply:
        """Send and receive; errors of the server are in the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to select under which conditions; rows are ordered by the first column."""

    columns: tuple[Column, ...]
    conditions: tuple[tuple[Column, str], ...]

    def page(self, cursor: int, rows: int = PAGE) -> Request:
        """Return the request for a page; cursor 0 starts, `rows` 0 closes the cursor."""
        indexes = "".join(f"<inx>{int(column)}</inx>" for column in self.columns)
        flags = "".join(f"<ivalue>{1 if number else _ORDERED}</ivalue>" for number in range(len(self.columns)))
        where = "".join(f"<inx>{int(column)}</inx>" for column, _ in self.conditions)
        values = "".join(f"<svalue>{escaped(condition)}</svalue>" for _, condition in self.conditions)
        message = (
            f"<GenQueryInp_PI><maxRows>{rows}</maxRows><continueInx>{cursor}</continueInx>"
            f"<partialStartIndex>0</partialStartIndex><options>0</options>{keywords({})}"
            f"<InxIvalPair_PI><iiLen>{len(self.columns)}</iiLen>{indexes}{flags}</InxIvalPair_PI>"
            f"<InxValPair_PI><isLen>{len(self.conditions)}</isLen>{where}{values}</InxValPair_PI></GenQueryInp_PI>"
        )
        return Request(Api.GEN_QUERY, encoded(message))


def equals(value: str) -> str:
    """
    Return the condition that a column has this value; quotes need no escape, servers look for the outermost.

    Raise `NameRefused` for a value that has both a quote and what joins conditions: nobody can ask for it.
    """
    if _is_awkward(value):
        raise NameRefused(f"{value}: the zone cannot be asked about a path with a quote and && or || in it")
    return f"= '{value}'"


def _is_awkward(value: str) -> bool:
    return "'" in value and any(join in value for join in _JOINS)


def _looks_like(name: str) -> str:
    """Return a condition without inner quotes that the name meets, and perhaps others."""
    return f"like '{name.translate(_ANY_CHARACTER)}'"


_ANY_CHARACTER = str.maketrans(dict.fromkeys("'\\", "_"))


def any_of(values: Iterable[str]) -> str:
    """Return the condition that a column has one of the values, which must hold no quotes."""
    listed = "','".join(values)
    return f"in ('{listed}')"


_COUNT = re.compile(rb"<rowCnt>(\d+)</rowCnt>\s*<attriCnt>(\d+)</attriCnt>\s*<continueInx>(-?\d+)</continueInx>")
_RESULT = re.compile(rb"<SqlResult_PI>(.*?)</SqlResult_PI>", re.DOTALL)
_VALUE = re.compile(r"<value>(.*?)</value>|<value ?/>", re.DOTALL)


def rows_of(message: bytes) -> tuple[list[Row], int]:
    """
    Return the rows of a page and the cursor for the next one, 0 at the end.

    Read without an XML parser: names may hold control characters, which no parser lets pass.
    """
    counted = _COUNT.search(message)
    if counted is None:
        return [], 0
    count, width, cursor = map(int, counted.groups())
    columns = []
    for number, result in enumerate(_RESULT.finditer(message)):
        if number == width:
            break
        values = _VALUE.findall(result[1].decode("utf-8", "surrogateescape"))
        columns.append([unescape(value) if "&" in value else value for value in values])
    return list(zip(*columns, strict=True))[:count], max(cursor, 0)


def rows(asks: Asks, query: Query) -> Iterator[Row]:
    """Yield all rows, asking for a page when it is needed; a cursor left open is closed by the connection's end."""
    cursor = 0
    while True:
        reply = asks.ask(query.page(cursor))
        if nominal(reply.status) == CAT_NO_ROWS_FOUND:
            return
        page, cursor = rows_of(reply.checked(_subject(query)).message)
        yield from page
        if not cursor:
            return


def rows_under(
    asks: Asks,
    columns: tuple[Column, ...],
    collection: str,
    *more: tuple[Column, str],
    by: Column = Column.COLL_NAME,
) -> Iterator[Row]:
    """Yield the rows whose column `by` is the collection; where nobody can ask for it, out of all that look like it."""
    if not _is_awkward(collection):
        yield from rows(asks, Query(columns=columns, conditions=((by, equals(collection)), *more)))
        return
    alike = Query(columns=(*columns, by), conditions=((by, _looks_like(collection)), *more))
    yield from (row[:-1] for row in rows(asks, alike) if row[-1] == collection)


def objects_in(asks: Asks, collection: str) -> Iterator[Listed]:
    """Yield the best replica of each data object of a collection."""
    return _best_replicas(rows_under(asks, _LISTED, collection))


def replicas_named(asks: Asks, collection: str, names: Iterable[str]) -> Iterator[Listed]:
    """Yield all replicas of the named objects."""
    wanted = frozenset(names)
    for condition in name_conditions(wanted):
        replicas = map(_listed, rows_under(asks, _LISTED, collection, (Column.DATA_NAME, condition)))
        yield from (replica for replica in replicas if replica.name in wanted)


def best_named(asks: Asks, collection: str, names: Iterable[str]) -> Mapping[str, Listed]:
    """Return the best replica of each of the named objects that is there."""
    best: dict[str, Listed] = {}
    for replica in replicas_named(asks, collection, names):
        there = best.get(replica.name)
        if there is None or rank(replica) < rank(there):
            best[replica.name] = replica
    return best


def replicas(asks: Asks, collection: str, names: Iterable[str] | None) -> Iterator[Replica]:
    """Yield all replicas of the named objects, or of all objects of a collection, with the numbers of their objects."""
    wanted = frozenset(names) if names is not None else None
    conditions = name_conditions(wanted) if wanted is not None else (None,)
    for condition in conditions:
        named = ((Column.DATA_NAME, condition),) if condition is not None else ()
        for *row, object_id in rows_under(asks, (*_LISTED, Column.DATA_ID), collection, *named):
            if wanted is None or row[0] in wanted:
                yield Replica(object_id=int(object_id), listed=_listed(tuple(row)))


def replicas_where(
    asks: Asks, conditions: tuple[tuple[Column, str], ...], more: tuple[Column, ...] = ()
) -> Iterator[tuple[Listed, Row]]:
    """Yield all replicas that meet the conditions, each with the values of `more` columns."""
    for row in rows(asks, Query(columns=(*_LISTED, *more), conditions=conditions)):
        yield _listed(row[: len(_LISTED)]), row[len(_LISTED) :]


def split(path: str) -> tuple[str, str]:
    """Return the collection and the name of a logical path."""
    collection, _, name = path.rpartition("/")
    return collection or "/", name


def is_there(asks: Asks, path: str) -> bool:
    """Say whether there is a data object of that path, in whatever state."""
    collection, name = split(path)
    return bool(best_named(asks, collection, [name]))


def name_conditions(names: Iterable[str]) -> Iterator[str]:
    """Yield conditions that cover all names: lists of bounded length, and names with quotes one by one."""
    listed: list[str] = []
    length = 0
    for name in names:
        if "'" in name:
            yield _looks_like(name) if _is_awkward(name) else equals(name)
            continue
        size = len(encoded(name)) + 3
        if listed and (len(listed) == NAMES_AT_ONCE or length + size > LONGEST_LIST):
            yield any_of(listed)
            listed, length = [], 0
        listed.append(name)
        length += size
    if listed:
        yield any_of(listed) if len(listed) > 1 else equals(listed[0])


def _best_replicas(replicas: Iterable[Row]) -> Iterator[Listed]:
    """Yield the best of each run of rows with the same name."""
    same: list[Listed] = []
    for row in replicas:
        replica = _listed(row)
        if same and same[0].name != replica.name:
            yield _best(same)
            same = []
        same.append(replica)
    if same:
        yield _best(same)


def _best(replicas: list[Listed]) -> Listed:
    """Return the best of an object's replicas, with the number of the others that are not good."""
    if len(replicas) == 1:
        return replicas[0]
    best = min(replicas, key=rank)
    return replace(best, unsound=sum(one.state is not ReplicaState.GOOD for one in replicas if one is not best))


def rank(replica: Listed) -> tuple[bool, int]:
    """Return what the best replica of an object has least of: it is good, and its number is low."""
    return replica.state is not ReplicaState.GOOD, replica.replica_number


def _listed(row: Row) -> Listed:
    name, number, state, size, checksum, modified, hierarchy, path = row
    return Listed(
        name=name,
        size=int(size),
        checksum=checksum,
        modified=int(modified),
        state=_STATES.get(state, ReplicaState.STALE),
        replica_number=int(number),
        resource=hierarchy,
        physical_path=path,
    )


_STATES = {str(int(state)): state for state in ReplicaState}


def _subject(query: Query) -> str:
    return " and ".join(f"{column.name} {condition}" for column, condition in query.conditions)
