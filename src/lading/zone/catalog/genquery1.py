"""GenQuery1: from numbered columns and conditions to one SELECT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from lading.zone.acl import Level
from lading.zone.catalog.columns import (
    COLL_NAME,
    COLUMNS,
    DATA_NAME,
    DATA_REPL_NUM,
    DATA_RESC_HIER,
    DATA_RESC_NAME,
    META_ALIASES,
    META_MAPS,
    TABLES,
)
from lading.zone.catalog.conditions import CONDITION, QUOTED, hierarchy_test, split_compound, unquote
from lading.zone.catalog.linking import connect
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Option(IntFlag):
    """Options of a whole query."""

    RETURN_TOTAL_ROW_COUNT = 0x20
    NO_DISTINCT = 0x40
    QUOTA_QUERY = 0x80
    AUTO_CLOSE = 0x100
    UPPER_CASE_WHERE = 0x200


class Select(IntFlag):
    """What to do with one selected column; aggregates are numbers, order is flags."""

    PLAIN = 1
    ORDER_BY = 0x400
    ORDER_BY_DESC = 0x800


AGGREGATES = {2: "min", 3: "max", 4: "sum", 5: "avg", 6: "count"}
_AGGREGATE_BITS = 0xFF
_RANGE_ENDS = 2

#: columns that are numbers in the catalogue: compared as numbers
_NUMERIC = frozenset(
    {"data_size", "data_repl_num", "data_is_dirty", "data_map_id", "coll_map_id", "access_type_id", "quota_limit"}
    | {"quota_over", "quota_usage", "uses_limit", "uses_count", "write_file_count", "write_file_limit"}
    | {"write_byte_count", "write_byte_limit", "token_id", "data_id", "coll_id", "user_id", "resc_id", "meta_id"}
    | {"zone_id", "object_id", "ticket_id", "group_user_id", "rule_exec_id"}
)
_OPERATORS = ("<>", "!=", ">=", "<=", "=", "<", ">")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query as it came in; equal queries compile to equal SQL."""

    selects: tuple[tuple[int, int], ...]  #: column number, select value
    conditions: tuple[tuple[int, str], ...]  #: column number, text of the condition
    options: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whose eyes a query has; `user_id` None sees everything."""

    user_id: int | None
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """SQL and its parameters."""

    sql: str
    parameters: tuple[object, ...]


def compile_query(query: Query, viewer: Viewer, hierarchies: Mapping[str, int]) -> Statement:
    """
    Write the SELECT for `query` as `viewer` may see it.

    `hierarchies` gives the leaf id of each resource hierarchy. Raises CAT_UNKNOWN_TABLE for unknown columns
    and CAT_INVALID_ARGUMENT for conditions that cannot be read.
    """
    return _Compiler(query, viewer, hierarchies).statement()


class _Compiler:
    def __init__(self, query: Query, viewer: Viewer, hierarchies: Mapping[str, int]) -> None:
        self.query = query
        self.viewer = viewer
        self.hierarchies = hierarchies
        self.where: list[str] = []
        self.parameters: list[object] = []
        self.extra: list[str] = []  #: FROM entries of further AVU aliases
        self.uses: dict[int, int] = {}

    def statement(self) -> Statement:
        needed = self._needed()
        aliases, joins = connect(needed)
        self.where += joins
        self.where += [TABLES[alias].condition for alias in aliases if TABLES[alias].condition]
        for number, text in self.query.conditions:
            self._condition(number, text)
        self._visibility(aliases)
        tables = [f"{TABLES[alias].name} AS {alias}" for alias in aliases] + self.extra
        distinct = "" if self.query.options & Option.NO_DISTINCT else "DISTINCT "
        sql = f"SELECT {distinct}{', '.join(self._selected())} FROM {', '.join(tables)}"
        if self.where:
            sql += " WHERE " + " AND ".join(self.where)
        return Statement(sql=sql + self._grouping() + self._order(), parameters=tuple(self.parameters))

    def _column(self, number: int) -> str:
        column = COLUMNS[number]
        if number == DATA_RESC_HIER:
            return f"{column.alias}.resc_id"
        if number == DATA_RESC_NAME:
            return "r.resc_name"
        return f"{column.alias}.{column.name}"

    def _needed(self) -> tuple[str, ...]:
        aliases: list[str] = []
        for number, _ in (*self.query.selects, *self.query.conditions):
            if number not in COLUMNS:
                raise IrodsError(Code.CAT_UNKNOWN_TABLE)
            alias = "r" if number == DATA_RESC_NAME else COLUMNS[number].alias
            if number == DATA_RESC_NAME and "d" not in aliases:
                aliases.append("d")
            if alias not in aliases:
                aliases.append(alias)
        if not self.query.selects:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT)
        return tuple(aliases)

    def _selected(self) -> Iterable[str]:
        for number, value in self.query.selects:
            aggregate = AGGREGATES.get(value & _AGGREGATE_BITS)
            yield f"{aggregate}({self._column(number)})" if aggregate else self._column(number)

    def _grouping(self) -> str:
        plain = [
            self._column(number) for number, value in self.query.selects if value & _AGGREGATE_BITS not in AGGREGATES
        ]
        if not plain or len(plain) == len(self.query.selects):
            return ""
        return " GROUP BY " + ", ".join(plain)

    def _order(self) -> str:
        order = []
        for number, value in self.query.selects:
            if value & Select.ORDER_BY:
                order.append(self._column(number))
            elif value & Select.ORDER_BY_DESC:
                order.append(self._column(number) + " DESC")
        selected = {number for number, value in self.query.selects if value & _AGGREGATE_BITS not in AGGREGATES}
        for number in (COLL_NAME, DATA_NAME, DATA_REPL_NUM):
            column = self._column(number)
            if number in selected and column not in order and f"{column} DESC" not in order:
                order.append(column)
        return " ORDER BY " + ", ".join(order) if order else ""

    def _condition(self, number: int, text: str) -> None:
        column = self._condition_column(number)
        pieces = split_compound(text)
        written = [self._piece(number, column, piece) for piece, _ in pieces]
        joined = written[0]
        for (_, joiner), piece in zip(pieces[1:], written[1:], strict=True):
            joined = f"{joined} {joiner} {piece}"
        self.where.append(f"({joined})" if len(written) > 1 else joined)

    def _condition_column(self, number: int) -> str:
        """Return the column of a condition; the second condition on an AVU column speaks of another AVU."""
        column = COLUMNS[number]
        if column.alias not in META_ALIASES:
            return self._column(number)
        use = self.uses.get(number, 0)
        self.uses[number] = use + 1
        if not use:
            return self._column(number)
        base, mapping = column.alias, META_MAPS[column.alias]
        alias, alias_map = f"{base}{use}", f"{mapping}{use}"
        if not any(entry.endswith(f" AS {alias}") for entry in self.extra):
            self.extra += [f"R_META_MAIN AS {alias}", f"R_OBJT_METAMAP AS {alias_map}"]
            self.where.append(f"{alias_map}.meta_id = {alias}.meta_id")
            self.where.append(f"{alias_map}.object_id = {mapping}.object_id")
        return f"{alias}.{column.name}"

    def _piece(self, number: int, column: str, text: str) -> str:
        match = CONDITION.match(text)
        if match is None:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT, f"condition [{text}]")
        operator = " ".join(match[1].lower().split())
        operand = text[match.end() :].strip()
        if number == DATA_RESC_HIER:
            return self._hierarchy(operator, operand)
        if operator.startswith("is "):
            return self._null(column, operator)
        if operator in {"begin_of", "parent_of"}:
            return self._prefix_of(column, operator, unquote(operand))
        if operator.startswith("n") and operator[1:] in _OPERATORS:
            self.parameters.append(unquote(operand))
            return f"CAST({column} AS NUMERIC) {operator[1:]} CAST(? AS NUMERIC)"
        return self._compare(column, operator, operand)

    @staticmethod
    def _null(column: str, operator: str) -> str:
        return f"coalesce({column}, '') {'<>' if 'not' in operator else '='} ''"

    def _prefix_of(self, column: str, operator: str, value: str) -> str:
        if operator == "begin_of":
            self.parameters.append(value)
            return f"? LIKE {column} || '%'"
        self.parameters += [value, value]
        return f"(? LIKE {column} || '/%' OR {column} = ?)"

    def _compare(self, column: str, operator: str, operand: str) -> str:
        upper = bool(self.query.options & Option.UPPER_CASE_WHERE)
        left = f"upper({column})" if upper else column
        mark = "upper(?)" if upper else "?"
        if operator.endswith("in"):
            values = QUOTED.findall(operand)
            self.parameters += [self._value(column, value) for value in values]
            return f"{left} {operator.upper()} ({', '.join([mark] * len(values))})"
        if operator.endswith("between"):
            values = QUOTED.findall(operand)
            if len(values) != _RANGE_ENDS:
                raise IrodsError(Code.CAT_INVALID_ARGUMENT, f"condition [{operand}]")
            self.parameters += [self._value(column, value) for value in values]
            return f"{left} {operator.upper()} {mark} AND {mark}"
        value = unquote(operand)
        if operator.endswith("like"):
            self.parameters.append(value)
            return f"coalesce({left}, '') {operator.upper()} {mark} ESCAPE '\\'"
        self.parameters.append(self._value(column, value))
        return f"{left} {operator} {mark}"

    @staticmethod
    def _value(column: str, value: str) -> object:
        if column.rpartition(".")[2] in _NUMERIC:
            try:
                return int(value)
            except ValueError:
                return value
        return value

    def _hierarchy(self, operator: str, operand: str) -> str:
        matches = hierarchy_test(operator, operand)
        leaves = [leaf for hierarchy, leaf in self.hierarchies.items() if matches(hierarchy)]
        self.parameters += leaves
        return f"d.resc_id IN ({', '.join('?' * len(leaves))})"

    def _visibility(self, aliases: tuple[str, ...]) -> None:
        if self.viewer.user_id is None:
            return
        if "d" in aliases:
            self._visible("d.data_id", data=True)
        elif "c" in aliases:
            self._visible("c.coll_id", data=False)
        if "t" in aliases:
            self.where.append("t.user_id = ?")
            self.parameters.append(self.viewer.user_id)

    def _visible(self, object_id: str, *, data: bool) -> None:
        clause = (
            "EXISTS (SELECT 1 FROM R_OBJT_ACCESS va JOIN R_USER_GROUP vg ON vg.group_user_id = va.user_id"
            f" WHERE va.object_id = {object_id} AND vg.user_id = ? AND va.access_type_id >= {int(Level.READ_OBJECT)})"
        )
        self.parameters.append(self.viewer.user_id)
        if self.viewer.ticket:
            clause = f"({clause} OR {self._ticketed(object_id, data=data)})"
        self.where.append(clause)

    def _ticketed(self, object_id: str, *, data: bool) -> str:
        scope = (
            "vt.object_id = d.data_id OR vc.coll_id = d.coll_id OR EXISTS (SELECT 1 FROM R_COLL_MAIN vd"
            " WHERE vd.coll_id = d.coll_id AND vd.coll_name LIKE vc.coll_name || '/%')"
            if data
            else f"vt.object_id = {object_id} OR c.coll_name LIKE vc.coll_name || '/%'"
        )
        self.parameters.append(self.viewer.ticket)
        return (
            "EXISTS (SELECT 1 FROM R_TICKET_MAIN vt LEFT JOIN R_COLL_MAIN vc ON vc.coll_id = vt.object_id"
            f" WHERE vt.ticket_string = ? AND ({scope}))"
        )
