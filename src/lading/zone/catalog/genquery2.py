"""GenQuery2: a query written as text, turned into one SELECT.

The part of the language that is there: columns and count, sum, avg, min, max, upper, lower; conditions with
and, or, not, brackets, comparisons, in, between, like, is null; distinct, group by, order by, offset, limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lading.zone.acl import Level
from lading.zone.catalog.columns import TABLES
from lading.zone.catalog.genquery1 import Statement, Viewer
from lading.zone.catalog.genquery2_columns import NAMES, THROUGH
from lading.zone.catalog.linking import connect
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

#: rows that come back where the query names no limit
DEFAULT_LIMIT = 256

FUNCTIONS = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "UPPER", "LOWER"})
_COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][A-Za-z_0-9]*)|(-?\d+)|(<>|!=|<=|>=|[=<>(),*]))")

#: the one name without a column: it is worked out from the resource tree
HIERARCHY = "DATA_RESC_HIER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One query as SQL; `hierarchy_places` are the columns of the answer that hold leaf ids."""

    statement: Statement
    hierarchy_places: tuple[int, ...]


def column_mappings() -> dict[str, dict[str, str]]:
    """Return, for each name, the table and the column behind it."""
    mappings = {}
    for name, column in sorted(NAMES.items()):
        mappings[name] = {"": "hier"} if name == HIERARCHY else {TABLES[column.alias].name: column.name}
    return mappings


def compile_text(text: str, viewer: Viewer) -> Compiled:
    """Write the SELECT for `text` as `viewer` may see it; raise CAT_INVALID_ARGUMENT where it cannot be read."""
    return _Parser(_tokens(text), viewer).query()


def _tokens(text: str) -> list[str]:
    found = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text[place:])
        found.append(match[0].strip())
        place = match.end()
    return found


def _unreadable(rest: str) -> IrodsError:
    return IrodsError(Code.CAT_INVALID_ARGUMENT, f"the query cannot be read from here on: {rest}")


@dataclass(slots=True)
class _Parser:
    tokens: list[str]
    viewer: Viewer
    place: int = 0
    aliases: list[str] = field(default_factory=list)
    parameters: list[object] = field(default_factory=list)
    hierarchy_places: list[int] = field(default_factory=list)

    def query(self) -> Compiled:
        """Read a whole query."""
        self._need("SELECT")
        all_rows = self._take("NO") and self._need("DISTINCT")
        distinct = "DISTINCT " if not all_rows and self._take("DISTINCT") else ""
        selected = self._list(self._selected)
        conditions = [self._disjunction()] if self._take("WHERE") else []
        group = self._clause("GROUP", self._expression)
        order = self._clause("ORDER", self._ordered)
        offset, limit = self._window()
        if self.place < len(self.tokens):
            raise _unreadable(" ".join(self.tokens[self.place :]))
        tables, joins = connect(tuple(self.aliases))
        conditions += [*joins, *(TABLES[alias].condition for alias in tables if TABLES[alias].condition)]
        conditions += self._visible(tables)
        sql = f"SELECT {distinct}{', '.join(selected)} FROM "
        sql += ", ".join(f"{TABLES[alias].name} AS {alias}" for alias in tables)
        sql += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        sql += group + order + f" LIMIT {limit} OFFSET {offset}"
        statement = Statement(sql=sql, parameters=tuple(self.parameters))
        return Compiled(statement=statement, hierarchy_places=tuple(self.hierarchy_places))

    def _peek(self) -> str:
        return self.tokens[self.place].upper() if self.place < len(self.tokens) else ""

    def _take(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self.place += 1
        return True

    def _need(self, word: str) -> bool:
        if not self._take(word):
            raise _unreadable(" ".join(self.tokens[self.place :]))
        return True

    def _next(self) -> str:
        if self.place >= len(self.tokens):
            raise _unreadable("")
        self.place += 1
        return self.tokens[self.place - 1]

    def _list(self, read: Callable[[int], str]) -> list[str]:
        found = [read(0)]
        while self._take(","):
            found.append(read(len(found)))
        return found

    def _clause(self, word: str, read: Callable[[int], str]) -> str:
        if not self._take(word):
            return ""
        self._need("BY")
        return f" {word} BY " + ", ".join(self._list(read))

    def _window(self) -> tuple[int, int]:
        offset, limit = 0, DEFAULT_LIMIT
        while self._peek() in {"OFFSET", "LIMIT", "FETCH"}:
            match self._next().upper():
                case "OFFSET":
                    offset = self._count()
                case "LIMIT":
                    limit = self._count()
                case _:
                    self._need("FIRST")
                    limit = self._count()
                    self._need("ROWS")
                    self._need("ONLY")
        return offset, limit

    def _count(self) -> int:
        token = self._next()
        if not token.isdigit():
            raise _unreadable(token)
        return int(token)

    def _column(self) -> str:
        token = self._next()
        name = token.upper()
        column = NAMES.get(name)
        if column is None:
            raise IrodsError(Code.CAT_INVALID_ARGUMENT, f"[{token}] is not a column")
        if name in THROUGH:
            self._use(THROUGH[name])
        self._use(column.alias)
        return f"{column.alias}.{'resc_id' if name == HIERARCHY else column.name}"

    def _use(self, alias: str) -> None:
        if alias not in self.aliases:
            self.aliases.append(alias)

    def _selected(self, place: int) -> str:
        if self._peek() == HIERARCHY:
            self.hierarchy_places.append(place)
        return self._expression(place)

    def _expression(self, _place: int = 0) -> str:
        word = self._peek()
        if word not in FUNCTIONS:
            return self._column()
        self._next()
        self._need("(")
        inner = self._column()
        self._need(")")
        return f"{word.lower()}({inner})"

    def _ordered(self, _place: int) -> str:
        expression = self._expression()
        if self._take("DESC"):
            return f"{expression} DESC"
        self._take("ASC")
        return expression

    def _disjunction(self) -> str:
        parts = [self._conjunction()]
        while self._take("OR"):
            parts.append(self._conjunction())
        return f"({' OR '.join(parts)})" if len(parts) > 1 else parts[0]

    def _conjunction(self) -> str:
        parts = [self._negation()]
        while self._take("AND"):
            parts.append(self._negation())
        return f"({' AND '.join(parts)})" if len(parts) > 1 else parts[0]

    def _negation(self) -> str:
        if self._take("NOT"):
            return f"NOT ({self._negation()})"
        if self._take("("):
            inner = self._disjunction()
            self._need(")")
            return f"({inner})"
        return self._condition()

    def _condition(self) -> str:
        if self._peek() == HIERARCHY:
            raise IrodsError(Code.SYS_NOT_SUPPORTED, "DATA_RESC_HIER can be selected, but not compared")
        left = self._expression()
        if self._take("IS"):
            negated = self._take("NOT")
            self._need("NULL")
            return f"{left} IS {'NOT ' if negated else ''}NULL"
        word = "NOT " if self._take("NOT") else ""
        operator = self._next().upper()
        match operator:
            case "LIKE":
                return f"{left} {word}LIKE {self._value()} ESCAPE '\\'"
            case "IN":
                self._need("(")
                values = self._list(lambda _: self._value())
                self._need(")")
                return f"{left} {word}IN ({', '.join(values)})"
            case "BETWEEN":
                low = self._value()
                self._need("AND")
                return f"{left} {word}BETWEEN {low} AND {self._value()}"
        if word or operator not in _COMPARISONS:
            raise _unreadable(operator)
        return f"{left} {operator} {self._value()}"

    def _value(self) -> str:
        token = self._next()
        if not (token.startswith("'") or token.lstrip("-").isdigit()):
            raise _unreadable(token)
        text = token[1:-1].replace("''", "'") if token.startswith("'") else token
        self.parameters.append(text)
        return "?"

    def _visible(self, tables: tuple[str, ...]) -> list[str]:
        """Return the condition that hides what the viewer may not read."""
        subject = next((column for alias, column in (("d", "d.data_id"), ("c", "c.coll_id")) if alias in tables), None)
        if self.viewer.user_id is None or subject is None:
            return []
        self.parameters.append(self.viewer.user_id)
        readable = (
            "EXISTS (SELECT 1 FROM R_OBJT_ACCESS va JOIN R_USER_GROUP vg ON vg.group_user_id = va.user_id"
            f" WHERE va.object_id = {subject} AND vg.user_id = ? AND va.access_type_id >= {int(Level.READ_OBJECT)})"
        )
        return [readable]
