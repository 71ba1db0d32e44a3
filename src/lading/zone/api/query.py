"""GenQuery1: compile, run, page."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lading.zone.agent import Cursor
from lading.zone.catalog.columns import DATA_RESC_HIER
from lading.zone.catalog.genquery1 import Option, Query, Viewer, compile_query
from lading.zone.codes import Code
from lading.zone.pi import Pi, escape
from lading.zone.registry import Call, IrodsError, Reply, api

#: number of columns that a result always has room for
WIDTH = 50
#: width of a value as a server starts with it
_RESLEN = 50
_MAX_CURSORS = 50
#: bytes of a character in UTF-8 at most
_UTF8_MOST = 4
#: rows fetched before the first page is sent; a longer result is read page by page
_AT_ONCE = 4096
#: stands between values while a whole column is escaped at once; no text on the wire holds it
_BETWEEN = "\0"
_EMPTY = "<SqlResult_PI>\n<attriInx>0</attriInx>\n<reslen>0</reslen>\n</SqlResult_PI>\n"


def pack_rows(
    columns: Sequence[int], rows: Sequence[Sequence[object]], *, continued: int = 0, total: int = 0, width: int = 0
) -> str:
    """
    Pack a page of a result column by column; `width` overrides the width said of each value.

    A whole column is escaped at once: that is most of the work of a listing.
    """
    if not rows:
        columns = ()
    head = (
        f"<GenQueryOut_PI>\n<rowCnt>{len(rows)}</rowCnt>\n<attriCnt>{len(columns)}</attriCnt>\n"
        f"<continueInx>{continued}</continueInx>\n<totalRowCount>{total}</totalRowCount>\n"
    )
    packed = [head]
    for number, values in zip(columns, zip(*rows, strict=True), strict=True):
        texts = ["" if value is None else str(value) for value in values]
        longest = max(map(len, texts))
        said = width or (_RESLEN if longest * _UTF8_MOST < _RESLEN else max(_RESLEN, _bytes_of(texts) + 1))
        inner = escape(_BETWEEN.join(texts)).replace(_BETWEEN, "</value>\n<value>")
        packed.append(
            f"<SqlResult_PI>\n<attriInx>{number}</attriInx>\n<reslen>{said}</reslen>\n<value>{inner}</value>\n</SqlResult_PI>\n"
        )
    packed.append(_EMPTY * (WIDTH - len(columns)))
    packed.append("</GenQueryOut_PI>\n")
    return "".join(packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """Puts hierarchies where the catalogue keeps the ids of leaves."""

    columns: tuple[int, ...]
    hierarchies: Mapping[int, str]

    def __call__(self, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        """Return the rows as clients want them."""
        if DATA_RESC_HIER not in self.columns:
            return rows
        place, names = self.columns.index(DATA_RESC_HIER), self.hierarchies
        return [(*row[:place], names.get(row[place], ""), *row[place + 1 :]) for row in rows]  # type: ignore[call-overload]


class LongResult:
    """The rest of a long result, read as it is asked for."""

    def __init__(self, database: sqlite3.Connection, found: sqlite3.Cursor, translate: Translation) -> None:
        self._database = database
        self._found = found
        self._translate = translate

    def fetch(self, count: int) -> list[tuple[object, ...]]:
        """Return the next rows, fewer than `count` only at the end."""
        return self._translate(self._found.fetchmany(count))

    def close(self) -> None:
        """Close the reader; the log can be checkpointed again."""
        self._database.close()


def _bytes_of(texts: Sequence[str]) -> int:
    return max(len(text.encode("utf-8", "surrogateescape")) for text in texts)


_NOTHING = pack_rows((), ())


def no_rows() -> Reply:
    """Return the answer to a query that finds nothing."""
    return Reply(Code.CAT_NO_ROWS_FOUND, _NOTHING)


def viewer_of(call: Call) -> Viewer:
    """Return whose eyes the queries of this connection have."""
    me = call.agent.me
    return Viewer(user_id=None if me.is_admin else me.user_id, ticket=call.agent.ticket)


def page(call: Call, cursor: Cursor, size: int, number: int) -> str:
    """Return the next page; `number` is the cursor's, or 0 if it has none yet. Full pages promise another."""
    rows = cursor.take(size)
    if len(rows) < size:
        call.agent.cursors.pop(number, None)
        cursor.close()
        return pack_rows(cursor.columns, rows)
    if not number:
        number = _free_cursor(call)
        call.agent.cursors[number] = cursor
    return pack_rows(cursor.columns, rows, continued=number)


def _free_cursor(call: Call) -> int:
    for number in range(1, _MAX_CURSORS + 1):
        if number not in call.agent.cursors:
            return number
    raise IrodsError(Code.CAT_STATEMENT_TABLE_FULL)


def parse(pi: Pi) -> Query:
    """Read a GenQueryInp_PI."""
    selects, conditions = pi.part("InxIvalPair_PI"), pi.part("InxValPair_PI")
    return Query(
        selects=_pairs(selects),
        conditions=tuple(zip(map(int, conditions.texts("inx")), conditions.texts("svalue"), strict=False)),
        options=pi.number("options"),
    )


def _pairs(selects: Pi) -> tuple[tuple[int, int], ...]:
    """Return the selected columns once each, in order."""
    chosen = dict(zip(map(int, selects.texts("inx")), map(int, selects.texts("ivalue")), strict=False))
    return tuple(chosen.items())


@api(702, "GEN_QUERY_AN")
def gen_query(call: Call) -> Reply:
    """Answer a new query, a further page, or the closing of a query."""
    size, number = call.pi.number("maxRows"), call.pi.number("continueInx")
    if number > 0:
        return _continue(call, number, size)
    if size < 0:
        return Reply(0, pack_rows((), ()))
    query = parse(call.pi)
    tree = call.zone.resources.tree()
    statement = compile_query(query, viewer_of(call), tree.hierarchies)
    columns = tuple(column for column, _ in query.selects)
    found = call.catalog.read().execute(statement.sql, statement.parameters)
    translate = Translation(columns=columns, hierarchies=tree.leaf_names)
    if query.options & Option.RETURN_TOTAL_ROW_COUNT:
        cursor = Cursor(columns=columns, rows=translate(found.fetchall()))
    else:
        cursor = _cursor(call, columns, found, translate)
    if not cursor.rows:
        return no_rows()
    return _first_page(call, cursor, size, query.options)


def _cursor(call: Call, columns: tuple[int, ...], found: sqlite3.Cursor, translate: Translation) -> Cursor:
    """Return a cursor over a result; a long one keeps the reader that it runs on."""
    rows = translate(found.fetchmany(_AT_ONCE))
    if len(rows) < _AT_ONCE:
        return Cursor(columns=columns, rows=rows)
    source = LongResult(call.catalog.take_reader(), found, translate)
    return Cursor(columns=columns, rows=rows, source=source)


def _first_page(call: Call, cursor: Cursor, size: int, options: int) -> Reply:
    total = len(cursor.rows) if options & Option.RETURN_TOTAL_ROW_COUNT else 0
    if not size:
        return Reply(0, pack_rows((), (), total=total))
    if options & Option.AUTO_CLOSE:
        rows = cursor.take(size + 1)
        cursor.close()
        more = -1 if len(rows) > size else 0
        return Reply(0, pack_rows(cursor.columns, rows[:size], continued=more, total=total))
    text = page(call, cursor, size, 0)
    if total:
        text = text.replace("<totalRowCount>0<", f"<totalRowCount>{total}<", 1)
    return Reply(0, text)


def _continue(call: Call, number: int, size: int) -> Reply:
    cursor = call.agent.cursors.get(number)
    if cursor is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if size <= 0:
        cursor.close()
        del call.agent.cursors[number]
        return Reply(0, pack_rows((), ()))
    text = page(call, cursor, size, number)
    return Reply(0, text) if text != _NOTHING else no_rows()
